"""What several builders of networks share."""

import functools

import keras
from keras import layers

from kerasgan import backend
from kerasgan.utils.image_shape import check_channels_last
from kerasgan.utils.seeds import check_seed
from kerasgan.utils.seeds import shift_seed


def builder(build):
    """Decorates a function that builds a network.

    The layers that it gives no name have the same ones in each network that
    it builds: arrays by name, as PyTorch's `state_dict` has them, fit from
    one into another.
    """

    @functools.wraps(build)
    def named(*args, **kwargs):
        check_channels_last()
        with backend.fresh_names():
            return build(*args, **kwargs)

    return named


class Seeds:
    """Hands out seeds and initializers, to each layer its own.

    Args:
        seed: Integer from 0 to 2**31 - 1, or `None` for other weights each
            time.
    """

    def __init__(self, seed):
        self.seed = check_seed(seed)
        self.count = 0

    def next(self):
        """Returns the next seed, `None` where there is none to start from."""
        seed = shift_seed(self.seed, self.count)
        self.count += 1
        return seed

    def normal(self, mean=0.0):
        """Returns a normal initializer of DCGAN's deviation, 0.02."""
        return keras.initializers.RandomNormal(mean, 0.02, seed=self.next())

    def like(self, initializer):
        """Returns a copy of an initializer, with a seed of its own.

        One instance in two layers of equal shape would give equal weights.
        An initializer's own seed counts where there is no other.

        Args:
            initializer: Keras initializer, its name or its config.
        """
        initializer = keras.initializers.get(initializer)
        seed = self.next()
        if not hasattr(initializer, "get_config"):
            return initializer
        config = initializer.get_config()
        if "seed" not in config:
            return initializer
        if self.seed is not None:
            config["seed"] = seed
        elif isinstance(config["seed"], int):
            config["seed"] += self.count
        return type(initializer).from_config(config)


def batch_normalization(seeds, name=None):
    """Returns BatchNormalization as DCGAN's authors set it.

    Their momentum, epsilon and initial scales; Keras has 0.99 and 1e-3.

    Args:
        seeds: `Seeds`.
        name: String or `None`, the layer's name.
    """
    return layers.BatchNormalization(
        momentum=0.9,
        epsilon=1e-5,
        gamma_initializer=seeds.normal(mean=1.0),
        name=name,
    )


def crop(x, size):
    """Cuts maps to `(height, width)`, at the bottom and at the right."""
    height, width = x.shape[1] - size[0], x.shape[2] - size[1]
    if height or width:
        x = layers.Cropping2D(((0, height), (0, width)))(x)
    return x


def append_condition(x, vectors):
    """Appends a condition to each vector, or as constant maps to each map.

    Args:
        x: Symbolic tensor `(batch, n)` or `(batch, height, width, n)`.
        vectors: Symbolic tensor `(batch, size)`.

    Returns:
        Symbolic tensor like `x`, with `n + size` on the last axis.
    """
    if len(x.shape) == 4:
        height, width = x.shape[1:3]
        vectors = layers.RepeatVector(height * width)(vectors)
        vectors = layers.Reshape((height, width, vectors.shape[-1]))(vectors)
    return layers.Concatenate()([x, vectors])
