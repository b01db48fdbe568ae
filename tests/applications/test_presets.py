import functools
import inspect
import json
import sys
import types

import h5py
import keras
import numpy as np
import pytest

from kerasgan import applications
from kerasgan.applications import preset_files
from kerasgan.applications.presets import accepts_pretrained
from kerasgan.applications.presets import list_pretrained
from kerasgan.applications.presets import load_preset
from kerasgan.applications.presets import save_to_preset
from kerasgan.models import GAN


@keras.saving.register_keras_serializable(package="test_presets")
class SmallGAN(GAN):
    """Two dense layers a network, from few arguments."""

    @accepts_pretrained
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
        super().__init__(generator, discriminator, name=name, **kwargs)
        self.network_config = {
            "image_shape": image_shape,
            "latent_dim": latent_dim,
            "units": units,
        }

    def get_config(self):
        return {**self.network_config, **self.get_game_config()}


@keras.saving.register_keras_serializable(package="test_presets")
class OtherGAN(SmallGAN):
    pass


def trained(**kwargs):
    gan = SmallGAN(**({"ema_half_life": 8.0, "seed": 3} | kwargs))
    images = np.random.default_rng(0).integers(0, 256, (16, 4, 4, 1))
    gan.fit(images.astype("uint8"), batch_size=8, verbose=0)
    return gan


@pytest.fixture(scope="module")
def gan():
    return trained()


@pytest.fixture
def folder(gan, tmp_path):
    save_to_preset(
        gan, tmp_path / "preset", metadata={"license": "MIT", "scores": {}}
    )
    return tmp_path / "preset"


def same_weights(a, b):
    for x, y in zip(a.get_weights(), b.get_weights(), strict=True):
        np.testing.assert_array_equal(x, y)


def test_all_networks_come_back(gan, folder):
    loaded = SmallGAN(pretrained=folder)
    for name in ("generator", "discriminator", "ema_generator"):
        same_weights(getattr(gan, name), getattr(loaded, name))
    np.testing.assert_array_equal(
        loaded.generate(3, seed=1), gan.generate(3, seed=1)
    )


def test_a_preset_is_three_files(folder):
    assert sorted(path.name for path in folder.iterdir()) == [
        "config.json",
        "metadata.json",
        "model.weights.h5",
    ]


def test_the_metadata_say_what_was_trained(gan, folder):
    metadata = json.loads((folder / "metadata.json").read_text())
    assert metadata["license"] == "MIT"
    assert metadata["model"] == "SmallGAN"
    assert metadata["image_shape"] == [4, 4, 1]
    assert metadata["steps_seen"] == 2
    assert metadata["images_seen"] == 16
    assert metadata["parameters"]["discriminator"] == 17
    assert len(metadata["files"]["model.weights.h5"]["sha256"]) == 64


def test_the_loaded_model_has_the_settings_and_trains_on(folder):
    loaded = SmallGAN(pretrained=str(folder))
    assert loaded.ema_half_life == 8.0
    assert loaded.seed == 3
    assert int(keras.ops.convert_to_numpy(loaded.images_seen)) == 16
    loaded.fit(np.zeros((8, 4, 4, 1), "uint8"), batch_size=8, verbose=0)
    assert int(keras.ops.convert_to_numpy(loaded.steps_seen)) == 3


def test_arguments_that_leave_the_networks_override_the_preset(folder):
    loaded = SmallGAN(
        (4, 4, 1), pretrained=folder, loss="hinge", seed=9, name="mine"
    )
    assert type(loaded.adversarial_loss).__name__ == "Hinge"
    assert (loaded.seed, loaded.name) == (9, "mine")


def test_the_class_can_be_left_to_the_preset(folder):
    assert type(load_preset(None, folder)) is SmallGAN
    assert load_preset(None, folder, seed=5).seed == 5


def test_a_subclass_takes_the_presets_of_its_class(folder):
    assert type(OtherGAN(pretrained=folder)) is OtherGAN


def test_without_pretrained_nothing_is_loaded(folder):
    for pretrained in (False, None):
        assert SmallGAN((4, 4, 3), pretrained=pretrained).image_shape[-1] == 3


def test_a_model_from_a_preset_is_saved_without_it(folder, tmp_path):
    loaded = SmallGAN(pretrained=folder)
    loaded.save(tmp_path / "gan.keras")
    for file in folder.iterdir():
        file.unlink()
    again = keras.saving.load_model(tmp_path / "gan.keras")
    same_weights(loaded.generator, again.generator)


def test_own_networks_are_part_of_the_preset(tmp_path):
    small = SmallGAN()
    gan = GAN(small.generator, small.discriminator)
    save_to_preset(gan, tmp_path)
    loaded = load_preset(None, tmp_path)
    np.testing.assert_array_equal(
        loaded.generate(3, seed=1), gan.generate(3, seed=1)
    )


def test_a_real_application_comes_back(tmp_path):
    gan = applications.DCGAN(image_shape=(8, 12, 3), filters=2, seed=0)
    gan.save_to_preset(tmp_path)
    loaded = applications.DCGAN(pretrained=tmp_path)
    np.testing.assert_array_equal(
        loaded.generate(2, seed=1), gan.generate(2, seed=1)
    )


def test_half_precision_halves_the_file_and_keeps_the_images(tmp_path):
    gan = SmallGAN(units=2000)
    save_to_preset(gan, tmp_path / "full")
    save_to_preset(gan, tmp_path / "half", half_precision=True)
    sizes = [
        (tmp_path / name / "model.weights.h5").stat().st_size
        for name in ("full", "half")
    ]
    assert sizes[1] < 0.6 * sizes[0]
    loaded = SmallGAN(pretrained=tmp_path / "half")
    assert loaded.generator.weights[0].dtype == "float32"
    np.testing.assert_allclose(
        loaded.generate(4, seed=0), gan.generate(4, seed=0), atol=5e-3
    )


def test_half_precision_keeps_what_float16_cannot_hold(tmp_path):
    gan = SmallGAN()
    bias = gan.discriminator.layers[-1].bias
    bias.assign([1e6])
    save_to_preset(gan, tmp_path, half_precision=True)
    loaded = SmallGAN(pretrained=tmp_path)
    same_weights(loaded.discriminator.layers[-1], loaded.discriminator)
    value = keras.ops.convert_to_numpy(loaded.discriminator.layers[-1].bias)
    assert value == [1e6]


def test_an_average_that_the_preset_lacks_starts_as_the_generator(tmp_path):
    gan = SmallGAN()
    save_to_preset(gan, tmp_path)
    loaded = SmallGAN(pretrained=tmp_path, ema_half_life=10.0)
    same_weights(loaded.ema_generator, gan.generator)


def test_an_average_that_is_not_wanted_is_left_out(gan, folder):
    loaded = SmallGAN(pretrained=folder, ema_half_life=None)
    assert loaded.ema_generator is None
    same_weights(loaded.generator, gan.generator)


@pytest.mark.parametrize(
    "overrides, match",
    [
        ({"image_shape": (8, 8, 1)}, r"image_shape=\(4, 4, 1\). Received"),
        ({"latent_dim": 7}, "latent_dim=3. Received: latent_dim=7"),
        ({"units": 6}, "must come with the networks of the preset"),
    ],
)
def test_other_shapes_are_refused(folder, overrides, match):
    with pytest.raises(ValueError, match=match):
        SmallGAN(pretrained=folder, **overrides)


def test_an_argument_that_the_class_lacks_is_refused(folder):
    with pytest.raises(TypeError, match="unit_count"):
        SmallGAN(pretrained=folder, unit_count=6)


def test_a_preset_of_another_class_is_refused(folder):
    with pytest.raises(ValueError, match="must be a preset of DCGAN"):
        load_preset(applications.DCGAN, folder)


def refuse_to_build(monkeypatch):
    def init(*args, **kwargs):
        raise RuntimeError("built before the files were checked")

    monkeypatch.setattr(GAN, "__init__", init)


def flip_last_byte(path):
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("name", ["model.weights.h5", "config.json"])
@pytest.mark.parametrize(
    "damage, match",
    [
        (lambda p: p.write_bytes(p.read_bytes()[:-9]), "must have bytes"),
        (flip_last_byte, "must have sha256 .* Received: .* get it again"),
        (lambda p: p.unlink(), "must be there. Received: no such file"),
    ],
)
def test_a_damaged_file_is_refused_before_anything_is_built(
    folder, monkeypatch, name, damage, match
):
    damage(folder / name)
    refuse_to_build(monkeypatch)
    with pytest.raises(OSError, match=match):
        SmallGAN(pretrained=folder)


@pytest.mark.parametrize(
    "text, match",
    [
        (None, "which has no metadata.json"),
        ("{", "must be a JSON file"),
        ("[]", "must hold a JSON object"),
        ('{"format": 99}', 'must have "format": 1. Received: 99'),
        ('{"format": 1}', "without 'files'"),
        ('{"format": 1, "files": {"config.json": 3}}', "must state"),
    ],
)
def test_broken_metadata_are_refused(folder, monkeypatch, text, match):
    if text is None:
        (folder / "metadata.json").unlink()
    else:
        (folder / "metadata.json").write_text(text)
    refuse_to_build(monkeypatch)
    with pytest.raises(OSError, match=match):
        SmallGAN(pretrained=folder)


def test_a_failed_overwrite_leaves_the_older_preset(gan, folder, monkeypatch):
    def fail(path):
        raise OSError("disk full")

    monkeypatch.setattr("kerasgan.applications.presets.halve_weights", fail)
    with pytest.raises(OSError, match="disk full"):
        save_to_preset(SmallGAN(), folder, half_precision=True)
    monkeypatch.undo()
    assert len(list(folder.iterdir())) == 3
    same_weights(SmallGAN(pretrained=folder).generator, gan.generator)


def test_a_preset_can_be_overwritten(folder):
    other = SmallGAN()
    save_to_preset(other, folder)
    loaded = SmallGAN(pretrained=folder)
    assert loaded.ema_generator is None
    same_weights(loaded.generator, other.generator)


@pytest.mark.parametrize(
    "metadata, match",
    [
        ({"steps_seen": 3}, "must leave out .*: steps_seen"),
        ({"files": {}}, "must leave out .*: files"),
        ({"scores": object()}, "`metadata` must consist of what JSON"),
        ({"fid": float("nan")}, "`metadata` must consist of what JSON"),
    ],
)
def test_bad_metadata_are_refused(gan, tmp_path, metadata, match):
    with pytest.raises(ValueError, match=match):
        save_to_preset(gan, tmp_path / "x", metadata=metadata)
    assert not (tmp_path / "x").exists()


def test_a_model_that_is_no_game_is_refused(tmp_path):
    with pytest.raises(ValueError, match="`gan` must be a `kerasgan.models"):
        save_to_preset(keras.Sequential(), tmp_path)


def test_an_unwritable_folder_is_refused(gan, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="`folder` must lead to a folder"):
        save_to_preset(gan, tmp_path / "file")


@pytest.fixture
def packaged(tmp_path, monkeypatch):
    root = tmp_path / "pretrained"
    monkeypatch.setattr(preset_files, "PACKAGED", root)
    save_to_preset(trained(), root / "smallgan" / "dots")
    return root


def test_packaged_presets_are_found_by_name(packaged):
    assert list_pretrained() == ["smallgan/dots"]
    for name in ("dots", "smallgan/dots", True):
        assert SmallGAN(pretrained=name).ema_half_life == 8.0
    assert type(load_preset(None, "smallgan/dots")) is SmallGAN


def test_true_needs_one_preset_that_stands_for_the_class(packaged):
    save_to_preset(SmallGAN(), packaged / "smallgan" / "rings")
    with pytest.raises(ValueError, match="these presets: 'dots', 'rings'"):
        SmallGAN(pretrained=True)
    save_to_preset(
        SmallGAN(seed=11),
        packaged / "smallgan" / "rings",
        metadata={"default": True},
    )
    assert SmallGAN(pretrained=True).seed == 11
    with pytest.raises(ValueError, match="these presets: none"):
        load_preset(applications.DCGAN, True)


def test_an_unknown_name_lists_the_near_ones(packaged):
    with pytest.raises(ValueError, match="Did you mean 'dots'"):
        SmallGAN(pretrained="dot")
    with pytest.raises(ValueError, match="Did you mean 'smallgan/dots'"):
        load_preset(None, "smalgan/dots")


def test_a_name_without_any_presets_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(preset_files, "PACKAGED", tmp_path)
    assert list_pretrained() == []
    with pytest.raises(ValueError, match="no presets are installed"):
        SmallGAN(pretrained="dots")


@pytest.mark.parametrize("source", ["", 3, ["dots"]])
def test_what_names_no_preset_is_refused(source):
    with pytest.raises(ValueError, match="must be True, the name of a preset"):
        SmallGAN(pretrained=source)


def test_a_missing_folder_is_refused(tmp_path):
    for source in (tmp_path / "none", str(tmp_path / "none"), "./none"):
        with pytest.raises(OSError, match="which is no folder"):
            SmallGAN(pretrained=source)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    # Keras reads KERAS_HOME once, when it is imported.
    (tmp_path / "cache").mkdir()
    get_file = functools.partial(
        keras.utils.get_file, cache_dir=tmp_path / "cache"
    )
    monkeypatch.setattr(keras.utils, "get_file", get_file)


def test_weights_that_do_not_ship_are_downloaded(packaged, tmp_path, cache):
    preset = packaged / "smallgan" / "dots"
    away = tmp_path / "away.h5"
    (preset / "model.weights.h5").rename(away)
    metadata = json.loads((preset / "metadata.json").read_text())
    metadata["url"] = away.as_uri()
    (preset / "metadata.json").write_text(json.dumps(metadata))
    assert SmallGAN(pretrained="dots").ema_half_life == 8.0
    assert len(list((tmp_path / "cache" / "kerasgan").iterdir())) == 1
    away.unlink()
    assert SmallGAN(pretrained="dots").ema_half_life == 8.0  # from the cache


def test_a_download_with_another_hash_is_refused(
    packaged, tmp_path, cache, monkeypatch
):
    preset = packaged / "smallgan" / "dots"
    (preset / "model.weights.h5").unlink()
    (tmp_path / "away.h5").write_bytes(b"something else")
    metadata = json.loads((preset / "metadata.json").read_text())
    metadata["url"] = (tmp_path / "away.h5").as_uri()
    (preset / "metadata.json").write_text(json.dumps(metadata))
    refuse_to_build(monkeypatch)
    with pytest.raises(OSError, match="hash does not match"):
        SmallGAN(pretrained="dots")


def test_the_hub_is_asked_for_the_three_files(folder, monkeypatch):
    asked = []

    def snapshot_download(repository, revision, allow_patterns):
        asked.append((repository, revision, sorted(allow_patterns)))
        return str(folder)

    hub = types.ModuleType("huggingface_hub")
    hub.snapshot_download = snapshot_download
    monkeypatch.setitem(sys.modules, "huggingface_hub", hub)
    files = ["config.json", "metadata.json", "model.weights.h5"]
    SmallGAN(pretrained="hf://user/gan")
    SmallGAN(pretrained="hf://user/gan@v2")
    assert asked == [("user/gan", None, files), ("user/gan", "v2", files)]
    with pytest.raises(ValueError, match="must have the form 'hf://user"):
        SmallGAN(pretrained="hf://gan")


def test_a_failing_hub_is_an_error_of_its_own(monkeypatch):
    def snapshot_download(*args, **kwargs):
        raise RuntimeError("404")

    hub = types.ModuleType("huggingface_hub")
    hub.snapshot_download = snapshot_download
    monkeypatch.setitem(sys.modules, "huggingface_hub", hub)
    with pytest.raises(OSError, match="could not be downloaded.*404"):
        SmallGAN(pretrained="hf://user/gan")


def test_without_the_hub_package_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(ImportError, match=r"pip install 'kerasgan\[hub\]'"):
        SmallGAN(pretrained="hf://user/gan")


def test_the_signature_shows_pretrained():
    parameters = inspect.signature(SmallGAN).parameters
    assert list(parameters)[-2:] == ["pretrained", "kwargs"]
    assert parameters["pretrained"].default is False


def test_stored_weights_are_plain_float16(tmp_path):
    save_to_preset(SmallGAN(), tmp_path, half_precision=True)
    types_seen = set()
    with h5py.File(tmp_path / "model.weights.h5") as file:
        file.visititems(
            lambda name, item: (
                types_seen.add(str(item.dtype))
                if isinstance(item, h5py.Dataset)
                else None
            )
        )
    assert types_seen == {"float16"}


class _WithMore(SmallGAN):
    """A model with a weight of its own beside the networks."""

    @accepts_pretrained
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.more = keras.layers.Dense(2)
        self.more.build((None, 3))


def test_what_no_preset_has_gets_its_initial_values(folder):
    loaded = _WithMore(pretrained=folder)
    assert keras.ops.convert_to_numpy(loaded.more.kernel).all()
