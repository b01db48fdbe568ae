from kerasgan import networks
from kerasgan.applications.application import Application
from kerasgan.applications.registry import register
from kerasgan.latent import Uniform
from kerasgan.latent import get
from kerasgan.models import BiGAN as BiGANModel
from kerasgan.utils.image_shape import as_image_shape
from kerasgan.utils.seeds import second_seed
from kerasgan.utils.seeds import shift_seed


@register
class BiGAN(Application, BiGANModel):
    """A GAN with an encoder: latents of one's own images.

    Args:
        image_shape: Tuple `(height, width, channels)`, each side at least 8
            pixels. Defaults to `(28, 28, 1)`.
        latent_dim: Integer, length of the latents. Defaults to 50, the
            authors' for MNIST.
        filters: Integer, channels of the layers next to the image. Defaults
            to 64.
        units: Integer, width of the discriminator's fully connected layers.
            Defaults to 512.
        dropout: Float, the share of units that the discriminator drops
            before these. Defaults to 0.2, ALI's.
        stochastic: Bool, whether the encoder gives a distribution from which
            latents are drawn: ALI. Defaults to `False`.
        latent_prior: See `kerasgan.models.GAN`. Defaults to `"uniform"`; the
            encoder ends in tanh with it, and is linear with all others.
            ALI's is `"normal"`.
        seed: Integer or `None`, for initial weights, latents and noise.
            Defaults to `None`.
        name: String, the model's name.
        pretrained, include_discriminator, dtype: See
            `kerasgan.applications.DCGAN`.
        **kwargs: Further arguments of `kerasgan.models.BiGAN`.

    Example:

    ```python
    import numpy as np
    import kerasgan

    ali = kerasgan.applications.BiGAN(
        image_shape=(8, 8, 1), latent_dim=4, filters=2, units=8,
        stochastic=True, latent_prior="normal",
    )
    images = np.zeros((8, 8, 8, 1), "uint8")
    ali.fit(images, batch_size=4, verbose=0)
    assert ali.reconstruct(images).shape == images.shape
    ```

    Reference:
        Donahue, Krähenbühl and Darrell, 2017, arXiv 1605.09782; Dumoulin et
        al., 2017, arXiv 1606.00704. Deviations: convolutional networks for
        all sizes, where BiGAN's for MNIST are fully connected; latents join
        the image after the convolutions; no weight decay and a constant
        learning rate.
    """

    def __init__(
        self,
        image_shape=(28, 28, 1),
        latent_dim=50,
        filters=64,
        units=512,
        dropout=0.2,
        stochastic=False,
        latent_prior="uniform",
        seed=None,
        name=None,
        **kwargs,
    ):
        image_shape = as_image_shape(image_shape)
        latent_prior = get(latent_prior)
        is_bounded = isinstance(latent_prior, Uniform) and not stochastic
        super().__init__(
            networks.dcgan_generator(
                image_shape, latent_dim, filters, seed=seed
            ),
            networks.dcgan_encoder(
                image_shape,
                latent_dim,
                filters,
                output_activation="tanh" if is_bounded else None,
                stochastic=stochastic,
                seed=shift_seed(seed, 2_000),
            ),
            networks.bigan_discriminator(
                image_shape,
                latent_dim,
                filters,
                units=units,
                dropout=dropout,
                seed=second_seed(seed),
            ),
            latent_prior=latent_prior,
            seed=seed,
            name=name,
            network_config={
                "image_shape": image_shape,
                "latent_dim": latent_dim,
                "filters": filters,
                "units": units,
                "dropout": dropout,
                "stochastic": stochastic,
            },
            **kwargs,
        )
