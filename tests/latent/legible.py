"""Models whose images are a known function of their latents."""

import keras
import numpy as np

import kerasgan

SIDE = 4
LATENT_DIM = 3


def matrix(latent_dim=LATENT_DIM, size=SIDE * SIDE, seed=0):
    """Returns the matrix of a linear generator, `(latent_dim, size)`."""
    rng = np.random.default_rng(seed)
    return rng.normal(0.0, 0.15, (latent_dim, size)).astype("float32")


def discriminator(conditional=False):
    images = keras.Input((SIDE, SIDE, 1), name="images")
    inputs, x = images, images
    if conditional:
        labels = keras.Input((), dtype="int32", name="labels")
        inputs = [images, labels]
    x = keras.layers.Conv2D(
        2, 3, padding="same", kernel_initializer=_initializer(1)
    )(x)
    x = keras.layers.BatchNormalization()(x)
    x = keras.layers.LeakyReLU(0.2)(x)
    x = keras.layers.Dropout(0.5, seed=0)(x)
    x = keras.layers.Flatten()(x)
    x = keras.layers.Dense(1, kernel_initializer=_initializer(2))(x)
    return keras.Model(inputs, x, name="discriminator")


def linear_gan(latent_prior="normal", **kwargs):
    """Returns a GAN whose image is `z A`."""
    latents = keras.Input((LATENT_DIM,))
    dense = keras.layers.Dense(SIDE * SIDE, use_bias=False, name="linear")
    images = keras.layers.Reshape((SIDE, SIDE, 1))(dense(latents))
    dense.set_weights([matrix()])
    generator = keras.Model(latents, images, name="generator")
    return kerasgan.models.GAN(
        generator,
        discriminator(),
        latent_prior=latent_prior,
        seed=0,
        **kwargs,
    )


def linear_cgan():
    """Returns a conditional GAN whose image is `[z, one-hot y] A`."""
    latents = keras.Input((LATENT_DIM,), name="latents")
    labels = keras.Input((), dtype="int32", name="labels")
    one_hot = keras.ops.one_hot(labels, 2)
    x = keras.layers.Concatenate()([latents, one_hot])
    dense = keras.layers.Dense(SIDE * SIDE, use_bias=False)
    images = keras.layers.Reshape((SIDE, SIDE, 1))(dense(x))
    whole = matrix(LATENT_DIM + 2, seed=5)
    whole[:LATENT_DIM] *= 0.5
    whole[LATENT_DIM:] *= 2.0
    dense.set_weights([whole])
    generator = keras.Model([latents, labels], images, name="generator")
    return kerasgan.models.ConditionalGAN(
        generator, discriminator(conditional=True), num_classes=2, seed=0
    )


def _initializer(seed):
    return keras.initializers.RandomNormal(0.0, 0.5, seed=seed)


def values(gan):
    """Returns copies of all that a model holds."""
    return [np.array(keras.ops.convert_to_numpy(v)) for v in gan.variables]


def assert_untouched(gan, before):
    for a, b in zip(values(gan), before, strict=True):
        np.testing.assert_array_equal(a, b)
