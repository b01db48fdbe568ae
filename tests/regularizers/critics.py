"""Discriminators whose gradients are known, and how to charge them."""

import keras
import numpy as np
from keras import layers
from keras import ops

import kerasgan


def linear(weights, bias=0.0):
    """Returns `w . x + b` on images of the shape of `weights`."""
    weights = np.array(weights, "float32")
    model = keras.Sequential(
        [keras.Input(weights.shape), layers.Flatten(), layers.Dense(1)]
    )
    model.set_weights([weights.reshape((-1, 1)), np.array([bias], "float32")])
    return model


# A linear critic on images of 1x2 pixels, with a gradient of norm 5.
W34 = np.array([[[3.0], [4.0]]])


def bowl(images):
    """Returns half the squared norm of each image; its gradient is it."""
    return 0.5 * ops.sum(ops.square(images), axis=(1, 2, 3))


def images(shape, seed=0):
    rng = np.random.default_rng(seed)
    return ops.convert_to_tensor(rng.uniform(-1, 1, shape).astype("float32"))


def charge(regularizer, score, real, fake=None, update=None, seed=0):
    """Returns the weighted penalty as a number."""
    if fake is None:
        fake = images(real.shape, seed=9)
    generator = keras.random.SeedGenerator(seed)
    penalty = regularizer(score, real, fake, score(real), update, generator)
    assert keras.backend.standardize_dtype(penalty.dtype) == "float32"
    assert penalty.shape == ()
    return float(ops.convert_to_numpy(penalty))


def weight_gradients(regularizer, model, real, fake, variables=None):
    """Returns the penalty's gradients for the weights, as NumPy arrays."""
    generator = keras.random.SeedGenerator(0)

    def objective():
        penalty = regularizer(model, real, fake, model(real), None, generator)
        return penalty, None

    _, _, pullback = kerasgan.backend.vjp(
        objective, variables or model.trainable_variables
    )
    return [ops.convert_to_numpy(gradient) for gradient in pullback()]
