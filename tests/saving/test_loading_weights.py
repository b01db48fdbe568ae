import json
import warnings

import h5py
import keras
import numpy as np
import pytest

from kerasgan.applications import GAN
from tests.small_gan import SmallGAN
from tests.small_gan import same_weights
from tests.small_gan import trained


def values(gan):
    return [keras.ops.convert_to_numpy(v) for v in gan.variables]


def test_all_that_was_saved_is_loaded(tmp_path):
    gan = trained()
    for name in ("gan.weights.h5", "gan.keras"):
        other = SmallGAN(ema=8.0, seed=4)
        gan.save(tmp_path / name) if ".keras" in name else gan.save_weights(
            tmp_path / name
        )
        other.load_weights(tmp_path / name)
        for a, b in zip(values(gan), values(other), strict=True):
            np.testing.assert_array_equal(a, b)
        assert int(other.images_seen) == int(gan.images_seen) > 0


def test_weights_of_another_size_change_nothing(tmp_path):
    gan = SmallGAN(seed=1)
    gan.save_weights(tmp_path / "gan.weights.h5")
    other = SmallGAN(seed=2, units=6)
    before = values(other)
    with pytest.raises(ValueError, match="gan.weights.h5.*model is as it was"):
        other.load_weights(tmp_path / "gan.weights.h5")
    for a, b in zip(before, values(other), strict=True):
        np.testing.assert_array_equal(a, b)


def test_one_array_of_another_shape_changes_nothing(tmp_path):
    gan, other = SmallGAN(seed=1), SmallGAN(seed=2)
    path = tmp_path / "gan.weights.h5"
    gan.save_weights(path)
    names = []
    with h5py.File(path, "r+") as file:
        file.visititems(
            lambda name, item: (
                names.append(name) if isinstance(item, h5py.Dataset) else None
            )
        )
    before = values(other)
    # Whichever it is: also the last one, when all others are loaded.
    for i, name in enumerate([*names[::6], names[-1]]):
        path = tmp_path / f"{i}.weights.h5"
        gan.save_weights(path)
        with h5py.File(path, "r+") as file:
            del file[name]
            file[name] = np.zeros((7, 1, 7), "float32")
        with pytest.raises(ValueError, match="model is as it was"):
            other.load_weights(path)
        for a, b in zip(before, values(other), strict=True):
            np.testing.assert_array_equal(a, b)


def test_what_fits_is_loaded_where_one_asks_for_it(tmp_path):
    gan, other = SmallGAN(seed=1), SmallGAN(seed=2, units=6)
    gan.save_weights(tmp_path / "gan.weights.h5")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other.load_weights(tmp_path / "gan.weights.h5", skip_mismatch=True)
    same_weights(gan.discriminator, other.discriminator)


def test_weights_in_several_files_are_checked(tmp_path):
    gan, other = SmallGAN(seed=1), SmallGAN(seed=2)
    path = tmp_path / "gan.weights.json"
    gan.save_weights(path, max_shard_size=1)
    other.load_weights(path)
    same_weights(gan, other)
    index = json.loads(path.read_text())
    before = values(other)
    for change in ({"x": "../y"}, {"x": ["y"]}, {"x": 3}, {"x": "\ud800"}):
        path.write_text(json.dumps({**index, "weight_map": change}))
        with pytest.raises(OSError, match="gan.weights.json|'.*y'"):
            other.load_weights(path)
    for a, b in zip(before, values(other), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_file_that_is_not_there_or_broken_is_an_error(tmp_path):
    gan = GAN(image_shape=(2,), latent_dim=2, units=(2,))
    path = tmp_path / "gan.weights.h5"
    with pytest.raises(FileNotFoundError, match="gan.weights.h5', which is"):
        gan.load_weights(path)
    gan.save_weights(path)
    path.write_bytes(path.read_bytes()[:-900])
    with pytest.raises(OSError, match="HDF5 file of weights.*truncated"):
        gan.load_weights(path)


def test_a_model_trains_on_after_weights_were_loaded(tmp_path):
    gan = trained()
    gan.save_weights(tmp_path / "gan.weights.h5")
    gan.load_weights(tmp_path / "gan.weights.h5")
    gan.fit(np.zeros((8, 4, 4, 1), "uint8"), batch_size=8, verbose=0)
    assert int(gan.images_seen) == 24
