import keras

from kerasgan.applications.cycle_gan import CycleGAN
from kerasgan.applications.registry import register


@register
class DualGAN(CycleGAN):
    """CycleGAN's game as DualGAN plays it: U-Nets and Wasserstein critics.

    Generators are pix2pix's, with dropout as their noise; critics of patches
    without normalization, with a gradient penalty; L1 of weight 500 of the
    way there and back; no identity, no pools; RMSprop with learning rate
    5e-5.

    Args:
        image_shape: Tuple `(height, width, channels)` of the images of kind
            a, each side at least 8 pixels. Defaults to `(256, 256, 3)`, the
            paper's.
        image_shape_b: The same of kind b, of equal height and width. Defaults
            to `None`, that of kind a.
        network, normalization: See `kerasgan.applications.CycleGAN`. Default
            to `"unet"` and `"affine_instance"`.
        dropout: Float, share of the units that are dropped as noise, after
            training too. Defaults to 0.5.
        generator_options, discriminator_options: See
            `kerasgan.applications.CycleGAN`. Default to `None`; the critics
            are not normalized unless they say so.
        loss, regularizers, cycle_weight, identity_weight, pool_size,
            discriminator_weight: See `kerasgan.models.CycleGAN`. Default to
            `"wasserstein"`, a gradient penalty of weight 10, 500, 0, 0 and 1.
        pretrained, include_discriminator, dtype: See
            `kerasgan.applications.DCGAN`.
        **kwargs: Further arguments of `kerasgan.applications.CycleGAN`.

    Example:

    ```python
    import kerasgan

    game = kerasgan.applications.DualGAN(image_shape=(16, 16, 1), filters=2)
    assert game.cycle_weight == 500.0
    ```

    Reference:
        Yi et al., 2017, arXiv 1704.02510. Deviations: the gradient penalty of
        the authors' code, where the paper clips weights; patches, as in the
        paper, where the code judges whole images; instance normalization;
        one update of the critics for each of the generators, as in the code,
        where the paper has 2 to 4.
    """

    def __init__(
        self,
        image_shape=(256, 256, 3),
        image_shape_b=None,
        network="unet",
        normalization="affine_instance",
        dropout=0.5,
        generator_options=None,
        discriminator_options=None,
        loss="wasserstein",
        regularizers=("gradient_penalty",),
        cycle_weight=500.0,
        identity_weight=0.0,
        pool_size=0,
        discriminator_weight=1.0,
        **kwargs,
    ):
        super().__init__(
            image_shape,
            image_shape_b,
            network=network,
            normalization=normalization,
            generator_options={
                "dropout": dropout,
                "noise_at_inference": True,
                **(generator_options or {}),
            },
            discriminator_options={
                "normalization": None,
                **(discriminator_options or {}),
            },
            loss=loss,
            regularizers=regularizers,
            cycle_weight=cycle_weight,
            identity_weight=identity_weight,
            pool_size=pool_size,
            discriminator_weight=discriminator_weight,
            **kwargs,
        )
        self._network_config = {
            **self._network_config,
            "dropout": dropout,
            "generator_options": generator_options,
            "discriminator_options": discriminator_options,
        }

    def _default_optimizers(self):
        """RMSprop with the settings of the authors, decaying if asked for."""
        return {
            player: keras.optimizers.RMSprop(self._learning_rate(5e-5), rho=0.9)
            for player in self._player_names
        }
