import keras

from kerasgan import networks
from kerasgan.applications.application import Application
from kerasgan.applications.registry import register
from kerasgan.models import GAN
from kerasgan.regularizers import GradientPenalty
from kerasgan.training.slots import filled
from kerasgan.utils import check_count
from kerasgan.utils import look_up
from kerasgan.utils.image_shape import as_image_shape
from kerasgan.utils.schedules import check_scheduled
from kerasgan.utils.seeds import second_seed


@register
class WGANGP(Application, GAN):
    """The Wasserstein GAN with gradient penalty.

    A penalty of weight 10 pulls the critic's gradient norm to 1 between real
    and generated images; no normalization in the critic; five critic updates
    on five fresh minibatches for each of the generator's.

    Args:
        image_shape: Tuple `(height, width, channels)`, each side at least 8
            pixels. Defaults to `(28, 28, 1)`.
        latent_dim: Integer, length of the latents. Defaults to 128.
        network: `"plain"`: the convolutions of the authors' MNIST
            experiment. `"resnet"`: residual networks, as theirs for CIFAR-10
            and 64x64. Defaults to `"plain"`.
        filters: Integer, channels next to the image with `"plain"`; of every
            block with `"resnet"`. Defaults to 64 and 128.
        penalty_weight: Float, lambda. Defaults to 10.
        discriminator_steps: Integer. Defaults to 5.
        seed: Integer or `None`, for initial weights, latents and penalties.
            The order in which `fit` shuffles the data is that of
            `keras.utils.set_random_seed`. Defaults to `None`.
        name: String, the model's name.
        pretrained, include_discriminator, dtype: See
            `kerasgan.applications.DCGAN`.
        **kwargs: Further arguments of `kerasgan.models.GAN`.

    Example:

    ```python
    import numpy as np
    import kerasgan

    gan = kerasgan.applications.WGANGP(
        image_shape=(8, 8, 1), filters=4, discriminator_steps=2
    )
    gan.fit(np.zeros((16, 8, 8, 1), "uint8"), batch_size=4, verbose=0)
    ```

    Reference:
        Gulrajani et al., 2017, arXiv 1704.00028. Deviations: the residual
        networks keep one width at every size; the learning rate does not
        decay unless a schedule is given to `compile`; both players have the
        same batch size, where the authors' generator has twice as many.
    """

    def __init__(
        self,
        image_shape=(28, 28, 1),
        latent_dim=128,
        network="plain",
        filters=None,
        penalty_weight=10.0,
        discriminator_steps=5,
        loss="wasserstein",
        regularizers=(),
        seed=None,
        name=None,
        **kwargs,
    ):
        image_shape = as_image_shape(image_shape)
        if filters is not None:
            check_count("filters", filters)
        check_scheduled("penalty_weight", penalty_weight, least=0)
        others = filled(regularizers=regularizers)["regularizers"]
        build = look_up(network, _NETWORKS, "network")
        super().__init__(
            *build(image_shape, latent_dim, filters, seed),
            loss=loss,
            regularizers=[GradientPenalty(penalty_weight), *others],
            discriminator_steps=discriminator_steps,
            seed=seed,
            name=name,
            network_config={
                "image_shape": image_shape,
                "latent_dim": latent_dim,
                "network": network,
                "filters": filters,
                "penalty_weight": penalty_weight,
            },
            **kwargs,
        )

    def _default_optimizers(self):
        """Adam as in the authors' experiments, on MNIST or of the resnet."""
        is_resnet = self._network_config["network"] == "resnet"
        rate, beta = (2e-4, 0.0) if is_resnet else (1e-4, 0.5)
        return {
            player: keras.optimizers.Adam(rate, beta_1=beta, beta_2=0.9)
            for player in ("generator", "discriminator")
        }

    def _get_game_config(self):
        config = super()._get_game_config()
        # The first one is made from `penalty_weight`.
        config["regularizers"] = config["regularizers"][1:]
        return config


def _plain(image_shape, latent_dim, filters, seed):
    filters = filters or 64
    return (
        networks.wgan_gp_generator(image_shape, latent_dim, filters, seed=seed),
        networks.wgan_gp_discriminator(
            image_shape, filters, seed=second_seed(seed)
        ),
    )


def _resnet(image_shape, latent_dim, filters, seed):
    blocks = len(networks.dcgan_sizes(image_shape)) - 1
    filters = filters or 128
    return (
        networks.resnet_generator(
            image_shape, latent_dim, [filters] * (blocks + 1), seed=seed
        ),
        networks.resnet_discriminator(
            image_shape,
            [filters] * (blocks + 1),
            spectral_normalization=False,
            pooling="mean",
            use_bias=True,
            seed=second_seed(seed),
        ),
    )


_NETWORKS = {"plain": _plain, "resnet": _resnet}
