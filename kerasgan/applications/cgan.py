from kerasgan import networks
from kerasgan.applications.application import Application
from kerasgan.applications.registry import register
from kerasgan.models import ConditionalGAN
from kerasgan.utils.seeds import second_seed


@register
class CGAN(Application, ConditionalGAN):
    """The conditional GAN: images of the class that is asked for.

    Args:
        image_shape: Tuple `(height, width, channels)`, each side at least 8
            pixels. Defaults to `(28, 28, 1)`.
        num_classes: Integer. Defaults to 10.
        latent_dim: Integer, length of the latents. Defaults to 100.
        filters: Integer, channels of the layers next to the image. Defaults
            to 64.
        units: Integer, width of the hidden fully connected layers of
            `"concat"`. Defaults to 1024.
        conditioning: `"concat"` (the default): one-hot labels are appended
            to the input of every layer of both networks, the convolutional
            form of the paper by DCGAN's authors. `"projection"`:
            class-conditional BatchNormalization in the generator, and
            SNGAN's discriminator, into which labels are projected (Miyato
            and Koyama).
        latent_prior: See `kerasgan.models.GAN`. Defaults to `"uniform"`.
        seed: Integer or `None`, for initial weights, latents and noise.
        name: String, the model's name.
        pretrained: See `kerasgan.applications.DCGAN`.
        **kwargs: Further arguments of `kerasgan.models.GAN`.

    Example:

    ```python
    import numpy as np
    import kerasgan

    gan = kerasgan.applications.CGAN(
        image_shape=(8, 8, 1), num_classes=3, filters=4, units=8
    )
    images = np.zeros((16, 8, 8, 1), "uint8")
    gan.fit(images, np.arange(16) % 3, batch_size=8, verbose=0)
    threes = gan.generate(2, labels=2, seed=0)
    ```

    Reference:
        Mirza and Osindero, 2014, arXiv 1411.1784; projection: Miyato and
        Koyama, 2018, arXiv 1802.05637. Deviation: the non-saturating loss
        and Adam instead of minimax and SGD.
    """

    def __init__(
        self,
        image_shape=(28, 28, 1),
        num_classes=10,
        latent_dim=100,
        filters=64,
        units=1024,
        conditioning="concat",
        latent_prior="uniform",
        seed=None,
        name=None,
        **kwargs,
    ):
        image_shape = tuple(image_shape)
        shared = {
            "filters": filters,
            "units": units,
            "conditioning": conditioning,
        }
        super().__init__(
            networks.cgan_generator(
                image_shape, num_classes, latent_dim, seed=seed, **shared
            ),
            _DISCRIMINATORS[conditioning](
                image_shape, num_classes, filters, units, second_seed(seed)
            ),
            num_classes,
            latent_prior=latent_prior,
            seed=seed,
            name=name,
            **kwargs,
        )
        self.network_config = {
            "image_shape": image_shape,
            "latent_dim": latent_dim,
            **shared,
        }


def _concat(image_shape, num_classes, filters, units, seed):
    return networks.cgan_discriminator(
        image_shape, num_classes, filters, units, seed=seed
    )


def _projection(image_shape, num_classes, filters, units, seed):
    del units  # it has no hidden fully connected layer
    return networks.sndcgan_discriminator(
        image_shape, filters, num_classes=num_classes, seed=seed
    )


_DISCRIMINATORS = {"concat": _concat, "projection": _projection}
