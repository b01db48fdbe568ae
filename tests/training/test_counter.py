"""Counters of steps and images: of any size, on every backend, in old files."""

import h5py
import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.training.counter import Counter
from tests.tiny import tiny_gan
from tests.tiny import tiny_images

LARGE = [0, 1, 2**30 - 1, 2**30, 2**31 - 1, 2**31, 3 * 2**40 + 7]


def read(counter):
    return int(keras.ops.convert_to_numpy(counter))


@pytest.mark.parametrize("value", LARGE)
def test_a_count_is_read_as_it_was_written(value):
    counter = Counter(name="count")
    counter.assign(value)
    assert read(counter) == int(counter) == np.asarray(counter) == value


@pytest.mark.parametrize("value", LARGE)
def test_adding_carries(value):
    counter = Counter(name="count")
    counter.assign(value)
    for more in (1, 64, 2**30):
        counter.assign_add(more)
    assert read(counter) == value + 65 + 2**30
    counter.assign_sub(1)
    counter.assign_add(3)
    assert read(counter) == value + 67 + 2**30


@pytest.mark.parametrize("start", LARGE)
def test_differences_of_large_counts_are_exact(start):
    counter = Counter(name="count")
    counter.assign(start + 1001)
    assert float(counter.since(start)) == 1001.0


def test_a_count_is_a_float_where_it_is_used_as_a_tensor():
    counter = Counter(name="count")
    counter.assign(12)
    assert float(keras.ops.cast(counter, "float32") * 2.0) == 24.0


def test_images_are_counted_beyond_what_32_bits_hold(tmp_path):
    gan = tiny_gan(ema=kerasgan.training.EMA(10.0, 0.05))
    gan.images_seen.assign(2**31 - 10)
    gan.fit(tiny_images(16), batch_size=8, verbose=0)
    assert read(gan.images_seen) == 2**31 + 6
    assert read(gan.steps_seen) == 2
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert read(loaded.images_seen) == 2**31 + 6
    assert np.isfinite(gan.generate(1, seed=0)).all()


@pytest.mark.parametrize("stored", [96, 2**31 - 1, -(2**31) + 5])
def test_an_older_file_has_its_counts_with_the_models_variables(
    stored, tmp_path
):
    file = tmp_path / "gan.weights.h5"
    gan = tiny_gan()
    gan.save_weights(file)
    with h5py.File(file, "a") as content:
        for name in ("steps_seen", "images_seen"):
            del content[f"vars/{name}"]
        content["vars/0"] = np.array(12, "int32")
        content["vars/1"] = np.array(stored, "int32")
    gan.load_weights(file)
    assert read(gan.steps_seen) == 12
    assert read(gan.images_seen) == stored % 2**32


def test_its_value_is_an_integer_tensor_within_steps_too(backend):
    counter = Counter("steps_seen")
    counter.assign(2**31 - 10 if backend == "jax" else 2**40 + 3)
    expected = int(counter)
    assert int(counter.value) == expected
    assert keras.ops.is_tensor(counter.value)

    class Doubling(keras.layers.Layer):
        def call(self, x):
            return keras.ops.cast(counter.value % 7, "float32") + 0 * x

    model = keras.Sequential([keras.Input((1,)), Doubling()])
    found = model.predict(np.zeros((1, 1), "float32"), verbose=0)
    assert found == expected % 7
