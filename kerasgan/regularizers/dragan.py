import keras
from keras import ops

from kerasgan.regularizers.gradient_penalty import GradientPenalty


@keras.saving.register_keras_serializable(package="kerasgan")
class DRAGAN(GradientPenalty):
    """Pulls the gradient norm to a target in a noisy shell around the reals.

    ```
    weight * mean (|grad D(x)| - target)^2
    x = real + u * 1/2 std(real) * noise,   u ~ U(0, 1) an image,
                                            noise ~ U(0, 1) a pixel
    ```

    `std(real)` is one number for the whole batch, as in the authors' code.

    Args:
        weight: Float. Defaults to 10.
        target: Float, the norm to pull to. Defaults to 1.
        interval: Integer, in discriminator updates; see `Regularizer`.
        name: String, key in the logs.

    Example:

    ```python
    import kerasgan

    penalty = kerasgan.regularizers.DRAGAN(weight=10.0)
    ```

    Reference:
        Kodali et al., 2017, arXiv 1705.07215.
    """

    default_name = "dragan"

    def points(self, real, fake, seed):
        noise = keras.random.uniform(
            ops.shape(real), dtype=real.dtype, seed=seed
        )
        shifted = real + 0.5 * ops.std(real) * noise
        return super().points(real, shifted, seed)
