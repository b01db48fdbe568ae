"""What holds for each preset that ships; there may be none."""

import json
import pathlib

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.applications import preset_files
from kerasgan.applications.preset_card import card_of
from kerasgan.conditions.in_turn import in_turn

ROOT = pathlib.Path(__file__).resolve().parents[2]
EVERY = kerasgan.applications.list_pretrained()
# By how much single pixels may differ where float32's rounding grows most, in
# values of [-1, 1]: some hundredths of a grey level.
ROUNDING = {"progan/tiles": 1e-4}
# What all of them may weigh together, in megabytes.
LIMIT = 64
TRANSLATORS = [
    preset
    for preset in EVERY
    if hasattr(
        kerasgan.applications.get(
            preset_files.read_json(
                preset_files.packaged_presets()[preset] / preset_files.METADATA
            )["model"]
        ),
        "translate",
    )
]
PRESETS = [preset for preset in EVERY if preset not in TRANSLATORS]


def metadata_of(preset):
    folder = preset_files.packaged_presets()[preset]
    return preset_files.read_json(folder / preset_files.METADATA)


def record_of(preset):
    """Returns the folder of `applications/` with the preset's records."""
    return (ROOT / metadata_of(preset)["recipe"]).parent


def loaded(preset):
    """Returns the model, which the class that the preset names makes."""
    model = metadata_of(preset)["model"]
    cls = kerasgan.applications.get(model)
    return cls(pretrained=preset.partition("/")[2])


def images_of(gan, n):
    asked, _ = in_turn(gan, n)
    return gan.generate(n, seed=0, **asked)


@pytest.mark.parametrize("preset", EVERY)
def test_its_files_are_complete_and_unchanged(preset):
    folder = preset_files.packaged_presets()[preset]
    with preset_files.verified_files(folder) as (metadata, config, weights):
        assert (
            weights.stat().st_size == metadata["files"][weights.name]["bytes"]
        )
    assert config["registered_name"].endswith(metadata["model"])
    assert metadata["half_precision"]
    assert metadata["license"] and metadata["dataset"]
    assert (folder / preset_files.CARD).read_text() == card_of(metadata)
    assert sorted(path.name for path in folder.iterdir()) == [
        "README.md",
        "config.json",
        "metadata.json",
        "model.weights.h5",
    ]


@pytest.mark.parametrize("preset", PRESETS)
def test_its_images_are_the_ones_that_were_scored(preset):
    gan = loaded(preset)
    digest = json.loads((record_of(preset) / "digest.json").read_text())
    images = images_of(gan, digest["images"])
    assert images.shape == (digest["images"], *gan.image_shape)
    check_digest(preset, images, digest)


def check_digest(preset, images, digest):
    # Written on one backend and read on all.
    difference = np.abs(images.reshape(-1)[digest["at"]] - digest["pixels"])
    assert np.sqrt(np.mean(np.square(difference))) < 1e-5
    assert difference.max() <= ROUNDING.get(preset, 1e-5)
    assert np.isclose(images.mean(dtype="float64"), digest["mean"], atol=1e-5)
    assert np.abs(images).max() <= 1.0
    # One image is not like the other.
    assert images.std(axis=0).mean() > 0.05


@pytest.mark.parametrize("preset", TRANSLATORS)
def test_translations_are_the_ones_that_were_scored(preset):
    game = loaded(preset)
    digest = json.loads((record_of(preset) / "digest.json").read_text())
    if isinstance(game, kerasgan.models.CycleGAN):
        images = [game.generate(2, seed=0, to=to) for to in "ba"]
    else:
        images = [game.generate(4, seed=0)]
    check_digest(preset, np.concatenate(images), digest)


@pytest.mark.parametrize("preset", TRANSLATORS)
def test_the_record_of_a_translator_is_of_these_weights(preset):
    record = record_of(preset)
    metadata = metadata_of(preset)
    recipe = json.loads((record / "recipe.json").read_text())
    assert recipe["preset"] == preset
    weights = metadata["files"][preset_files.WEIGHTS]["sha256"]
    lines = (record / "results.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    assert {row["weights"] for row in rows} == {weights}
    assert preset in {row["name"] for row in rows}
    digest = json.loads((record / "digest.json").read_text())
    assert digest["weights"] == weights
    card = (record / "README.md").read_text()
    assert preset in card and metadata["license"] in card
    for name in ("examples.png", "training.gif", "curves.png"):
        assert f"({name})" in card
        assert (record / name).exists()


@pytest.mark.parametrize("preset", PRESETS)
def test_its_record_is_of_these_weights(preset):
    record = record_of(preset)
    metadata = metadata_of(preset)
    recipe = json.loads((record / "recipe.json").read_text())
    assert recipe["preset"] == preset
    assert metadata["default"] == recipe["default"]
    assert metadata["license"] == recipe["license"]
    weights = metadata["files"][preset_files.WEIGHTS]["sha256"]
    lines = (record / "results.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    assert {row["weights"] for row in rows} == {weights}
    assert rows[0]["name"] == preset
    assert {row["seed"] for row in rows} == {0, 1, 2}
    digest = json.loads((record / "digest.json").read_text())
    assert digest["weights"] == weights


@pytest.mark.parametrize("preset", PRESETS)
def test_its_card_shows_pictures_that_are_there(preset):
    card = (record_of(preset) / "README.md").read_text()
    assert preset in card and metadata_of(preset)["license"] in card
    for name in ("samples.png", "training.gif", "curves.png", "neighbours.png"):
        assert f"({name})" in card
        assert (record_of(preset) / name).exists()


@pytest.mark.parametrize("preset", PRESETS)
def test_other_shapes_than_its_own_are_refused(preset):
    metadata = metadata_of(preset)
    cls = kerasgan.applications.get(metadata["model"])
    height, width, channels = metadata["image_shape"]
    with pytest.raises(ValueError, match="`image_shape` must be that of the"):
        cls(image_shape=(2 * height, 2 * width, channels), pretrained=preset)


def test_a_model_with_presets_has_one_that_stands_for_it():
    models = {metadata_of(preset)["model"] for preset in EVERY}
    for model in sorted(models):
        gan = kerasgan.applications.get(model)(pretrained=True)
        assert int(keras.ops.convert_to_numpy(gan.steps_seen)) > 0


def test_all_of_them_are_small_enough_to_ship():
    files = [
        file
        for folder in preset_files.packaged_presets().values()
        for file in folder.iterdir()
    ]
    assert sum(file.stat().st_size for file in files) < LIMIT * 1e6
