from kerasgan import networks
from kerasgan.applications.application import Application
from kerasgan.applications.registry import register
from kerasgan.models import WGAN as WGANModel
from kerasgan.utils.image_shape import as_image_shape
from kerasgan.utils.seeds import second_seed


@register
class WGAN(Application, WGANModel):
    """The Wasserstein GAN with weight clipping, on DCGAN's networks.

    RMSprop with learning rate 5e-5, all of the critic's weights clipped to
    0.01, five critic updates for each of the generator's, a hundred while
    warming up.

    Args:
        image_shape: Tuple `(height, width, channels)`, each side at least 8
            pixels. Defaults to `(28, 28, 1)`; the paper's is `(64, 64, 3)`.
        latent_dim: Integer, length of the latents. Defaults to 100.
        filters: Integer, channels of the layers next to the image. Defaults
            to 64.
        kernel_size: Integer. Defaults to 4.
        seed: Integer or `None`, for initial weights, latents and noise. The
            order in which `fit` shuffles the data is that of
            `keras.utils.set_random_seed`. Defaults to `None`.
        name: String, the model's name.
        pretrained, include_discriminator, dtype: See
            `kerasgan.applications.DCGAN`.
        **kwargs: Further arguments of `kerasgan.models.WGAN`: `clip`,
            `warm_up_updates` and so on.

    Example:

    ```python
    import numpy as np
    import kerasgan

    gan = kerasgan.applications.WGAN(
        image_shape=(8, 8, 1), filters=4, discriminator_steps=2
    )
    gan.fit(np.zeros((16, 8, 8, 1), "uint8"), batch_size=4, verbose=0)
    ```

    Reference:
        Arjovsky, Chintala and Bottou, 2017, arXiv 1701.07875.
    """

    def __init__(
        self,
        image_shape=(28, 28, 1),
        latent_dim=100,
        filters=64,
        kernel_size=4,
        seed=None,
        name=None,
        **kwargs,
    ):
        image_shape = as_image_shape(image_shape)
        super().__init__(
            networks.dcgan_generator(
                image_shape, latent_dim, filters, kernel_size, seed=seed
            ),
            networks.dcgan_discriminator(
                image_shape, filters, kernel_size, seed=second_seed(seed)
            ),
            seed=seed,
            name=name,
            network_config={
                "image_shape": image_shape,
                "latent_dim": latent_dim,
                "filters": filters,
                "kernel_size": kernel_size,
            },
            **kwargs,
        )
