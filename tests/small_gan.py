"""A game of few weights that is a preset in a moment."""

import keras
import numpy as np

from kerasgan.applications import Application
from kerasgan.models import GAN


@keras.saving.register_keras_serializable(package="tests")
class SmallGAN(Application, GAN):
    """Two dense layers a network, from few arguments."""

    def __init__(
        self, image_shape=(4, 4, 1), latent_dim=3, units=5, name=None, **kwargs
    ):
        image_shape = tuple(image_shape)
        size = int(np.prod(image_shape))
        generator = keras.Sequential(
            [
                keras.Input((latent_dim,)),
                keras.layers.Dense(units, name="hidden"),
                keras.layers.BatchNormalization(),
                keras.layers.Dense(size, activation="tanh"),
                keras.layers.Reshape(image_shape),
            ]
        )
        discriminator = keras.Sequential(
            [
                keras.Input(image_shape),
                keras.layers.Flatten(),
                keras.layers.Dense(1),
            ]
        )
        super().__init__(
            generator,
            discriminator,
            name=name,
            network_config={
                "image_shape": image_shape,
                "latent_dim": latent_dim,
                "units": units,
            },
            **kwargs,
        )


def trained(**kwargs):
    gan = SmallGAN(**({"ema": 8.0, "seed": 3} | kwargs))
    images = np.random.default_rng(0).integers(0, 256, (16, 4, 4, 1))
    gan.fit(images.astype("uint8"), batch_size=8, verbose=0)
    return gan


def same_weights(a, b):
    for x, y in zip(a.get_weights(), b.get_weights(), strict=True):
        np.testing.assert_array_equal(x, y)
