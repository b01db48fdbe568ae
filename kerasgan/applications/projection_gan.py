from kerasgan import conditions
from kerasgan.applications.application import Application
from kerasgan.applications.registry import register
from kerasgan.applications.spectral_networks import adam_without_momentum
from kerasgan.applications.spectral_networks import spectral_networks
from kerasgan.models import ConditionalGAN
from kerasgan.utils.image_shape import as_image_shape


@register
class ProjectionGAN(Application, ConditionalGAN):
    """SNGAN told the class of the image, by a projection discriminator.

    The logit is `psi(phi(x)) + <e(y), phi(x)>`, with `phi` the discriminator's
    last features and `e` an embedding of the label, all spectrally
    normalised; class-conditional BatchNormalization in the generator; hinge
    loss.

    Args:
        image_shape: Tuple `(height, width, channels)`, each side at least 8
            pixels. Defaults to `(32, 32, 3)`.
        num_classes: Integer. Defaults to 10.
        latent_dim: Integer, length of the latents. Defaults to 128.
        network: `"resnet"` (the default), the paper's residual networks, or
            `"sndcgan"`, plain convolutions.
        filters: Integer, for `"sndcgan"`. Defaults to 64.
        widths: List of channels for `"resnet"`, both networks; see
            `kerasgan.networks.resnet_generator`.
        discriminator_steps: Integer. Defaults to 5.
        loss: See `kerasgan.models.GAN`. Defaults to `"hinge"`.
        seed: Integer or `None`, for initial weights, latents and noise. The
            order in which `fit` shuffles the data is that of
            `keras.utils.set_random_seed`. Defaults to `None`.
        name: String, the model's name.
        pretrained, include_discriminator, dtype: See
            `kerasgan.applications.DCGAN`.
        condition: `kerasgan.conditions.Condition`, its config or a number of
            classes: what the images are drawn by, where that is not one of
            `num_classes`. Defaults to `Labels(num_classes)`.
        **kwargs: Further arguments of `kerasgan.models.GAN`.

    Example:

    ```python
    import numpy as np
    import kerasgan

    gan = kerasgan.applications.ProjectionGAN(
        image_shape=(8, 8, 1), num_classes=3, network="sndcgan", filters=4,
        discriminator_steps=1,
    )
    images = np.zeros((16, 8, 8, 1), "uint8")
    gan.fit(images, np.arange(16) % 3, batch_size=8, verbose=0)
    ```

    Reference:
        Miyato and Koyama, 2018, arXiv 1802.05637. Deviations: as for
        `kerasgan.applications.SNGAN`.
    """

    def __init__(
        self,
        image_shape=(32, 32, 3),
        num_classes=10,
        latent_dim=128,
        network="resnet",
        filters=64,
        widths=None,
        discriminator_steps=5,
        loss="hinge",
        seed=None,
        name=None,
        condition=None,
        **kwargs,
    ):
        condition = conditions.required(num_classes, condition)
        image_shape = as_image_shape(image_shape)
        network_config = {
            "image_shape": image_shape,
            "latent_dim": latent_dim,
            "network": network,
            "filters": filters,
            "widths": widths,
        }
        super().__init__(
            *spectral_networks(
                **network_config, condition=condition, seed=seed
            ),
            condition=condition,
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
