from kerasgan.applications.dcgan import DCGAN
from kerasgan.applications.registry import register


@register
class LSGAN(DCGAN):
    """DCGAN's networks with the least squares loss.

    The discriminator's outputs are linear. With the default coding it pulls
    them to 1 for real and to 0 for generated images, and the generator to 1.

    Args:
        image_shape: Tuple `(height, width, channels)`. Defaults to
            `(28, 28, 1)`.
        loss: `kerasgan.losses.LeastSquares` with the paper's coding (0, 1,
            1), by default; `LeastSquares(a=-1, b=1, c=0)` is its other one.
        pretrained, include_discriminator, dtype: See
            `kerasgan.applications.DCGAN`.
        **kwargs: Further arguments of `kerasgan.applications.DCGAN`.

    Example:

    ```python
    import kerasgan

    gan = kerasgan.applications.LSGAN(image_shape=(16, 16, 1), filters=4)
    assert gan.loss.b == 1.0
    ```

    Reference:
        Mao et al., 2017, arXiv 1611.04076. Deviation: DCGAN's networks; the
        paper's are deeper and for 112x112.
    """

    def __init__(self, image_shape=(28, 28, 1), loss="least_squares", **kwargs):
        super().__init__(image_shape, loss=loss, **kwargs)
