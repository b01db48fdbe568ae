from kerasgan import networks
from kerasgan.applications.application import Application
from kerasgan.applications.registry import register
from kerasgan.models import VAEGAN as VAEGANModel
from kerasgan.networks import dcgan_sizes
from kerasgan.utils.image_shape import as_image_shape
from kerasgan.utils.seeds import second_seed
from kerasgan.utils.seeds import shift_seed


@register
class VAEGAN(Application, VAEGANModel):
    """The variational autoencoder whose judge says what is alike.

    Args:
        image_shape: Tuple `(height, width, channels)`, each side at least 8
            pixels. Defaults to `(28, 28, 1)`.
        latent_dim: Integer, length of the latents. Defaults to 64; the
            paper's is 128 for faces of 64 pixels.
        filters: Integer, channels of the layers next to the image. Defaults
            to 64.
        feature_layer: String, the discriminator's layer that is compared.
            Defaults to `None`: its second convolution, or the first where
            there is no other.
        seed: Integer or `None`, for initial weights, latents and noise.
            Defaults to `None`.
        name: String, the model's name.
        pretrained, include_discriminator, dtype: See
            `kerasgan.applications.DCGAN`.
        **kwargs: Further arguments of `kerasgan.models.VAEGAN`.

    Example:

    ```python
    import numpy as np
    import kerasgan

    gan = kerasgan.applications.VAEGAN(
        image_shape=(8, 8, 1), latent_dim=4, filters=2
    )
    gan.fit(np.zeros((8, 8, 8, 1), "uint8"), batch_size=4, verbose=0)
    ```

    Reference:
        Larsen et al., 2016, arXiv 1512.09300. Deviations: DCGAN's networks;
        the non-saturating loss; Adam with a constant learning rate of 2e-4
        instead of RMSProp; the second convolution is compared rather than
        the third, which is not there for small images.
    """

    def __init__(
        self,
        image_shape=(28, 28, 1),
        latent_dim=64,
        filters=64,
        feature_layer=None,
        seed=None,
        name=None,
        **kwargs,
    ):
        image_shape = as_image_shape(image_shape)
        if feature_layer is None:
            height, width = dcgan_sizes(image_shape)[:3][-1]
            feature_layer = f"down_{height}x{width}"
        super().__init__(
            networks.dcgan_generator(
                image_shape, latent_dim, filters, seed=seed
            ),
            networks.dcgan_encoder(
                image_shape,
                latent_dim,
                filters,
                stochastic=True,
                seed=shift_seed(seed, 2_000),
            ),
            networks.dcgan_discriminator(
                image_shape, filters, seed=second_seed(seed)
            ),
            feature_layer=feature_layer,
            seed=seed,
            name=name,
            network_config={
                "image_shape": image_shape,
                "latent_dim": latent_dim,
                "filters": filters,
            },
            **kwargs,
        )
