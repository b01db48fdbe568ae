"""What one backend writes, the others read: the same images to 1e-5.

Each run pairs the backend under test with the next one: a process of that one
reads what is written here, and writes games of its own that are read here.
Three runs cover all six directions.
"""

import importlib.util
import pathlib

import keras
import numpy as np
import pytest

import kerasgan
from tests import children
from tests import tiny

BACKENDS = ("tensorflow", "jax", "torch")
FILES = ("gan.keras", "gan.weights.h5", "dcgan.keras", "dcgan.weights.h5")


def build(name, seed):
    if name == "gan":
        return tiny.tiny_gan(seed, ema=10.0)
    return kerasgan.applications.DCGAN(
        image_shape=(9, 12, 3), latent_dim=4, filters=2, seed=seed
    )


def images_of(gan):
    return gan.generate(3, seed=0)


def write(folder):
    """Trains a step of each game and stores files and images."""
    folder = pathlib.Path(folder)
    for name in ("gan", "dcgan"):
        gan = build(name, seed=0)
        images = np.random.default_rng(0).uniform(-1, 1, (4, *gan.image_shape))
        gan.train_on_batch(images.astype("float32"))
        gan.save(folder / f"{name}.keras")
        gan.save_weights(folder / f"{name}.weights.h5")
        np.save(folder / f"{name}.npy", images_of(gan))


def read(folder, file):
    """Returns the images of a file that a backend has written."""
    path = pathlib.Path(folder, file)
    if path.suffix == ".keras":
        return images_of(keras.saving.load_model(path))
    gan = build(file.split(".")[0], seed=99)
    gan.load_weights(path)
    return images_of(gan)


def read_and_write(theirs, ours):
    """What the process on the other backend does."""
    np.savez(
        pathlib.Path(ours, "read.npz"),
        **{file: read(theirs, file) for file in FILES},
    )
    write(ours)


def other_backend():
    own = BACKENDS.index(keras.backend.backend())
    for name in (BACKENDS[own - 2], BACKENDS[own - 1]):
        if importlib.util.find_spec(name):
            return name
    pytest.skip("no other backend is installed")


@pytest.fixture(scope="session")
def folders(tmp_path_factory):
    """Returns the folder written here and that of the other backend."""
    other = other_backend()
    here = tmp_path_factory.mktemp("here")
    there = tmp_path_factory.mktemp("there")
    write(here)
    with children.running(read_and_write, here, there, backend=other):
        pass
    return here, there


@pytest.mark.parametrize("file", FILES)
def test_another_backend_reads_what_this_one_wrote(folders, file):
    here, there = folders
    expected = np.load(here / f"{file.split('.')[0]}.npy")
    actual = np.load(there / "read.npz")[file]
    np.testing.assert_allclose(actual, expected, atol=1e-5, rtol=0)


@pytest.mark.parametrize("file", FILES)
def test_this_backend_reads_what_another_wrote(folders, file):
    _, there = folders
    expected = np.load(there / f"{file.split('.')[0]}.npy")
    actual = read(there, file)
    np.testing.assert_allclose(actual, expected, atol=1e-5, rtol=0)
