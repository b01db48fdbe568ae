"""Games of latents with networks of a few weights, to play on paper."""

import keras
import numpy as np
from keras import layers
from keras import ops

SHAPE = (2, 2, 1)


def spread(weight, latent_dim=1):
    """Returns G(z) = weight * sum(z), in each pixel."""
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            layers.Dense(4, use_bias=False, kernel_initializer=_at(weight)),
            layers.Reshape(SHAPE),
        ]
    )


def scaled(weight, name=None):
    """Returns D(x) = weight * x, of each pixel."""
    return keras.Sequential([keras.Input(SHAPE), times(weight)], name=name)


def times(weight):
    return layers.Conv2D(1, 1, use_bias=False, kernel_initializer=_at(weight))


def gathered(weight, outputs=1):
    """Returns E(x) = weight * sum(x)."""
    return keras.Sequential(
        [
            keras.Input(SHAPE),
            layers.Flatten(),
            layers.Dense(
                outputs, use_bias=False, kernel_initializer=_at(weight)
            ),
        ]
    )


def images(n, seed=0, shape=SHAPE):
    rng = np.random.default_rng(seed)
    return rng.uniform(-1, 1, (n, *shape)).astype("float32")


def latents(steps, n, size=1, seed=1):
    rng = np.random.default_rng(seed)
    return rng.uniform(-1, 1, (steps, n, size)).astype("float32")


def replay(game, table):
    """Lets a game take its latents from a table, a row a step."""

    def sample_latents(batch_size):
        at = game.steps_seen.value
        return ops.take(ops.convert_to_tensor(table), at, axis=0)

    game._sample_latents = sample_latents
    return game


def compiled(game, rate=0.1):
    game.compile(
        **{
            f"{player}_optimizer": keras.optimizers.SGD(rate)
            for player in game._player_variables()
        }
    )
    return game


def step(game, *batch):
    """Returns the logs of one step of training."""
    game.reset_metrics()
    return game.train_on_batch(*batch, return_dict=True)


def first(network):
    """Returns the first number of each weight; they are all alike."""
    return [float(w.ravel()[0]) for w in network.get_weights()]


def numpy(x):
    return np.array(ops.convert_to_numpy(x))


def _at(weight):
    return keras.initializers.Constant(weight)
