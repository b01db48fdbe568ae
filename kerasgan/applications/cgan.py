from kerasgan import conditions
from kerasgan import networks
from kerasgan.applications.application import Application
from kerasgan.applications.registry import register
from kerasgan.models import ConditionalGAN
from kerasgan.utils.image_shape import as_image_shape
from kerasgan.utils.seeds import second_seed


@register
class CGAN(Application, ConditionalGAN):
    """The conditional GAN: images of the class, or whatever is asked for.

    Args:
        image_shape: Tuple `(height, width, channels)`, each side at least 8
            pixels. Defaults to `(28, 28, 1)`.
        num_classes: Integer. Defaults to 10.
        latent_dim: Integer, length of the latents. Defaults to 100.
        filters: Integer, channels of the layers next to the image. Defaults
            to 64.
        units: Integer, width of the hidden fully connected layers of
            `"concat"`. Defaults to 1024.
        conditioning: `"concat"` (the default): one-hot labels, or the
            vectors of another condition, are appended to the input of every
            layer of both networks, the convolutional form of the paper by
            DCGAN's authors. `"projection"`: conditional BatchNormalization in
            the generator, and SNGAN's discriminator, into which conditions
            are projected (Miyato and Koyama).
        latent_prior: See `kerasgan.models.GAN`. Defaults to `"uniform"`.
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
        condition=None,
        **kwargs,
    ):
        condition = conditions.required(num_classes, condition)
        image_shape = as_image_shape(image_shape)
        shared = {
            "filters": filters,
            "units": units,
            "conditioning": conditioning,
        }
        super().__init__(
            networks.cgan_generator(
                image_shape,
                latent_dim=latent_dim,
                seed=seed,
                condition=condition,
                **shared,
            ),
            _DISCRIMINATORS[conditioning](
                image_shape, condition, filters, units, second_seed(seed)
            ),
            condition=condition,
            latent_prior=latent_prior,
            seed=seed,
            name=name,
            network_config={
                "image_shape": image_shape,
                "latent_dim": latent_dim,
                **shared,
            },
            **kwargs,
        )


def _concat(image_shape, condition, filters, units, seed):
    return networks.cgan_discriminator(
        image_shape,
        filters=filters,
        units=units,
        seed=seed,
        condition=condition,
    )


def _projection(image_shape, condition, filters, units, seed):
    del units  # it has no hidden fully connected layer
    return networks.sndcgan_discriminator(
        image_shape, filters, seed=seed, condition=condition
    )


_DISCRIMINATORS = {"concat": _concat, "projection": _projection}
