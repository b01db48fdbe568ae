"""Translators of a few weights, whose games one can play on paper."""

import keras
import numpy as np
from keras import layers

SHAPE = (4, 4, 1)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softplus(x):
    return np.logaddexp(0, x)


def scaling(weight, channels=1):
    """Returns G(x) = weight * x, of each pixel by itself."""
    return keras.Sequential(
        [
            keras.Input((*SHAPE[:2], channels)),
            layers.Conv2D(
                channels,
                1,
                use_bias=False,
                kernel_initializer=keras.initializers.Constant(weight),
            ),
        ]
    )


def judge(*weights, bias=0.0):
    """Returns D(x, y, ...) = weights[0] * x + weights[1] * y + ... + bias."""
    inputs = [keras.Input(SHAPE) for _ in weights]
    terms = [
        layers.Conv2D(
            1,
            1,
            use_bias=i == 0,
            kernel_initializer=keras.initializers.Constant(weight),
            bias_initializer=keras.initializers.Constant(bias),
        )(x)
        for i, (weight, x) in enumerate(zip(weights, inputs))
    ]
    if len(terms) == 1:
        return keras.Model(inputs[0], terms[0])
    return keras.Model(inputs, layers.Add()(terms))


def images(n, seed=0, shape=SHAPE):
    rng = np.random.default_rng(seed)
    return rng.uniform(-1, 1, (n, *shape)).astype("float32")


def weights(*networks):
    return [float(w.item()) for net in networks for w in net.get_weights()]


def compiled(game, rate=0.1):
    game.compile(
        generator_optimizer=keras.optimizers.SGD(rate),
        discriminator_optimizer=keras.optimizers.SGD(rate),
    )
    return game


def state(game):
    return [np.array(keras.ops.convert_to_numpy(v)) for v in game.variables]
