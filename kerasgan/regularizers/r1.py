import keras
from keras import ops

from kerasgan.regularizers.regularizer import Regularizer
from kerasgan.regularizers.regularizer import squared_gradient_norms


@keras.saving.register_keras_serializable(package="kerasgan")
class R1(Regularizer):
    """Charges the squared gradient of the discriminator at real images.

    ```
    weight / 2 * mean |grad D(real)|^2
    ```

    The authors' code leaves out the half and uses 10, which is
    `weight=20` here. A discriminator of patches has many logits an image, and
    the gradient is that of their sum: for that of their mean, divide `weight`
    by the square of their number (36 of 70 pixels, 196 of 34, in an image of
    64).

    Args:
        weight: Float, the paper's gamma. Defaults to 10.
        interval: Integer, in discriminator updates; see `Regularizer`.
            StyleGAN2 uses 16.
        name: String, key in the logs.

    Example:

    ```python
    import kerasgan

    penalty = kerasgan.regularizers.R1(weight=10.0, interval=16)
    ```

    Reference:
        Mescheder, Geiger and Nowozin, 2018, arXiv 1801.04406.
    """

    default_name = "r1"
    needs_uncoupled_images = True

    def __init__(self, weight=10.0, interval=1, name=None):
        super().__init__(weight, interval=interval, name=name)

    def penalty(self, logits_of, images, real_logits):
        return 0.5 * ops.mean(squared_gradient_norms(logits_of, images))
