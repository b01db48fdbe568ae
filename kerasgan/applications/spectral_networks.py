"""The networks that `SNGAN` and `ProjectionGAN` choose from."""

import keras

from kerasgan import networks
from kerasgan.utils import look_up
from kerasgan.utils.seeds import second_seed


def spectral_networks(
    image_shape,
    latent_dim,
    network,
    filters,
    widths,
    condition=None,
    seed=None,
):
    """Returns a generator and a spectrally normalised discriminator.

    Args:
        image_shape: Tuple `(height, width, channels)`.
        latent_dim: Integer.
        network: `"sndcgan"` or `"resnet"`.
        filters: Integer, for `"sndcgan"`.
        widths: List of channels or `None`, for `"resnet"`.
        condition: `kerasgan.conditions.Condition`, or `None` for networks
            without one.
        seed: Integer or `None`.
    """
    make_generator, make_discriminator, options = look_up(
        network,
        {
            "sndcgan": (
                networks.sndcgan_generator,
                networks.sndcgan_discriminator,
                {"filters": filters},
            ),
            "resnet": (
                networks.resnet_generator,
                networks.resnet_discriminator,
                {"widths": widths},
            ),
        },
        "network",
    )
    options["condition"] = condition
    return (
        make_generator(image_shape, latent_dim, seed=seed, **options),
        make_discriminator(image_shape, seed=second_seed(seed), **options),
    )


def adam_without_momentum():
    """Returns the optimizers of the authors' code, one a player."""
    return {
        player: keras.optimizers.Adam(2e-4, beta_1=0.0, beta_2=0.9)
        for player in ("generator", "discriminator")
    }
