from kerasgan import networks
from kerasgan.applications.application import Application
from kerasgan.applications.registry import register
from kerasgan.models import BEGAN as BEGANModel
from kerasgan.utils.image_shape import as_image_shape
from kerasgan.utils.seeds import second_seed


@register
class BEGAN(Application, BEGANModel):
    """The GAN of two autoencoders' halves, held in balance.

    Args:
        image_shape: Tuple `(height, width, channels)`, each side at least 8
            pixels. Defaults to `(28, 28, 1)`.
        latent_dim: Integer, length of the latents and of the discriminator's
            code. Defaults to 64.
        filters: Integer, channels of the maps. Defaults to 64.
        latent_prior: See `kerasgan.models.GAN`. Defaults to `"uniform"`.
        seed: Integer or `None`, for initial weights, latents and noise.
            Defaults to `None`.
        name: String, the model's name.
        pretrained, include_discriminator, dtype: See
            `kerasgan.applications.DCGAN`.
        **kwargs: Further arguments of `kerasgan.models.BEGAN`: `gamma`,
            `k_rate`, `augmentation`, `ema` and others.

    Example:

    ```python
    import numpy as np
    import kerasgan

    gan = kerasgan.applications.BEGAN(
        image_shape=(8, 8, 1), latent_dim=4, filters=2, k_rate=0.01
    )
    gan.fit(np.zeros((8, 8, 8, 1), "uint8"), batch_size=4, verbose=0)
    ```

    Reference:
        Berthelot, Schumm and Metz, 2017, arXiv 1703.10717. Deviations: no
        skips within the decoders, and a constant learning rate of 1e-4,
        which the authors halve when the convergence measure stalls
        (`keras.callbacks.ReduceLROnPlateau` does not know several
        optimizers; a schedule does).
    """

    def __init__(
        self,
        image_shape=(28, 28, 1),
        latent_dim=64,
        filters=64,
        latent_prior="uniform",
        seed=None,
        name=None,
        **kwargs,
    ):
        image_shape = as_image_shape(image_shape)
        super().__init__(
            networks.began_decoder(image_shape, latent_dim, filters, seed=seed),
            networks.began_autoencoder(
                image_shape, latent_dim, filters, seed=second_seed(seed)
            ),
            latent_prior=latent_prior,
            seed=seed,
            name=name,
            network_config={
                "image_shape": image_shape,
                "latent_dim": latent_dim,
                "filters": filters,
            },
            **kwargs,
        )
