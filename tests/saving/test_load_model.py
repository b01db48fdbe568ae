import json
import shutil
import zipfile

import h5py
import keras
import numpy as np
import pytest

import kerasgan
from tests.small_gan import SmallGAN
from tests.small_gan import same_weights
from tests.small_gan import trained


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "gan.keras"
    trained().save(path)
    return path


@pytest.fixture
def path(saved, tmp_path):
    return shutil.copy(saved, tmp_path / "gan.keras")


def rewrite(path, change, compression=zipfile.ZIP_STORED):
    """Writes an archive anew, with its members changed."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def change_config(path, change):
    def rewritten(members):
        config = json.loads(members["config.json"])
        change(config)
        members["config.json"] = json.dumps(config).encode()

    rewrite(path, rewritten)


def test_a_model_is_as_it_was_saved(path):
    loaded = kerasgan.load_model(path)
    same_weights(loaded, keras.saving.load_model(path))
    assert int(loaded.images_seen) == 16
    for a, b in zip(
        loaded.optimizer.variables,
        keras.saving.load_model(path).optimizer.variables,
        strict=True,
    ):
        np.testing.assert_array_equal(*map(keras.ops.convert_to_numpy, (a, b)))


def test_a_compressed_archive_is_read_too(path):
    rewrite(path, lambda members: None, zipfile.ZIP_DEFLATED)
    same_weights(kerasgan.load_model(path), keras.saving.load_model(path))


def test_what_is_no_such_file_is_said(tmp_path):
    with pytest.raises(ValueError, match="must be a `.keras` file"):
        kerasgan.load_model(tmp_path / "gan.h5")
    with pytest.raises(FileNotFoundError, match="which is none"):
        kerasgan.load_model(tmp_path / "gan.keras")
    (tmp_path / "gan.keras").mkdir()
    with pytest.raises(FileNotFoundError, match="which is none"):
        kerasgan.load_model(tmp_path / "gan.keras")


def test_a_model_that_is_no_game_is_refused(tmp_path):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.save(tmp_path / "model.keras")
    with pytest.raises(ValueError, match="must hold a model of kerasgan"):
        kerasgan.load_model(tmp_path / "model.keras")


class Unregistered(kerasgan.models.GAN):
    """A model of a user's."""


def test_a_class_that_is_not_registered_can_be_given(tmp_path):
    gan = Unregistered(
        keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)]),
        keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]),
    )
    path = tmp_path / "gan.keras"
    with pytest.warns(UserWarning, match="Unregistered cannot be loaded by"):
        gan.save(path)
    with pytest.raises(ValueError, match="not registered.* `custom_objects`"):
        kerasgan.load_model(path)
    loaded = kerasgan.load_model(path, {"Unregistered": Unregistered})
    same_weights(gan, loaded)


def test_a_truncated_archive_and_a_flipped_bit_are_noticed(path):
    content = path.read_bytes()
    for damaged in (
        content[:-1],
        content[: len(content) // 2],
        content[:10],
        b"",
        # In the weights, where Keras does not look.
        content[:9000] + bytes([content[9000] ^ 1]) + content[9001:],
    ):
        path.write_bytes(damaged)
        with pytest.raises(OSError, match="gan.keras' must be a whole"):
            kerasgan.load_model(path)


@pytest.mark.parametrize(
    "change, match",
    [
        (lambda m: m.pop("metadata.json"), "the members"),
        (lambda m: m.update({"assets/x": b""}), "the members"),
        (
            lambda m: m.update({"config.json": b"{"}),
            "config.json' must be JSON",
        ),
        (lambda m: m.update({"config.json": b"[]"}), "must hold a JSON object"),
        (
            lambda m: m.update({"metadata.json": b'{"keras_version": 3}'}),
            "`keras_version` in .*metadata.json' must be",
        ),
        (
            lambda m: m.update({"model.weights.h5": b"HDF"}),
            "model.weights.h5' must be an HDF5 file",
        ),
        (
            lambda m: m.update({"config.json": b"[" * 5000 + b"]" * 5000}),
            "recursion limit",
        ),
    ],
)
def test_members_must_have_their_form(path, change, match):
    rewrite(path, change)
    with pytest.raises(OSError, match=match):
        kerasgan.load_model(path)


def test_an_archive_that_unpacks_to_much_is_refused(path):
    bomb = {"model.weights.h5": bytes(2**27)}
    rewrite(path, lambda m: m.update(bomb), zipfile.ZIP_DEFLATED)
    with pytest.raises(OSError, match="more than 67108864 bytes"):
        kerasgan.load_model(path)


def set_in(config, value, *keys):
    *path, last = keys
    for key in path:
        config = config[key]
    config[last] = value


def named(name, module=None, **config):
    return {
        "class_name": name,
        "module": module,
        "registered_name": name,
        "config": config,
    }


@pytest.mark.parametrize(
    "keys, value, match",
    [
        (("config", "pretrained"), "dots", "never loads another one"),
        (("config", "include_discriminator"), True, "never loads another one"),
        (("config", "units"), 10**9, "larger than its weights"),
        (("config", "units"), 10**12, "larger than its weights"),
        (("config", "units"), 10**30, "at most 64 bits"),
        (("config", "units"), 1e300, "gan.keras' must hold"),
        (("config", "units"), True, "gan.keras' must hold"),
        (("config", "units"), None, "gan.keras' must hold"),
        (("config", "latent_dim"), 10**11, "larger than its weights"),
        (("config", "image_shape"), [10**9] * 3, "gan.keras' must hold"),
        (("config", "nonsense"), 3, "gan.keras' must hold"),
        (("config",), None, "`config` in .*config.json' must be"),
        (("class_name",), 3, "`class_name` in .*config.json' must be"),
        (
            ("config", "loss"),
            named("kerasgan>FID", "kerasgan", features="inception_2015"),
            "(must be a part of a model|never loads another one)",
        ),
        (
            ("config", "loss"),
            named("kerasgan>FID", "kerasgan"),
            "must be a part of a model",
        ),
        (
            ("config", "augmentation"),
            named("StringLookup", "keras.layers", vocabulary="/etc/hosts"),
            "never loads another one",
        ),
        (
            ("config", "augmentation"),
            named("TFSMLayer", "keras.layers", filepath="/"),
            "arbitrary code execution",
        ),
        (
            ("config", "augmentation"),
            named("__lambda__", value="x"),
            "arbitrary code execution",
        ),
        (
            ("config", "loss"),
            {
                **named("function", "keras.datasets.mnist"),
                "config": "load_data",
            },
            "a function that computes",
        ),
        (
            ("config", "loss"),
            {**named("function"), "config": "kerasgan.applications>DCGAN"},
            "a function that computes",
        ),
        (("config", "regularizers"), ["kerasgan>FID"], "no name of a class"),
        (
            ("config", "loss"),
            named("load_model", "kerasgan.saving"),
            "of Keras, or registered",
        ),
        (
            ("config", "loss"),
            named("__numpy__", value=["a"], dtype="<U100000000"),
            "an array of numbers",
        ),
        (
            ("config", "regularizers"),
            [named("kerasgan>R1", "kerasgan")] * 5000,
            "few objects for weights of",
        ),
        (("config", "name"), "x" * 10**5, "at most 65536 letters"),
        (("config", "image_shape"), [1] * 10**5, "at most 65536 values"),
    ],
)
def test_a_configuration_only_makes_what_the_weights_are_for(
    path, keys, value, match
):
    change_config(path, lambda config: set_in(config, value, *keys))
    with pytest.raises((ValueError, OSError), match=match):
        kerasgan.load_model(path)


@pytest.mark.parametrize("key", ["pretrained", "include_discriminator"])
def test_keras_own_loading_reaches_for_no_preset_either(path, key):
    change_config(path, lambda config: set_in(config, True, "config", key))
    with pytest.raises(ValueError, match=f"`{key}` .*never loads another one"):
        keras.saving.load_model(path)
    # Nor does what an application inherits.
    config = kerasgan.applications.GAN(
        image_shape=(2,), latent_dim=2, units=(2,)
    ).get_config()
    with pytest.raises(ValueError, match=f"`{key}` .*never loads another one"):
        kerasgan.applications.GAN.from_config({**config, key: "dots"})


def declare(path, **arrays):
    """Puts arrays of zeros into the weights, that take no room there."""

    def change(members):
        file = path.with_name("x.h5")
        file.write_bytes(members["model.weights.h5"])
        with h5py.File(file, "r+") as weights:
            for name, shape in arrays.items():
                weights.create_dataset(
                    name, shape, "float32", chunks=True, compression="gzip"
                )
        members["model.weights.h5"] = file.read_bytes()

    rewrite(path, change)


def test_weights_that_declare_much_are_refused(path):
    declare(path, more=(10**6, 10**6))
    with pytest.raises(OSError, match="unpack to more than 100 times"):
        kerasgan.load_model(path)


def test_weights_that_lie_elsewhere_are_refused(path, tmp_path):
    def change(members):
        file = tmp_path / "x.h5"
        file.write_bytes(members["model.weights.h5"])
        with h5py.File(file, "r+") as weights:
            weights["elsewhere"] = h5py.ExternalLink("/etc/hosts", "/x")
        members["model.weights.h5"] = file.read_bytes()

    rewrite(path, change)
    with pytest.raises(OSError, match="a link to elsewhere"):
        kerasgan.load_model(path)


def test_loading_writes_no_file(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    kerasgan.load_model(path)
    assert sorted(tmp_path.rglob("*")) == before


def test_the_small_model_is_the_one_that_is_meant():
    assert SmallGAN().count_params() < 1000
