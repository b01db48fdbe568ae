from kerasgan import conditions
from kerasgan import networks
from kerasgan.applications.application import Application
from kerasgan.applications.registry import register
from kerasgan.models import AuxiliaryClassifierGAN
from kerasgan.models.auxiliary_classifier_gan import classes_of
from kerasgan.utils.image_shape import as_image_shape
from kerasgan.utils.seeds import second_seed


@register
class ACGAN(Application, AuxiliaryClassifierGAN):
    """A conditional GAN whose discriminator also classifies.

    Args:
        image_shape: Tuple `(height, width, channels)`, each side at least 8
            pixels. Defaults to `(28, 28, 1)`; the paper's are `(32, 32, 3)`
            and `(128, 128, 3)`.
        num_classes: Integer. Defaults to 10.
        latent_dim: Integer, length of the latents. Defaults to 100.
        filters: Integer, channels of the generator's layer next to the
            image. Defaults to 64.
        units: Integer, width of the generator's first layer. Defaults to
            1024.
        discriminator_filters: Tuple of integers, channels of the
            discriminator's layers. Defaults to the paper's.
        dropout: Float, of the discriminator. Defaults to 0.5, the paper's.
        seed: Integer or `None`, for initial weights, latents and noise. The
            order in which `fit` shuffles the data is that of
            `keras.utils.set_random_seed`. Defaults to `None`.
        name: String, the model's name.
        pretrained, include_discriminator, dtype: See
            `kerasgan.applications.DCGAN`.
        condition: `kerasgan.conditions.Labels`, or its config. Defaults to
            `Labels(num_classes)`.
        **kwargs: Further arguments of
            `kerasgan.models.AuxiliaryClassifierGAN`.

    Example:

    ```python
    import numpy as np
    import kerasgan

    gan = kerasgan.applications.ACGAN(
        image_shape=(8, 8, 1), num_classes=3, filters=4, units=8,
        discriminator_filters=(4, 8),
    )
    images = np.zeros((16, 8, 8, 1), "uint8")
    gan.fit(images, np.arange(16) % 3, batch_size=8, verbose=0)
    ```

    Reference:
        Odena, Olah and Shlens, 2017, arXiv 1610.09585. Deviation: the
        generator is that of `kerasgan.applications.CGAN`.
    """

    def __init__(
        self,
        image_shape=(28, 28, 1),
        num_classes=10,
        latent_dim=100,
        filters=64,
        units=1024,
        discriminator_filters=(16, 32, 64, 128, 256, 512),
        dropout=0.5,
        seed=None,
        name=None,
        condition=None,
        **kwargs,
    ):
        condition = conditions.required(num_classes, condition)
        image_shape = as_image_shape(image_shape)
        discriminator_filters = tuple(discriminator_filters)
        super().__init__(
            networks.cgan_generator(
                image_shape,
                latent_dim=latent_dim,
                filters=filters,
                units=units,
                seed=seed,
                condition=condition,
            ),
            networks.acgan_discriminator(
                image_shape,
                classes_of(condition),
                discriminator_filters,
                dropout=dropout,
                seed=second_seed(seed),
            ),
            condition=condition,
            seed=seed,
            name=name,
            network_config={
                "image_shape": image_shape,
                "latent_dim": latent_dim,
                "filters": filters,
                "units": units,
                "discriminator_filters": discriminator_filters,
                "dropout": dropout,
            },
            **kwargs,
        )
