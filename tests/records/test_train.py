"""The recipes of the zoo train, stop, go on, and leave presets behind."""

import json
import pathlib

import keras
import numpy as np
import pytest

import kerasgan

pytestmark = pytest.mark.once

RECORDS = pathlib.Path(__file__).resolve().parents[2] / "applications"
RECIPES = sorted(path.parent.name for path in RECORDS.glob("*/recipe.json"))
SMALL = {
    "data": "fashion_mnist_subset",
    "held_out": 100,
    "steps_per_epoch": 2,
    "batch_size": 4,
}


def read(name):
    return json.loads((RECORDS / name / "recipe.json").read_text())


def small(recipe, **changes):
    size = {k: 4 for k in ("filters", "units") if k in recipe["arguments"]}
    if recipe["model"] == "ProGAN":
        size = {"width": 1 / 128, "max_channels": 4}
    if recipe.get("captions"):  # of data that are not everywhere
        size["condition"] = 10
        recipe = {k: v for k, v in recipe.items() if k != "captions"}
    arguments = {**recipe["arguments"], **size}
    return {**recipe, **SMALL, "arguments": arguments, **changes}


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_builds_its_model(scripts, name):
    for _, recipe in scripts.recipes.parts_of(read(name)):
        check_that_it_builds(scripts, recipe)


def check_that_it_builds(scripts, recipe):
    size = recipe.get("image_size")
    shape = (size, size, 3) if size else (28 + 2 * recipe["padding"],) * 2
    shape = (*shape, 1)[:3]
    gan = scripts.train.build(small(recipe), shape)
    assert type(gan) is kerasgan.applications.get(recipe["model"])
    policies = {layer.dtype_policy.name for layer in gan.generator.layers}
    assert recipe.get("dtype_policy", "float32") in policies
    assert keras.config.dtype_policy().name == "float32"
    for player, config in recipe["optimizers"].items():
        optimizer = getattr(gan.optimizer, f"{player}_optimizer")
        for key, value in config["config"].items():
            found = optimizer.get_config()[key]
            if isinstance(value, dict):  # a schedule
                assert found["class_name"] == value["class_name"]
                assert found["config"].items() >= value["config"].items()
            else:
                assert np.isclose(found, value)


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_says_what_its_scores_and_its_card_need(scripts, name):
    recipe = read(name)
    assert recipe["features"] in kerasgan.metrics.features.list_networks()
    assert recipe["preset"].split("/")[0] == recipe["model"].lower()
    assert scripts.recipes.measure(recipe) in ("fid", "kid")
    assert ("test_images" in recipe) == ("image_size" in recipe)
    for key in ("license", "about", "limits", "default", "snapshot_every"):
        assert key in recipe


def test_a_model_has_at_most_one_default_preset():
    recipes = [read(name) for name in RECIPES]
    models = [recipe["model"] for recipe in recipes if recipe["default"]]
    assert len(set(models)) == len(models)


def test_parts_of_the_data_do_not_overlap(scripts):
    recipe = small(read("cgan_fashion_mnist"), padding=2)
    load = scripts.recipes.load
    train, _ = load(recipe, "train")
    held_out, labels = load(recipe, "held_out")
    assert train.shape == (9900, 32, 32, 1)
    assert held_out.shape == (100, 32, 32, 1) and labels.shape == (100,)
    everything, _ = kerasgan.datasets.load("fashion_mnist_subset")
    np.testing.assert_array_equal(train[:, 2:-2, 2:-2], everything[:9900])
    cropped = scripts.recipes.crop(held_out, recipe["padding"])
    np.testing.assert_array_equal(cropped, everything[9900:])


CHANGE = {
    "after": 1,
    "dtype_policy": "mixed_bfloat16",
    "optimizers": {
        player: {"class_name": "Adam", "config": {"learning_rate": 0.25}}
        for player in ("generator", "discriminator")
    },
}


@pytest.mark.parametrize("changes", [[], [CHANGE]])
def test_a_run_that_was_stopped_goes_on_to_the_same_weights(
    scripts, tmp_path, changes
):
    recipe = {
        **read("sngan_fashion_mnist"),
        "model": "GAN",
        "arguments": {"units": [6], "latent_dim": 3, "ema": 50},
        "steps_per_epoch": 2,
        "batch_size": 4,
        "epochs": 2,
        "mirrored": True,
        "changes": changes,
    }
    images = np.random.default_rng(0).integers(0, 256, (9, 4, 4, 1), np.uint8)
    train = scripts.train.train
    train("run", recipe, images, None, tmp_path / "whole")
    train("run", {**recipe, "epochs": 1}, images, None, tmp_path / "parts")
    train("run", recipe, images, None, tmp_path / "parts")
    whole, parts = (
        keras.saving.load_model(tmp_path / name / "model.keras")
        for name in ("whole", "parts")
    )
    for a, b in zip(whole.get_weights(), parts.get_weights()):
        np.testing.assert_array_equal(a, b)
    snapshot = tmp_path / "parts" / "snapshots" / "epoch_0002"
    gan = kerasgan.applications.load_preset(None, snapshot)
    metadata = json.loads((snapshot / "metadata.json").read_text())
    assert metadata["steps_seen"] == 4 == int(gan.steps_seen.numpy())
    assert metadata["license"] == recipe["license"]
    rate = whole.optimizer.generator_optimizer.learning_rate
    assert (float(rate) == 0.25) == bool(changes)


def test_whole_alphabets_are_put_aside(scripts, monkeypatch, tmp_path):
    alphabets = np.repeat(np.arange(8), 6)
    labels = np.repeat(np.arange(24), 2)
    images = np.broadcast_to(labels[:, None, None, None], (48, 4, 4, 1))
    monkeypatch.setattr(
        kerasgan.datasets, "omniglot", lambda paths: (images, labels, alphabets)
    )
    recipe = {"alphabets": {"test": 2, "held_out": 1}, "seed": 0, "padding": 0}
    load = scripts.recipes.load
    with pytest.raises(ValueError, match="`--folder`"):
        load(recipe, "train", tmp_path)
    (tmp_path / "images_background_small1.zip").touch()
    seen = []
    for part, count in (("train", 15), ("held_out", 3), ("test", 6)):
        x, y = load(recipe, part, tmp_path)
        assert (x[:, 0, 0, 0] == y).all() and len(np.unique(y)) == count
        seen += list(np.unique(y))
    assert sorted(seen) == list(range(24))


def test_pairs_of_classes_are_trained_on(scripts, tmp_path):
    recipe = small(read("dagan_omniglot"), epochs=2)
    recipe["snapshot_every"] = 1
    arguments = {"filters": 2, "units": 2, "latent_dim": 2}
    recipe["arguments"] = {**recipe["arguments"], **arguments}
    images = np.random.default_rng(0).integers(0, 256, (12, 8, 8, 1), np.uint8)
    labels = np.arange(12) % 3
    train = scripts.train.train
    train("run", recipe, images, labels, tmp_path / "whole")
    train("run", {**recipe, "epochs": 1}, images, labels, tmp_path / "parts")
    train("run", recipe, images, labels, tmp_path / "parts")
    models = [
        kerasgan.load_model(tmp_path / name / "model.keras")
        for name in ("whole", "parts")
    ]
    pairs = zip(*(model.get_weights() for model in models), strict=True)
    for a, b in pairs:
        np.testing.assert_array_equal(a, b)
    snapshot = tmp_path / "parts" / "snapshots" / "epoch_0002"
    gan = kerasgan.applications.load_preset(None, snapshot)
    made, _ = scripts.score.labelled(gan, 14, 0, images)
    np.testing.assert_allclose(
        made, gan.variations(images[np.arange(14) % 12], 1, 0)[:, 0], atol=1e-5
    )
    rows = scripts.score.beside_variations(gan, images)
    assert rows.shape == (100, 8, 8, 1)
    np.testing.assert_allclose(rows[10], images[1] / 127.5 - 1, atol=1e-6)


def test_a_change_begins_with_the_state_that_it_found(scripts):
    recipe = {**small(read("progan_fashion_mnist")), "epochs": 9}
    last = {"after": 3, "arguments": {"kimg": 5}, "snapshot_every": 1}
    recipe["changes"] = [CHANGE, last]
    (zero, first), (one, _), (three, later) = scripts.recipes.parts_of(recipe)
    assert (zero, one, three) == (0, 1, 3)
    assert first["optimizers"] == recipe["optimizers"] != later["optimizers"]
    assert first["epochs"] == 1 and later["epochs"] == 9
    assert later["snapshot_every"] == 1 and later["seed"] == recipe["seed"]
    assert later["arguments"] == {**recipe["arguments"], "kimg": 5}
    before = scripts.train.build(first, (32, 32, 1))
    for variable in before.variables:
        variable.assign(keras.ops.full_like(variable, 3))
    before.steps_seen.assign(3)
    after = scripts.train.go_on_as(before, later, (32, 32, 1))
    for network in (after.generator, after.discriminator, after.ema_generator):
        assert all(np.all(weight == 3) for weight in network.get_weights())
    assert int(keras.ops.convert_to_numpy(after.steps_seen)) == 3
    assert after.generator.compute_dtype == "bfloat16"


def test_parts_end_with_the_epochs_of_the_recipe(scripts):
    recipe = {**read("sngan_fashion_mnist"), "epochs": 1}
    recipe["changes"] = [CHANGE, {"after": 3}]
    parts = scripts.recipes.parts_of(recipe)
    assert [part["epochs"] for _, part in parts] == [1, 1, 1]
