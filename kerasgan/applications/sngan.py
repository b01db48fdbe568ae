from kerasgan.applications.application import Application
from kerasgan.applications.registry import register
from kerasgan.applications.spectral_networks import adam_without_momentum
from kerasgan.applications.spectral_networks import spectral_networks
from kerasgan.models import GAN
from kerasgan.utils.image_shape import as_image_shape


@register
class SNGAN(Application, GAN):
    """A GAN whose discriminator is spectrally normalised.

    Every kernel of the discriminator is divided by an estimate of its
    largest singular value, so that it is Lipschitz without a penalty; hinge
    loss.

    Args:
        image_shape: Tuple `(height, width, channels)`, each side at least 8
            pixels. Defaults to `(32, 32, 3)`.
        latent_dim: Integer, length of the latents. Defaults to 128.
        network: `"sndcgan"`: plain convolutions. `"resnet"`: residual
            networks. Defaults to `"sndcgan"`.
        discriminator_steps: Integer. Defaults to 5.
        loss: See `kerasgan.models.GAN`. Defaults to `"hinge"`.
        seed: Integer or `None`, for initial weights, latents and noise. The
            order in which `fit` shuffles the data is that of
            `keras.utils.set_random_seed`. Defaults to `None`.
        name: String, the model's name.
        pretrained, include_discriminator, dtype: See
            `kerasgan.applications.DCGAN`.
        **kwargs: Further arguments of `kerasgan.models.GAN`, and of the
            networks: `filters` for `"sndcgan"`, `widths` (of both networks)
            for `"resnet"`.

    Example:

    ```python
    import numpy as np
    import kerasgan

    gan = kerasgan.applications.SNGAN(
        image_shape=(8, 8, 1), filters=4, discriminator_steps=1
    )
    gan.fit(np.zeros((8, 8, 8, 1), "uint8"), batch_size=4, verbose=0)
    ```

    Reference:
        Miyato et al., 2018, arXiv 1802.05957. Deviation: the learning rate
        does not decay unless a schedule is given to `compile`; both players
        have the same batch size.
    """

    def __init__(
        self,
        image_shape=(32, 32, 3),
        latent_dim=128,
        network="sndcgan",
        filters=64,
        widths=None,
        discriminator_steps=5,
        loss="hinge",
        seed=None,
        name=None,
        **kwargs,
    ):
        image_shape = as_image_shape(image_shape)
        network_config = {
            "image_shape": image_shape,
            "latent_dim": latent_dim,
            "network": network,
            "filters": filters,
            "widths": widths,
        }
        super().__init__(
            *spectral_networks(**network_config, seed=seed),
            loss=loss,
            discriminator_steps=discriminator_steps,
            seed=seed,
            name=name,
            network_config=network_config,
            **kwargs,
        )

    def _default_optimizers(self):
        """Adam with beta_1 0, as in the authors' code."""
        return adam_without_momentum()
