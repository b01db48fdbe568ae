import keras

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

    def sample(self, shape, seed):
        return keras.random.normal(shape, seed=seed)

    def draw(self, shape, rng):
        return rng.standard_normal(shape).astype("float32")
