import keras

from kerasgan.latent.prior import Prior


@keras.saving.register_keras_serializable(package="kerasgan")
class Uniform(Prior):
    """The uniform prior, `U(-1, 1)` in every dimension, as DCGAN's code.

    Example:

    ```python
    import numpy as np
    import kerasgan

    latents = kerasgan.latent.Uniform().draw((4, 100), np.random.default_rng(0))
    assert abs(latents).max() <= 1
    ```
    """

    def sample(self, shape, seed):
        return keras.random.uniform(shape, minval=-1.0, maxval=1.0, seed=seed)

    def draw(self, shape, rng):
        return rng.uniform(-1.0, 1.0, shape).astype("float32")
