"""Networks of one or two weights, for games that one can play on paper."""

import keras
import numpy as np
from keras import layers
from keras import ops

import kerasgan


@keras.saving.register_keras_serializable(package="tests_tiny_games")
class Bilinear(kerasgan.losses.AdversarialLoss):
    """G minimises and D maximises the mean score of what G makes."""

    def discriminator(self, real_logits, fake_logits):
        return -ops.mean(fake_logits)

    def generator(self, fake_logits, real_logits=None):
        return ops.mean(fake_logits)


@keras.saving.register_keras_serializable(package="tests_tiny_games")
class Nothing(kerasgan.losses.AdversarialLoss):
    """Neither player wants anything."""

    def discriminator(self, real_logits, fake_logits):
        return 0.0 * ops.mean(fake_logits)

    def generator(self, fake_logits, real_logits=None):
        return 0.0 * ops.mean(fake_logits)


def numpy(x):
    return np.array(ops.convert_to_numpy(x))


def number(x):
    return float(numpy(x).item())


def copies(variables):
    return [numpy(v) for v in variables]


def dense(units, kernel, **kwargs):
    """Returns a Dense layer without bias that starts at a constant."""
    return layers.Dense(
        units,
        use_bias=False,
        kernel_initializer=keras.initializers.Constant(kernel),
        **kwargs,
    )


def point_generator(weight=1.0, latent_dim=1, dimensions=1):
    """Returns G(z) = weight * sum(z), in each dimension."""
    return keras.Sequential(
        [keras.Input((latent_dim,)), dense(dimensions, weight)],
        name="generator",
    )


def point_discriminator(weight=1.0, dimensions=1):
    """Returns D(x) = weight * sum(x)."""
    return keras.Sequential(
        [keras.Input((dimensions,)), dense(1, weight)], name="discriminator"
    )


def perceptrons(latent_dim=2, dimensions=2, seed=0):
    """Returns two small smooth networks, always of the same weights."""
    generator = keras.Sequential(
        [
            keras.Input((latent_dim,)),
            layers.Dense(3, activation="tanh"),
            layers.Dense(dimensions),
        ],
        name="generator",
    )
    discriminator = keras.Sequential(
        [
            keras.Input((dimensions,)),
            layers.Dense(4, activation="tanh"),
            layers.Dense(1),
        ],
        name="discriminator",
    )
    rng = np.random.default_rng(seed)
    for network in (generator, discriminator):
        network.set_weights(
            [rng.standard_normal(w.shape) for w in network.get_weights()]
        )
    return generator, discriminator


def points(n, dimensions=2, seed=0):
    rng = np.random.default_rng(seed)
    return rng.uniform(-1, 1, (n, dimensions)).astype("float32")


def tensors(*arrays):
    return [ops.convert_to_tensor(np.asarray(a, "float32")) for a in arrays]


def image_gradient(gan, fake, real, condition=None):
    """Returns the gradient of the generator's loss for generated images."""
    _ = gan.optimizer  # Made before anything is traced.
    _, _, gradient = kerasgan.backend.input_gradient(
        lambda fake: gan._generator_objective(fake, real, condition), fake
    )
    return numpy(gradient)
