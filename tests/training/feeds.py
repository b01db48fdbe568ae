"""A small game, and its images as every kind of data set."""

import keras
import numpy as np
import pytest

import kerasgan

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (24, 8, 8, 1)).astype("uint8")
FLOATS = (IMAGES / 127.5 - 1).astype("float32")


def make_gan(discriminator_steps=1):
    """Returns a game of dense layers: what is fed is all that matters."""

    def dense(units, seed):
        initializer = keras.initializers.GlorotUniform(seed=seed)
        return keras.layers.Dense(units, kernel_initializer=initializer)

    gan = kerasgan.models.GAN(
        keras.Sequential(
            [
                keras.Input((4,)),
                dense(64, seed=0),
                keras.layers.Reshape((8, 8, 1)),
            ]
        ),
        keras.Sequential(
            [
                keras.Input((8, 8, 1)),
                keras.layers.Flatten(),
                dense(1, seed=1),
            ]
        ),
        discriminator_steps=discriminator_steps,
        seed=0,
    )
    gan.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
    return gan


class Batches(keras.utils.PyDataset):
    def __init__(self, images, size, shape=None):
        super().__init__()
        self.images, self.size = images, size

    def __len__(self):
        return -(-len(self.images) // self.size)

    def __getitem__(self, i):
        return self.images[i * self.size : (i + 1) * self.size]


def as_tf_data(images, size, shape=None):
    tf = pytest.importorskip("tensorflow")
    return tf.data.Dataset.from_tensor_slices(images).batch(size)


def as_data_loader(images, size, shape=None):
    torch = pytest.importorskip("torch")
    dataset = torch.utils.data.TensorDataset(torch.tensor(images))
    return torch.utils.data.DataLoader(dataset, batch_size=size)


def as_generator(images, size, shape=None):
    return ((images[i : i + size],) for i in range(0, len(images), size))


def as_grain(images, size, shape=None):
    grain = pytest.importorskip("grain")
    return grain.MapDataset.source(images).batch(size)


def as_tf_data_without_length(images, size, shape=(8, 8, 1)):
    tf = pytest.importorskip("tensorflow")
    return tf.data.Dataset.from_generator(
        lambda: (batch for (batch,) in as_generator(images, size)),
        output_signature=tf.TensorSpec((None, *shape), images.dtype),
    )


FEEDS = [
    as_tf_data,
    as_tf_data_without_length,
    as_data_loader,
    Batches,
    as_generator,
    as_grain,
]


def counted(gan):
    return [
        int(keras.ops.convert_to_numpy(counter))
        for counter in (gan.steps_seen, gan.images_seen)
    ]
