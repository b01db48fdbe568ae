import math

import keras
import numpy as np
from keras import ops

from kerasgan.latent.code import Code
from kerasgan.latent.prior import Prior


@keras.saving.register_keras_serializable(package="kerasgan")
class Uniform(Prior, Code):
    """`U(-1, 1)` in every dimension: DCGAN's prior, InfoGAN's second code.

    As a code it is one number, and its likelihood is that of a Gaussian
    around what the recognition network says, with standard deviation 1, as
    the authors of InfoGAN fix it.

    Example:

    ```python
    import numpy as np
    import kerasgan

    latents = kerasgan.latent.Uniform().draw((4, 100), np.random.default_rng(0))
    assert abs(latents).max() <= 1
    ```
    """

    entropy = math.log(2.0)

    def sample(self, shape, seed):
        return keras.random.uniform(shape, minval=-1.0, maxval=1.0, seed=seed)

    def draw(self, shape, rng):
        return rng.uniform(-1.0, 1.0, shape).astype("float32")

    def restrict(self, latents):
        return ops.clip(latents, -1.0, 1.0)

    def log_likelihood(self, code, parameters):
        squared = ops.square(code[:, 0] - parameters[:, 0])
        return -0.5 * squared - 0.5 * math.log(2.0 * math.pi)

    def infer(self, parameters):
        return np.clip(parameters[:, 0], -1.0, 1.0)

    def encode(self, values, count):
        values = np.broadcast_to(np.asarray(values, "float32"), (count,))
        if not np.abs(values).max() <= 1:  # NaN is not
            raise ValueError(
                "`codes` of `Uniform` must be in [-1, 1]. Received: values "
                f"from {values.min():g} to {values.max():g}"
            )
        return values[:, None]

    def span(self, count):
        return np.linspace(-1.0, 1.0, count)
