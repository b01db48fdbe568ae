import keras
import numpy as np
from keras import ops

from kerasgan.latent.prior import Prior


@keras.saving.register_keras_serializable(package="kerasgan")
class Normal(Prior):
    """The standard normal prior, `N(0, 1)` in every dimension.

    Example:

    ```python
    import numpy as np
    import kerasgan

    latents = kerasgan.latent.Normal().draw((4, 100), np.random.default_rng(0))
    ```
    """

    way = "slerp"

    def sample(self, shape, seed):
        return keras.random.normal(shape, seed=seed)

    def draw(self, shape, rng):
        return rng.standard_normal(shape).astype("float32")

    def penalty(self, latents):
        """Returns `(|z|^2 / d - 1)^2`, which is near 0 for what is drawn."""
        axes = tuple(range(1, len(latents.shape)))
        return ops.square(ops.mean(ops.square(latents), axis=axes) - 1.0)

    def typical(self, latents):
        """Returns latents of the length that nearly all have, `sqrt(d)`."""
        latents = np.asarray(latents, "float32")
        axes = tuple(range(1, latents.ndim))
        size = np.sqrt(np.square(latents).mean(axis=axes, keepdims=True))
        return latents / np.where(size > 0, size, 1.0)
