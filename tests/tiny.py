"""A game that trains in no time, for tests of what happens around it."""

import keras
import numpy as np
from keras import layers

import kerasgan

IMAGE_SHAPE = (4, 4, 1)
LATENT_DIM = 3


def tiny_generator(seed=0):
    return keras.Sequential(
        [
            keras.Input((LATENT_DIM,)),
            layers.Dense(6, kernel_initializer=_initializer(seed)),
            layers.BatchNormalization(momentum=0.5),
            layers.LeakyReLU(0.2),
            layers.Dropout(0.2, seed=seed),
            layers.Dense(
                16,
                activation="tanh",
                kernel_initializer=_initializer(seed + 1),
                dtype="float32",
            ),
            layers.Reshape(IMAGE_SHAPE),
        ],
        name="generator",
    )


def tiny_discriminator(seed=0):
    return keras.Sequential(
        [
            keras.Input(IMAGE_SHAPE),
            layers.Flatten(),
            layers.Dense(5, kernel_initializer=_initializer(seed + 2)),
            layers.BatchNormalization(momentum=0.5),
            layers.LeakyReLU(0.2),
            layers.Dropout(0.2, seed=seed),
            layers.Dense(
                1, kernel_initializer=_initializer(seed + 3), dtype="float32"
            ),
        ],
        name="discriminator",
    )


def tiny_gan(seed=0, **kwargs):
    """Returns a GAN of dense layers, BatchNormalization and Dropout.

    Args:
        seed: Integer, for weights, dropout and the game.
        **kwargs: Further arguments of `kerasgan.models.GAN`.
    """
    return kerasgan.models.GAN(
        tiny_generator(seed), tiny_discriminator(seed), seed=seed, **kwargs
    )


def tiny_images(n=16, seed=0):
    """Returns images as bytes, `(n, 4, 4, 1)`."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (n, *IMAGE_SHAPE)).astype("uint8")


def state(gan):
    """Returns all that training goes on from, as `{place and path: array}`.

    Weights, statistics, averages, counters, seeds (those of the layers too)
    and what the optimizers remember.
    """
    variables = [*gan.variables, *gan.optimizer.variables]
    return {
        f"{i:03} {variable.path}": keras.ops.convert_to_numpy(variable).copy()
        for i, variable in enumerate(variables)
    }


def assert_same_state(actual, expected):
    """Fails unless two states are the same, bit for bit.

    Paths differ between a model and its reloaded copy, so they only serve
    the message.
    """
    assert len(actual) == len(expected)
    different = [
        path
        for (path, value), other in zip(expected.items(), actual.values())
        if not np.array_equal(value, other)
    ]
    assert not different


def _initializer(seed):
    return keras.initializers.GlorotUniform(seed=seed)
