from typing import NamedTuple

import numpy as np


class Projection(NamedTuple):
    """What `project` has found.

    Args:
        latents: `(n, latent_dim)`.
        reconstructions: Their images, `(n, height, width, channels)`.
        errors: `(n,)`, mean absolute differences to the images, in [0, 2].
        inputs: Dict of all that `gan.render` takes: the latents, and the
            conditions if there are any.
    """

    latents: np.ndarray
    reconstructions: np.ndarray
    errors: np.ndarray
    inputs: dict
