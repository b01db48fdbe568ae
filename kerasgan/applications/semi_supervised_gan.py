import keras

from kerasgan import networks
from kerasgan.applications.application import Application
from kerasgan.applications.registry import register
from kerasgan.models import SemiSupervisedGAN as SemiSupervisedGANModel
from kerasgan.utils import look_up
from kerasgan.utils.image_shape import as_image_shape
from kerasgan.utils.seeds import second_seed


@register
class SemiSupervisedGAN(Application, SemiSupervisedGANModel):
    """A classifier for few labels and many images.

    Args:
        image_shape: Tuple `(height, width, channels)`, each side at least 8
            pixels. Defaults to `(28, 28, 1)`.
        num_classes: Integer, at least 2. Defaults to 10.
        latent_dim: Integer, length of the latents. Defaults to 100.
        filters: Integer, channels of the layers next to the image, for
            `"convolutional"`. Defaults to 64.
        network: `"convolutional"` (the default) or `"mlp"`, the paper's fully
            connected networks for MNIST.
        noise: Float, standard deviation of the noise on the images that the
            discriminator sees in training. Defaults to 0.3, the paper's for
            MNIST.
        dropout: Float, share of units that it drops, or with `"mlp"` the
            deviation of the noise after each of its layers. Defaults to 0.5,
            the paper's.
        latent_prior: See `kerasgan.models.GAN`. Defaults to `"uniform"`.
        seed: Integer or `None`, for initial weights, latents and noise.
            Defaults to `None`.
        name: String, the model's name.
        pretrained, include_discriminator, dtype: See
            `kerasgan.applications.DCGAN`.
        **kwargs: Further arguments of `kerasgan.models.SemiSupervisedGAN`.

    Example:

    ```python
    import numpy as np
    import kerasgan

    gan = kerasgan.applications.SemiSupervisedGAN(
        image_shape=(8, 8, 1), num_classes=3, latent_dim=4, network="mlp"
    )
    images = np.zeros((8, 8, 8, 1), "uint8")
    gan.fit(images, [0, 1, 2, -1, -1, -1, -1, -1], batch_size=4, verbose=0)
    assert gan.classify(images, probabilities=True).shape == (8, 3)
    ```

    Reference:
        Salimans et al., 2016, arXiv 1606.03498. Deviations: no weight
        normalization; DCGAN's generator with `"convolutional"`; a constant
        learning rate, 1e-3 with `"mlp"`, where the authors have 3e-3.
    """

    def __init__(
        self,
        image_shape=(28, 28, 1),
        num_classes=10,
        latent_dim=100,
        filters=64,
        network="convolutional",
        noise=0.3,
        dropout=0.5,
        latent_prior="uniform",
        seed=None,
        name=None,
        **kwargs,
    ):
        image_shape = as_image_shape(image_shape)
        build = look_up(network, _BUILDERS, "network")
        super().__init__(
            build["generator"](image_shape, latent_dim, filters, seed),
            build["discriminator"](
                image_shape,
                num_classes,
                filters,
                noise,
                dropout,
                second_seed(seed),
            ),
            latent_prior=latent_prior,
            seed=seed,
            name=name,
            network_config={
                "image_shape": image_shape,
                "num_classes": num_classes,
                "latent_dim": latent_dim,
                "filters": filters,
                "network": network,
                "noise": noise,
                "dropout": dropout,
            },
            **kwargs,
        )

    def _default_optimizers(self):
        rate = 1e-3 if self._network_config["network"] == "mlp" else 3e-4
        return {
            player: keras.optimizers.Adam(rate, beta_1=0.5)
            for player in self._player_names
        }


def _generator(image_shape, latent_dim, filters, seed):
    return networks.dcgan_generator(image_shape, latent_dim, filters, seed=seed)


def _mlp_generator(image_shape, latent_dim, filters, seed):
    del filters
    return networks.mlp_generator(
        image_shape,
        latent_dim,
        units=(500, 500),
        activation="softplus",
        batch_normalization=True,
        seed=seed,
    )


def _mlp_discriminator(image_shape, num_classes, filters, noise, more, seed):
    del filters
    return networks.noisy_mlp_discriminator(
        image_shape, num_classes, input_noise=noise, noise=more, seed=seed
    )


_BUILDERS = {
    "convolutional": {
        "generator": _generator,
        "discriminator": networks.semi_supervised_discriminator,
    },
    "mlp": {
        "generator": _mlp_generator,
        "discriminator": _mlp_discriminator,
    },
}
