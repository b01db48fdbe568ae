import inspect
import json

import h5py
import keras
import numpy as np
import pytest

import kerasgan
from kerasgan import applications
from kerasgan.applications.preset_loader import load_preset
from kerasgan.applications.preset_writer import save_to_preset
from kerasgan.models import GAN
from tests.small_gan import SmallGAN
from tests.small_gan import same_weights
from tests.small_gan import trained


@keras.saving.register_keras_serializable(package="test_presets")
class OtherGAN(SmallGAN):
    pass


@pytest.fixture(scope="module")
def gan():
    return trained()


@pytest.fixture
def folder(gan, tmp_path):
    save_to_preset(
        gan, tmp_path / "preset", metadata={"license": "MIT", "scores": {}}
    )
    return tmp_path / "preset"


def test_all_networks_come_back(gan, folder):
    loaded = SmallGAN(pretrained=folder)
    for name in ("generator", "discriminator", "ema_generator"):
        same_weights(getattr(gan, name), getattr(loaded, name))
    np.testing.assert_array_equal(
        loaded.generate(3, seed=1), gan.generate(3, seed=1)
    )


def test_a_preset_is_four_files(folder):
    assert sorted(path.name for path in folder.iterdir()) == [
        "README.md",
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
    assert loaded.ema.half_life == 8.0
    assert loaded.get_config()["seed"] == 3
    assert int(keras.ops.convert_to_numpy(loaded.images_seen)) == 16
    loaded.fit(np.zeros((8, 4, 4, 1), "uint8"), batch_size=8, verbose=0)
    assert int(keras.ops.convert_to_numpy(loaded.steps_seen)) == 3


def test_arguments_that_leave_the_networks_override_the_preset(folder):
    loaded = SmallGAN(
        (4, 4, 1), pretrained=folder, loss="hinge", seed=9, name="mine"
    )
    assert type(loaded.loss).__name__ == "Hinge"
    assert (loaded.get_config()["seed"], loaded.name) == (9, "mine")


def test_the_class_can_be_left_to_the_preset(folder):
    assert type(load_preset(None, folder)) is SmallGAN
    assert load_preset(None, folder, seed=5).get_config()["seed"] == 5


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
    loaded = SmallGAN(pretrained=tmp_path, ema=10.0)
    same_weights(loaded.ema_generator, gan.generator)


def test_an_average_that_is_not_wanted_is_left_out(gan, folder):
    loaded = SmallGAN(pretrained=folder, ema=None)
    assert loaded.ema_generator is None
    same_weights(loaded.generator, gan.generator)


@pytest.mark.parametrize(
    "load",
    [
        lambda folder, **kwargs: SmallGAN(pretrained=folder, **kwargs),
        lambda folder, **kwargs: load_preset(None, folder, **kwargs),
    ],
)
def test_the_discriminator_can_be_left_to_start_anew(gan, folder, load):
    whole = load(folder, include_discriminator=True)
    same_weights(whole.discriminator, gan.discriminator)
    loaded = load(folder, include_discriminator=False)
    for name in ("generator", "ema_generator"):
        same_weights(getattr(loaded, name), getattr(gan, name))
    kernel, bias = loaded.discriminator.get_weights()
    assert kernel.all() and not bias.any()
    assert not np.isclose(kernel, gan.discriminator.get_weights()[0]).any()


def test_a_discriminator_that_starts_anew_can_be_another(tmp_path):
    gan = applications.GAN((2,), latent_dim=3, units=(4,))
    gan.save_to_preset(tmp_path)
    with pytest.raises(ValueError, match="must come with the networks of"):
        applications.GAN(
            pretrained=tmp_path, augmentation=kerasgan.augmentations.Packing(2)
        )
    loaded = applications.GAN(
        pretrained=tmp_path,
        augmentation=kerasgan.augmentations.Packing(2),
        include_discriminator=False,
    )
    same_weights(loaded.generator, gan.generator)
    assert loaded.discriminator.input_shape == (None, 4)


def test_without_a_preset_there_is_no_discriminator_to_leave_out():
    with pytest.raises(ValueError, match="`include_discriminator` must be"):
        SmallGAN(include_discriminator=False)


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


def test_a_failed_overwrite_leaves_the_older_preset(gan, folder, monkeypatch):
    def fail(path):
        raise OSError("disk full")

    monkeypatch.setattr(
        "kerasgan.applications.preset_writer.halve_weights", fail
    )
    with pytest.raises(OSError, match="disk full"):
        save_to_preset(SmallGAN(), folder, half_precision=True)
    monkeypatch.undo()
    assert len(list(folder.iterdir())) == 4
    same_weights(SmallGAN(pretrained=folder).generator, gan.generator)


def rows_of(card):
    cells = [line.split("|")[1:-1] for line in card.splitlines() if "|" in line]
    return {key.strip(): value.strip() for key, value in cells}


def test_the_card_says_what_the_metadata_do(tmp_path):
    about = {"dataset": "dots", "scores": {"fid": 3.5}, "note": "a|b\nc"}
    save_to_preset(trained(), tmp_path, metadata=about, half_precision=True)
    card = (tmp_path / "README.md").read_text()
    assert "# SmallGAN" in card
    rows = rows_of(card.replace("a\\|b", "a or b"))
    assert rows["Trained on"] == "dots"
    assert rows["Licence"] == "not stated"
    assert rows["Shape of an image"] == "[4, 4, 1]"
    assert rows["Images shown"] == "16"
    assert rows["scores"] == "fid: 3.5"
    assert rows["note"] == "a or b c"
    assert rows["Stored in half precision"] == "yes"
    assert "Classes" not in rows


def test_what_the_card_tells_to_run_runs(folder):
    code = (folder / "README.md").read_text().split("```")[1]
    code = code.removeprefix("python").replace(
        "the path of this folder", folder.as_posix()
    )
    names = {}
    exec(code, names)
    assert names["images"].shape == (16, 4, 4, 1)


def test_a_card_is_kept_only_if_a_user_wrote_it(folder):
    card = folder / "README.md"
    before = card.read_text()
    save_to_preset(SmallGAN(), folder)
    assert card.read_text() != before
    card.write_bytes(b"\xe9 mine")
    save_to_preset(SmallGAN(), folder)
    assert card.read_bytes() == b"\xe9 mine"


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


def test_the_signature_shows_pretrained():
    parameters = inspect.signature(SmallGAN).parameters
    added = {"pretrained": False, "include_discriminator": True, "dtype": None}
    assert list(parameters)[-4:] == [*added, "kwargs"]
    for name, default in added.items():
        assert parameters[name].default is default


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

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.more = keras.layers.Dense(2)
        self.more.build((None, 3))


def test_what_no_preset_has_gets_its_initial_values(folder):
    loaded = _WithMore(pretrained=folder)
    assert keras.ops.convert_to_numpy(loaded.more.kernel).all()
