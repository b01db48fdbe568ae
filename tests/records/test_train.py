"""The recipes of the zoo train, stop, go on, and leave presets behind."""

import json
import pathlib
import runpy

import keras
import numpy as np
import pytest

import kerasgan

RECORDS = pathlib.Path(__file__).resolve().parents[2] / "applications"
RECIPES = sorted(path.parent.name for path in RECORDS.glob("*/recipe.json"))
SMALL = {
    "data": "fashion_mnist_subset",
    "held_out": 100,
    "steps_per_epoch": 2,
    "batch_size": 4,
}


@pytest.fixture
def script():
    return runpy.run_path(str(RECORDS / "train.py"))


def small(recipe, **changes):
    size = {k: 4 for k in ("filters", "units") if k in recipe["arguments"]}
    arguments = {**recipe["arguments"], **size}
    return {**recipe, **SMALL, "arguments": arguments, **changes}


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_builds_its_model(script, name):
    recipe = script["read_recipe"](name)
    gan = script["build"](small(recipe), (28, 28, 1))
    assert type(gan) is kerasgan.applications.get(recipe["model"])
    for player, config in recipe["optimizers"].items():
        rate = gan.optimizer.optimizers[player].learning_rate
        assert np.isclose(rate, config["config"]["learning_rate"])


def test_parts_of_the_data_do_not_overlap(script):
    recipe = small(script["read_recipe"](RECIPES[0]), padding=2)
    train, _ = script["load"](recipe, "train")
    held_out, labels = script["load"](recipe, "held_out")
    assert train.shape == (9900, 32, 32, 1)
    assert held_out.shape == (100, 32, 32, 1) and labels.shape == (100,)
    everything, _ = kerasgan.datasets.load("fashion_mnist_subset")
    np.testing.assert_array_equal(train[:, 2:-2, 2:-2], everything[:9900])
    np.testing.assert_array_equal(held_out[:, 2:-2, 2:-2], everything[9900:])


def test_a_run_that_was_stopped_goes_on_to_the_same_weights(script, tmp_path):
    recipe = small(script["read_recipe"]("cgan_fashion_mnist"), epochs=2)
    images, labels = script["load"](recipe, "train")
    train = script["train"]
    train("cgan", recipe, images, labels, tmp_path / "whole")
    train("cgan", {**recipe, "epochs": 1}, images, labels, tmp_path / "parts")
    train("cgan", recipe, images, labels, tmp_path / "parts")
    whole, parts = (
        keras.saving.load_model(tmp_path / name / "model.keras")
        for name in ("whole", "parts")
    )
    for a, b in zip(whole.get_weights(), parts.get_weights()):
        np.testing.assert_array_equal(a, b)
    snapshot = tmp_path / "parts" / "snapshots" / "epoch_0002"
    gan = kerasgan.applications.CGAN(pretrained=snapshot)
    metadata = json.loads((snapshot / "metadata.json").read_text())
    assert metadata["steps_seen"] == 4 == int(gan.steps_seen.numpy())
    assert metadata["license"] == recipe["license"]
