from kerasgan import networks
from kerasgan.applications.application import Application
from kerasgan.applications.registry import register
from kerasgan.models import EBGAN as EBGANModel
from kerasgan.utils.image_shape import as_image_shape
from kerasgan.utils.seeds import second_seed


@register
class EBGAN(Application, EBGANModel):
    """The energy-based GAN: DCGAN's generator against an autoencoder.

    Args:
        image_shape: Tuple `(height, width, channels)`, each side at least 8
            pixels. Defaults to `(28, 28, 1)`.
        latent_dim: Integer, length of the latents. Defaults to 100.
        code_dim: Integer, length of the discriminator's code. Defaults to
            64.
        filters: Integer, channels of the layers next to the image. Defaults
            to 64.
        latent_prior: See `kerasgan.models.GAN`. Defaults to `"normal"`.
        seed: Integer or `None`, for initial weights, latents and noise.
            Defaults to `None`.
        name: String, the model's name.
        pretrained, include_discriminator, dtype: See
            `kerasgan.applications.DCGAN`.
        **kwargs: Further arguments of `kerasgan.models.EBGAN`: `margin`,
            `pulling_away_weight`, `augmentation`, `ema` and others.

    Example:

    ```python
    import numpy as np
    import kerasgan

    gan = kerasgan.applications.EBGAN(
        image_shape=(8, 8, 1), latent_dim=4, code_dim=4, filters=2
    )
    gan.fit(np.zeros((8, 8, 8, 1), "uint8"), batch_size=4, verbose=0)
    ```

    Reference:
        Zhao, Mathieu and LeCun, 2017, arXiv 1609.03126. Deviations: see
        `kerasgan.models.EBGAN` and `kerasgan.networks.ebgan_autoencoder`;
        one learning rate of 2e-4 for both players.
    """

    def __init__(
        self,
        image_shape=(28, 28, 1),
        latent_dim=100,
        code_dim=64,
        filters=64,
        latent_prior="normal",
        seed=None,
        name=None,
        **kwargs,
    ):
        image_shape = as_image_shape(image_shape)
        super().__init__(
            networks.dcgan_generator(
                image_shape, latent_dim, filters, seed=seed
            ),
            networks.ebgan_autoencoder(
                image_shape, code_dim, filters, seed=second_seed(seed)
            ),
            latent_prior=latent_prior,
            seed=seed,
            name=name,
            network_config={
                "image_shape": image_shape,
                "latent_dim": latent_dim,
                "code_dim": code_dim,
                "filters": filters,
            },
            **kwargs,
        )
