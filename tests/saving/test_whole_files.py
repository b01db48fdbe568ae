"""Files of a model, when something ends their writing in the middle."""

import keras
import pytest

import kerasgan
from tests.small_gan import SmallGAN
from tests.small_gan import same_weights

FILES = {"gan.keras": "save", "gan.weights.h5": "save_weights"}


def fail(*args, **kwargs):
    raise KeyboardInterrupt


@pytest.mark.parametrize("name", FILES)
def test_what_ends_a_save_leaves_the_file_from_before(
    name, tmp_path, monkeypatch
):
    path, gan = tmp_path / name, SmallGAN(seed=1)
    getattr(gan, FILES[name])(path)
    before = path.read_bytes()
    # When all networks are written already.
    monkeypatch.setattr(SmallGAN, "save_own_variables", fail)
    with pytest.raises(KeyboardInterrupt):
        getattr(gan, FILES[name])(path)
    assert path.read_bytes() == before
    with pytest.raises(KeyboardInterrupt):
        getattr(gan, FILES[name])(tmp_path / f"other_{name}")
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_keras_writes_all_else_itself(tmp_path):
    gan = SmallGAN(seed=1)
    gan.save(tmp_path / "folder", zipped=False)
    gan.save_weights(tmp_path / "gan.weights.json", max_shard_size=1e-6)
    assert len(list(tmp_path.glob("gan_*.weights.h5"))) > 1
    same_weights(keras.saving.load_model(tmp_path / "folder"), gan)
    with pytest.raises(ValueError, match=r"`save\('.*gan.keras'\)`.*gan.zip"):
        gan.save(tmp_path / "gan.zip")


@pytest.mark.parametrize(
    "make",
    [
        lambda: SmallGAN(seed=1),
        lambda: kerasgan.applications.GAN((4, 4, 1), units=(2,)),
        lambda: kerasgan.applications.BEGAN((8, 8, 1), 2, 2),
    ],
)
def test_keras_writes_no_file_that_it_could_not_load(make, tmp_path):
    gan = make()
    with pytest.raises(ValueError, match=r"`save\('gan.keras'\)` .* HDF5"):
        keras.saving.save_model(gan, tmp_path / "gan.h5")
    keras.saving.save_model(gan, tmp_path / "gan.keras")
    keras.saving.save_model(gan.generator, tmp_path / "generator.h5")


def test_a_callback_may_save_too(tmp_path):
    gan = SmallGAN(seed=1)
    checkpoint = keras.callbacks.ModelCheckpoint(tmp_path / "gan.keras")
    checkpoint.set_model(gan)
    checkpoint.on_epoch_end(0, {})
    same_weights(keras.saving.load_model(tmp_path / "gan.keras"), gan)
    assert [file.name for file in tmp_path.iterdir()] == ["gan.keras"]
