import keras

from kerasgan.regularizers.r1 import R1


@keras.saving.register_keras_serializable(package="kerasgan")
class R2(R1):
    """Charges the squared gradient of the discriminator at generated images.

    ```
    weight / 2 * mean |grad D(fake)|^2
    ```

    Args:
        weight: Float, the paper's gamma. Defaults to 10.
        interval: Integer, in discriminator updates; see `Regularizer`.
        name: String, key in the logs.

    Example:

    ```python
    import kerasgan

    penalty = kerasgan.regularizers.R2(weight=10.0)
    ```

    Reference:
        Mescheder, Geiger and Nowozin, 2018, arXiv 1801.04406.
    """

    default_name = "r2"

    def points(self, real, fake, seed):
        return fake
