"""Images of a model, a batch at a time."""

from collections.abc import Iterator

import numpy as np

from kerasgan.utils import check_count
from kerasgan.utils.seeds import seed_or_drawn


def generate_batches(
    gan, n: int, seed: int | None = None, batch_size: int = 64, **asked
) -> Iterator[np.ndarray]:
    """Yields the images of `gan.generate` a batch at a time.

    Neither latents nor images of other batches are in memory.

    Args:
        gan: `kerasgan.models.AdversarialModel`.
        n: Integer, how many images in all.
        seed: Integer from 0 to 2**31 - 1, or `None` for one that
            `keras.utils.set_random_seed` decides. Defaults to `None`.
        batch_size: Integer, images in a batch; the last may have fewer.
            Defaults to 64.
        **asked: Further arguments of the model's `generate`, such as
            `labels`.

    Returns:
        Iterator of float32 NumPy arrays, `(batch, height, width,
        channels)`, in [-1, 1]. Arguments are checked before it begins.

    Example:

    ```python
    import kerasgan

    gan = kerasgan.applications.GAN(image_shape=(4, 4, 1), units=(8,))
    batches = kerasgan.latent.generate_batches(gan, 100, seed=0)
    assert len([images.mean() for images in batches]) == 2
    ```
    """
    check_count("n", n)
    check_count("batch_size", batch_size)
    how = {k: asked.pop(k) for k in gan._render_arguments if k in asked}
    next_inputs = gan._input_stream(n, seed_or_drawn(seed), **asked)
    return (
        gan.render(next_inputs(min(batch_size, n - start)), batch_size, **how)
        for start in range(0, n, batch_size)
    )
