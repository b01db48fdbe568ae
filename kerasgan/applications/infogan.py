import keras

from kerasgan import networks
from kerasgan.applications.application import Application
from kerasgan.applications.registry import register
from kerasgan.latent import Categorical
from kerasgan.latent import Uniform
from kerasgan.models import InfoGAN as InfoGANModel
from kerasgan.utils.image_shape import as_image_shape
from kerasgan.utils.seeds import second_seed


@register
class InfoGAN(Application, InfoGANModel):
    """A GAN that finds, without labels, codes that one can steer it by.

    Args:
        image_shape: Tuple `(height, width, channels)`, each side at least 8
            pixels. Defaults to `(28, 28, 1)`.
        codes: List of `kerasgan.latent.Code`. Defaults to the paper's for
            MNIST: `[Categorical(10), Uniform(), Uniform()]`.
        noise_dim: Integer, length of the latents beside the codes. Defaults
            to 62.
        filters: Integer, channels of the layers next to the image. Defaults
            to 64.
        units: Integer, width of the fully connected layers. Defaults to
            1024.
        latent_prior: Prior of the noise; see `kerasgan.models.GAN`. Defaults
            to `"uniform"`.
        seed: Integer or `None`, for initial weights, latents and noise. The
            order in which `fit` shuffles the data is that of
            `keras.utils.set_random_seed`. Defaults to `None`.
        name: String, the model's name.
        pretrained, include_discriminator, dtype: See
            `kerasgan.applications.DCGAN`.
        **kwargs: Further arguments of `kerasgan.models.InfoGAN`.

    Example:

    ```python
    import numpy as np
    import kerasgan
    from kerasgan.latent import Categorical, Uniform

    gan = kerasgan.applications.InfoGAN(
        image_shape=(8, 8, 1), codes=[Categorical(3), Uniform()], filters=4,
        units=8,
    )
    gan.fit(np.zeros((16, 8, 8, 1), "uint8"), batch_size=8, verbose=0)
    images = gan.generate(3, codes=[[0, 1, 2], None], seed=0)
    ```

    Reference:
        Chen et al., 2016, arXiv 1606.03657, with the learning rates of the
        authors' code.
    """

    def __init__(
        self,
        image_shape=(28, 28, 1),
        codes=None,
        noise_dim=62,
        filters=64,
        units=1024,
        latent_prior="uniform",
        seed=None,
        name=None,
        **kwargs,
    ):
        image_shape = as_image_shape(image_shape)
        if codes is None:
            codes = [Categorical(10), Uniform(), Uniform()]
        super().__init__(
            networks.infogan_generator(
                image_shape,
                noise_dim + sum(code.width for code in codes),
                filters,
                units,
                seed=seed,
            ),
            networks.infogan_discriminator(
                image_shape,
                sum(code.parameters for code in codes),
                filters,
                units,
                seed=second_seed(seed),
            ),
            codes,
            latent_prior=latent_prior,
            seed=seed,
            name=name,
            network_config={
                "image_shape": image_shape,
                "noise_dim": noise_dim,
                "filters": filters,
                "units": units,
            },
            **kwargs,
        )

    def _default_optimizers(self):
        """Adam; the generator's learning rate is five times as large."""
        return {
            "generator": keras.optimizers.Adam(1e-3, beta_1=0.5),
            "discriminator": keras.optimizers.Adam(2e-4, beta_1=0.5),
        }
