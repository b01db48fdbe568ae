import keras

from kerasgan import networks
from kerasgan.applications.application import Application
from kerasgan.applications.registry import register
from kerasgan.models import DAGAN as DAGANModel
from kerasgan.regularizers import GradientPenalty
from kerasgan.training.slots import filled
from kerasgan.utils.image_shape import as_image_shape
from kerasgan.utils.schedules import check_scheduled
from kerasgan.utils.seeds import second_seed


@register
class DAGAN(Application, DAGANModel):
    """The data augmentation GAN: more images of the class of an image.

    Args:
        image_shape: Tuple `(height, width, channels)`, each side at least 8
            pixels. Defaults to `(28, 28, 1)`.
        latent_dim: Integer, length of the latents. Defaults to 100.
        filters: Integer, channels of the largest maps. Defaults to 64.
        units: Integer, width of the critic's fully connected layer. Defaults
            to 1024.
        dropout: Float, share of units that both networks drop. Defaults to
            0.5.
        penalty_weight: Float, the factor of the gradient penalty. Defaults to
            10.
        discriminator_steps: Integer, discriminator updates for each
            generator update. Defaults to 5.
        loss: See `kerasgan.models.GAN`. Defaults to `"wasserstein"`.
        regularizers: List of regularizers beside the gradient penalty.
            Defaults to none.
        seed: Integer or `None`, for initial weights, latents and noise.
            Defaults to `None`.
        name: String, the model's name.
        pretrained, include_discriminator, dtype: See
            `kerasgan.applications.DCGAN`.
        **kwargs: Further arguments of `kerasgan.models.DAGAN`.

    Example:

    ```python
    import numpy as np
    import kerasgan

    gan = kerasgan.applications.DAGAN(
        (8, 8, 1), latent_dim=4, filters=2, units=4, discriminator_steps=2
    )
    images = np.zeros((16, 8, 8, 1), "uint8")
    gan.fit(images, np.arange(16) % 4, batch_size=4, verbose=0)
    ```

    Reference:
        Antoniou, Storkey and Edwards, 2017, arXiv 1711.04340. Deviations: see
        `kerasgan.networks.dagan_generator` and `dagan_discriminator`. The
        penalty is of the whole gradient for the image that is judged; the
        authors' code takes the norm over one axis.
    """

    def __init__(
        self,
        image_shape=(28, 28, 1),
        latent_dim=100,
        filters=64,
        units=1024,
        dropout=0.5,
        penalty_weight=10.0,
        discriminator_steps=5,
        loss="wasserstein",
        regularizers=(),
        seed=None,
        name=None,
        **kwargs,
    ):
        image_shape = as_image_shape(image_shape)
        check_scheduled("penalty_weight", penalty_weight, least=0)
        others = filled(regularizers=regularizers)["regularizers"]
        super().__init__(
            networks.dagan_generator(
                image_shape, latent_dim, filters, dropout, seed=seed
            ),
            networks.dagan_discriminator(
                image_shape, filters, units, dropout, seed=second_seed(seed)
            ),
            loss=loss,
            regularizers=[GradientPenalty(penalty_weight), *others],
            discriminator_steps=discriminator_steps,
            seed=seed,
            name=name,
            network_config={
                "image_shape": image_shape,
                "latent_dim": latent_dim,
                "filters": filters,
                "units": units,
                "dropout": dropout,
                "penalty_weight": penalty_weight,
            },
            **kwargs,
        )

    def _default_optimizers(self):
        """Adam with the authors' settings."""
        return {
            player: keras.optimizers.Adam(1e-4, beta_1=0.0, beta_2=0.9)
            for player in ("generator", "discriminator")
        }

    def _get_game_config(self):
        config = super()._get_game_config()
        # The first one is made from `penalty_weight`.
        config["regularizers"] = config["regularizers"][1:]
        return config
