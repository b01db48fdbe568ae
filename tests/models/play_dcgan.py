"""Plays a few steps of a small DCGAN, without chance."""

import numpy as np

from kerasgan import networks
from tests.models.replay_gan import ReplayGAN
from tests.models.replay_gan import adam

SHAPE, BATCH, LATENT, STEPS = (16, 16, 1), 8, 4, 4


def play():
    """Returns `(initial weights, final weights, generated images)`."""
    rng = np.random.default_rng(0)
    table = rng.standard_normal((STEPS, BATCH, LATENT)).astype("float32")
    images = rng.integers(0, 256, (STEPS * BATCH, *SHAPE)).astype("uint8")
    generator = networks.dcgan_generator(SHAPE, latent_dim=LATENT, filters=3)
    discriminator = networks.dcgan_discriminator(SHAPE, filters=3)
    for network in (generator, discriminator):
        for weight in network.trainable_weights:
            center = 1.0 if weight.name == "gamma" else 0.0
            weight.assign(center + 0.2 * rng.standard_normal(weight.shape))
    gan = ReplayGAN(generator, discriminator, table=table, ema=50)
    gan.compile(generator_optimizer=adam(), discriminator_optimizer=adam())
    initial = gan.get_weights()
    gan.fit(images, batch_size=BATCH, shuffle=False, verbose=0)
    return initial, gan.get_weights(), gan.render(table[0])
