"""The best snapshot is found, shipped, scored and described."""

import importlib
import json
import pathlib
import sys

import numpy as np
import pytest
from PIL import Image

import kerasgan

RECORDS = pathlib.Path(__file__).resolve().parents[2] / "applications"
NAME = "cgan_fashion_mnist"


@pytest.fixture
def scripts(monkeypatch, tmp_path):
    """Yields `train`, `score` and `card`, which write below `tmp_path`."""
    monkeypatch.syspath_prepend(str(RECORDS))
    names = ("train", "score", "card")
    modules = [importlib.import_module(name) for name in names]
    for module in modules:
        monkeypatch.setattr(module, "HERE", tmp_path)
    train, score, card = modules
    packaged = tmp_path / "packaged"
    for module in (score, card, kerasgan.applications.preset_files):
        monkeypatch.setattr(module, "PACKAGED", packaged)
    monkeypatch.setattr(score, "SAMPLES", 150)
    monkeypatch.setattr(score, "SEEDS", (0, 1))
    yield modules
    for name in names:
        sys.modules.pop(name)


@pytest.fixture
def recipe(scripts, tmp_path):
    recipe = json.loads((RECORDS / NAME / "recipe.json").read_text())
    recipe |= {
        "data": "fashion_mnist_subset",
        "held_out": 200,
        "epochs": 2,
        "steps_per_epoch": 2,
        "batch_size": 10,
        "arguments": {"num_classes": 10, "filters": 4, "units": 8},
    }
    (tmp_path / NAME).mkdir()
    (tmp_path / NAME / "recipe.json").write_text(json.dumps(recipe))
    return recipe


def test_from_recipe_to_card(scripts, recipe, tmp_path):
    train, score, card = scripts
    run = tmp_path / "run"
    train.main([NAME, "--out", str(run)])
    score.main([NAME, "--run", str(run)])
    card.main([NAME])

    rows = (run / "selection.jsonl").read_text().splitlines()
    selection = {row["snapshot"]: row["fid"] for row in map(json.loads, rows)}
    assert sorted(selection) == ["epoch_0001", "epoch_0002"]
    gan = kerasgan.applications.CGAN(pretrained="fashion_mnist")
    best = min(selection, key=selection.get)
    same = kerasgan.applications.CGAN(pretrained=run / "snapshots" / best)
    options = {"labels": np.arange(10, dtype="int32"), "seed": 0}
    np.testing.assert_array_equal(
        gan.generate(10, **options), same.generate(10, **options)
    )

    lines = (tmp_path / NAME / "results.jsonl").read_text().splitlines()
    results = [json.loads(line) for line in lines]
    assert len(results) == 3 * 2
    assert results[0]["protocol"]["real"]["split"] == "test"
    text = (tmp_path / NAME / "README.md").read_text()
    fids = [row["scores"]["fid"]["value"] for row in results[:2]]
    assert card.cell(fids, 1) in text
    assert "Gaussian of the pixels" in text and "by class" in text
    for picture in ("samples.png", "neighbours.png", "training.gif"):
        assert picture in text
        with Image.open(tmp_path / NAME / picture) as image:
            assert np.ptp(np.asarray(image.convert("L"))) > 0


def test_what_was_scored_is_not_scored_again(scripts, recipe, tmp_path):
    _, score, _ = scripts
    (tmp_path / "snapshots" / "epoch_0001").mkdir(parents=True)
    row = {"snapshot": "epoch_0001", "fid": 3.0}
    (tmp_path / "selection.jsonl").write_text(json.dumps(row) + "\n")
    known = score.select(recipe, tmp_path, held_out=None)
    assert known == {"epoch_0001": row}


def test_the_gaussian_has_mean_and_covariance_of_the_pixels(scripts):
    _, score, _ = scripts
    rng = np.random.default_rng(0)
    shift = rng.normal(0, 20, (4000, 1, 1, 1))
    images = 128 + shift + rng.normal(0, 5, (4000, 2, 3, 1))
    images = np.rint(images).clip(0, 255).astype("uint8")
    drawn = score.gaussian(images, 4000, seed=0)
    assert drawn.shape == images.shape and drawn.dtype == np.uint8
    a, b = (x.reshape(4000, -1).astype(float) for x in (images, drawn))
    np.testing.assert_allclose(a.mean(0), b.mean(0), atol=2)
    np.testing.assert_allclose(np.cov(a.T), np.cov(b.T), rtol=0.1)


def test_classes_of_infogan_are_its_first_code(scripts):
    _, score, _ = scripts
    gan = kerasgan.applications.InfoGAN(
        image_shape=(8, 8, 1), filters=2, units=4, seed=0
    )
    images, labels = score.labelled(gan, 12, seed=3)
    codes = [labels, None, None]
    np.testing.assert_allclose(
        images, gan.generate(12, codes=codes, seed=3), atol=1e-6
    )
    assert len(set(labels.tolist())) > 1
