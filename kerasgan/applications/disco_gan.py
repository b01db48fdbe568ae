from kerasgan.applications.cycle_gan import CycleGAN
from kerasgan.applications.registry import register


@register
class DiscoGAN(CycleGAN):
    """CycleGAN's game as DiscoGAN plays it: whole images, squared errors.

    Generators that pass all of an image through a small map, discriminators
    of whole images, the logistic loss, and mean squared errors of the way
    there and back, of weight 1; no identity, no pools. It changes shapes more
    freely than `CycleGAN`, and keeps less of an image.

    Args:
        image_shape: Tuple `(height, width, channels)` of the images of kind
            a, each side at least 8 pixels. Defaults to `(64, 64, 3)`, the
            paper's.
        image_shape_b: The same of kind b, of equal height and width. Defaults
            to `None`, that of kind a.
        network, discriminator, normalization: See
            `kerasgan.applications.CycleGAN`. Default to `"encoder_decoder"`,
            `"dcgan"` and `"batch"`.
        loss, cycle_weight, identity_weight, distance, pool_size: See
            `kerasgan.models.CycleGAN`. Default to `"non_saturating"`, 1, 0,
            `"l2"` and 0.
        pretrained, include_discriminator, dtype: See
            `kerasgan.applications.DCGAN`.
        **kwargs: Further arguments of `kerasgan.applications.CycleGAN`.

    Example:

    ```python
    import kerasgan

    game = kerasgan.applications.DiscoGAN(image_shape=(16, 16, 1), filters=2)
    assert game.distance == "l2" and game.pool_size == 0
    ```

    Reference:
        Kim et al., 2017, arXiv 1703.05192. Deviations: no decay of the
        weights; images in [-1, 1], whose squared errors are four times those
        in [0, 1]; one update of the discriminators for each of the
        generators, where the authors' code has one for two; not its feature
        matching and changing weights, which the paper does not have.
    """

    def __init__(
        self,
        image_shape=(64, 64, 3),
        image_shape_b=None,
        network="encoder_decoder",
        discriminator="dcgan",
        normalization="batch",
        loss="non_saturating",
        cycle_weight=1.0,
        identity_weight=0.0,
        distance="l2",
        pool_size=0,
        **kwargs,
    ):
        super().__init__(
            image_shape,
            image_shape_b,
            network=network,
            discriminator=discriminator,
            normalization=normalization,
            loss=loss,
            cycle_weight=cycle_weight,
            identity_weight=identity_weight,
            distance=distance,
            pool_size=pool_size,
            **kwargs,
        )
