"""A GAN without chance: latents and mixes come from tables."""

import keras
from keras import ops

import kerasgan


class ReplayGAN(kerasgan.models.GAN):
    """Reads its latents from a table, a row each time.

    Args:
        table: Float32 array, `(draws, batch, latent_dim)`.
    """

    def __init__(self, *args, table, **kwargs):
        super().__init__(*args, **kwargs)
        self.table = table
        self.draws = self.add_weight(
            name="draws", dtype="int32", initializer="zeros", trainable=False
        )

    def _sample_latents(self, batch_size):
        latents = ops.take(
            ops.convert_to_tensor(self.table), self.draws.value, axis=0
        )
        self.draws.assign_add(1)
        return latents


class ReplayPenalty(kerasgan.regularizers.GradientPenalty):
    """Looks at the same share of each segment every time.

    Args:
        mix: Float32 array, `(batch,)`.
    """

    def __init__(self, mix, **kwargs):
        super().__init__(name="gradient_penalty", **kwargs)
        self.mix = mix

    def points(self, real, fake, seed):
        mix = ops.reshape(ops.convert_to_tensor(self.mix), (-1, 1, 1, 1))
        return real + mix * (fake - real)


def adam():
    return keras.optimizers.Adam(0.01, beta_1=0.5, beta_2=0.9, epsilon=1e-7)
