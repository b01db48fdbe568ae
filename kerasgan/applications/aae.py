import keras

from kerasgan import networks
from kerasgan.applications.application import Application
from kerasgan.applications.registry import register
from kerasgan.models import AAE as AAEModel
from kerasgan.utils import look_up
from kerasgan.utils.image_shape import as_shape
from kerasgan.utils.seeds import second_seed
from kerasgan.utils.seeds import shift_seed


@register
class AAE(Application, AAEModel):
    """The adversarial autoencoder.

    Args:
        image_shape: Tuple `(height, width, channels)`. Defaults to
            `(28, 28, 1)`.
        latent_dim: Integer, length of the latents. Defaults to 8, the
            paper's for MNIST; 2 can be drawn as a map.
        units: Tuple of integers, widths of the hidden layers of the
            discriminator, and with `"mlp"` of all networks. Defaults to
            `(1000, 1000)`, the paper's.
        network: `"mlp"` (the default), the paper's, or `"convolutional"`,
            DCGAN's generator and its mirror, for sides of at least 8 pixels.
        filters: Integer, channels of the layers next to the image, for
            `"convolutional"`. Defaults to 64.
        seed: Integer or `None`, for initial weights, latents and noise.
            Defaults to `None`.
        name: String, the model's name.
        pretrained, include_discriminator, dtype: See
            `kerasgan.applications.DCGAN`.
        **kwargs: Further arguments of `kerasgan.models.AAE`, `latent_prior`
            among them.

    Example:

    ```python
    import numpy as np
    import kerasgan

    gan = kerasgan.applications.AAE(
        image_shape=(8, 8, 1), latent_dim=2, units=(8,),
        network="convolutional", filters=2, latent_prior="uniform",
    )
    gan.fit(np.zeros((8, 8, 8, 1), "uint8"), batch_size=4, verbose=0)
    ```

    Reference:
        Makhzani et al., 2015, arXiv 1511.05644. Deviations: Adam, with 1e-3
        for the reconstruction and 2e-4 for the game, where the paper has SGD
        with momentum; a prior of N(0, I); tanh at the end, for images in
        [-1, 1].
    """

    def __init__(
        self,
        image_shape=(28, 28, 1),
        latent_dim=8,
        units=(1000, 1000),
        network="mlp",
        filters=64,
        seed=None,
        name=None,
        **kwargs,
    ):
        image_shape, units = as_shape(image_shape), tuple(units)
        build = look_up(network, _BUILDERS, "network")
        super().__init__(
            *build(image_shape, latent_dim, units, filters, seed),
            networks.mlp_discriminator(
                (latent_dim,), units, seed=second_seed(seed)
            ),
            seed=seed,
            name=name,
            network_config={
                "image_shape": image_shape,
                "latent_dim": latent_dim,
                "units": units,
                "network": network,
                "filters": filters,
            },
            **kwargs,
        )

    def _default_optimizers(self):
        return {
            "generator": keras.optimizers.Adam(1e-3),
            "discriminator": keras.optimizers.Adam(2e-4, beta_1=0.5),
            "encoder": keras.optimizers.Adam(2e-4, beta_1=0.5),
        }


def _mlp(image_shape, latent_dim, units, filters, seed):
    del filters
    return (
        networks.mlp_generator(
            image_shape,
            latent_dim,
            tuple(reversed(units)),
            activation="relu",
            seed=seed,
        ),
        networks.mlp_encoder(
            image_shape, latent_dim, units, seed=shift_seed(seed, 2_000)
        ),
    )


def _convolutional(image_shape, latent_dim, units, filters, seed):
    del units  # which are the discriminator's alone
    return (
        networks.dcgan_generator(image_shape, latent_dim, filters, seed=seed),
        networks.dcgan_encoder(
            image_shape, latent_dim, filters, seed=shift_seed(seed, 2_000)
        ),
    )


_BUILDERS = {"mlp": _mlp, "convolutional": _convolutional}
