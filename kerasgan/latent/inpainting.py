from typing import NamedTuple

import numpy as np


class Inpainting(NamedTuple):
    """What `inpaint` has made.

    Args:
        completions: `(n, height, width, channels)`, in [-1, 1]: the known
            pixels as they were given, and the holes filled. With
            `pluralistic`, `(n, pluralistic, height, width, channels)`.
        generated: The model's images before they were blended in, of the
            same shape.
        latents: `(n, latent_dim)`, or `(n, pluralistic, latent_dim)`.
        errors: `(n,)`, or `(n, pluralistic)`: mean absolute differences of
            the generated images from the known pixels.
        masks: Bool, `(n, height, width)`, true where a pixel was missing.
    """

    completions: np.ndarray
    generated: np.ndarray
    latents: np.ndarray
    errors: np.ndarray
    masks: np.ndarray
