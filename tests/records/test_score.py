"""The best snapshot is found, shipped, scored and described."""

import json
import pathlib

import numpy as np
import pytest
from PIL import Image

import kerasgan

pytestmark = pytest.mark.once

RECORDS = pathlib.Path(__file__).resolve().parents[2] / "applications"
NAME = "cgan_fashion_mnist"


@pytest.fixture(autouse=True)
def few_samples(scripts, monkeypatch):
    monkeypatch.setattr(scripts.score, "SAMPLES", 150)
    monkeypatch.setattr(scripts.score, "SEEDS", (0,))


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
    run = tmp_path / "run"
    scripts.train.main([NAME, "--out", str(run)])
    scripts.score.main([NAME, "--run", str(run)])
    scripts.card.main([NAME])

    rows = (run / "selection.jsonl").read_text().splitlines()
    selection = {row["snapshot"]: row["fid"] for row in map(json.loads, rows)}
    assert sorted(selection) == ["epoch_0001", "epoch_0002"]
    gan = kerasgan.applications.CGAN(pretrained="fashion_mnist")
    best = min(selection, key=selection.get)
    same = kerasgan.applications.CGAN(pretrained=run / "snapshots" / best)
    options = {"labels": np.arange(10, dtype="int32"), "seed": 0}
    images = gan.generate(10, **options)
    np.testing.assert_array_equal(images, same.generate(10, **options))

    results = scripts.card.read_rows(NAME)
    assert [row["seed"] for row in results] == [0] * 3
    assert results[0]["protocol"]["real"]["split"] == "test"
    assert results[0]["images"] == {
        "train": 9800,
        "held_out": 200,
        "test": 1000,
    }
    digest = json.loads((tmp_path / NAME / "digest.json").read_text())
    assert digest["weights"] == results[0]["weights"]
    shown = images[:4].reshape(-1)[digest["at"]]
    np.testing.assert_allclose(shown, digest["pixels"], atol=1e-6)

    text = (tmp_path / NAME / "README.md").read_text()
    fids = [row["scores"]["fid"]["value"] for row in results[:1]]
    assert scripts.card.cell(fids, 1) in text
    assert "Gaussian of the pixels" in text and "by class" in text
    assert scripts.card.cell(fids, 1) in scripts.gallery.section(
        scripts.gallery.records()
    )
    generated = results[0]["protocol"]["generated"]
    assert (generated["seed"], generated["ema"]) == (0, False)
    scripts.score.main([NAME, "--run", str(run), "--again"])
    again = scripts.card.read_rows(NAME)
    found = [[row["name"], row["scores"]] for row in again]
    assert found == [[row["name"], row["scores"]] for row in results]
    assert again[0]["protocol"]["floor"] == results[0]["protocol"]["floor"]
    for picture in ("samples.png", "neighbours.png", "training.gif"):
        assert picture in text
        with Image.open(tmp_path / NAME / picture) as image:
            assert np.ptp(np.asarray(image.convert("L"))) > 0


def test_what_was_scored_is_not_scored_again(scripts, recipe, tmp_path):
    (tmp_path / "snapshots" / "epoch_0001").mkdir(parents=True)
    row = {"snapshot": "epoch_0001", "averaged": 1, "fid": 3.0}
    (tmp_path / "selection.jsonl").write_text(json.dumps(row) + "\n")
    known = scripts.score.select(recipe, tmp_path, held_out=None)
    assert known == [row]


def test_early_snapshots_are_passed_over_where_the_recipe_says_so(
    scripts, recipe, tmp_path
):
    for name in ("epoch_0001", "epoch_0049"):
        (tmp_path / "snapshots" / name).mkdir(parents=True)
    later = {**recipe, "choose_from": 50}
    # They are empty: opened, they would be errors.
    assert scripts.score.select(later, tmp_path, held_out=None) == []


def test_what_generates_can_be_the_mean_of_the_last_snapshots(
    scripts, recipe, tmp_path
):
    folders = []
    for number in range(3):
        gan = kerasgan.applications.CGAN(
            image_shape=(8, 8, 1), num_classes=2, filters=2, seed=number
        )
        folders.append(tmp_path / "snapshots" / f"epoch_{number:04d}")
        gan.save_to_preset(folders[-1])
    before, last = (
        kerasgan.applications.load_preset(None, folder)
        for folder in folders[1:]
    )
    found = scripts.score.open_snapshot(folders[2], 2)
    for mean, a, b in zip(
        found.generator.get_weights(),
        before.generator.get_weights(),
        last.generator.get_weights(),
    ):
        np.testing.assert_allclose(mean, (a + b) / 2, atol=1e-6)
    for mine, its in zip(
        found.discriminator.get_weights(), last.discriminator.get_weights()
    ):
        np.testing.assert_array_equal(mine, its)
    # The first has none before it.
    assert scripts.score.open_snapshot(folders[0], 2) is None


def test_padding_is_cut_off_before_images_are_scored(scripts):
    images, _ = kerasgan.datasets.load("fashion_mnist_subset", "test")
    images = images[::7]
    padded = scripts.recipes.pad(images, 2)
    recipe = {"padding": 2, "model": "ProGAN", "features": "fashion_mnist"}
    copies = {"copies": lambda samples, seed: padded[:samples]}
    found = list(
        scripts.score.score(
            recipe, copies, (padded[:100], None), (padded[40:], None)
        )
    )
    assert found[0]["scores"]["fid"]["value"] < 1e-6
    protocol = found[0]["protocol"]
    assert protocol["images"] == [28, 28, 1]
    assert protocol["cropping"].startswith("2 pixels at each edge")
    # As many as there are.
    assert protocol["generated"]["samples"] == 100
    assert protocol["floor"]["samples"] == 100
    notes = " ".join(scripts.card.scoring(found))
    assert "2 pixels" in notes and "FID of 100 images is biased" in notes


def test_a_model_that_has_not_grown_yet_is_shown_but_not_chosen(
    scripts, tmp_path
):
    gan = kerasgan.applications.ProGAN(
        image_shape=(8, 8, 1), width=1 / 128, max_channels=4, seed=0
    )
    images, _ = scripts.score.labelled(gan, 3, seed=0)
    assert images.shape == (3, 8, 8, 1)
    np.testing.assert_array_equal(images[:, ::2, ::2], images[:, 1::2, 1::2])
    gan.save_to_preset(tmp_path / "snapshots" / "epoch_0001")
    recipe = {"padding": 0, "features": "fashion_mnist"}
    held_out = (np.zeros((4, 8, 8, 1), "uint8"), None)
    assert scripts.score.select(recipe, tmp_path, held_out) == []


def test_the_gaussian_has_mean_and_covariance_of_the_pixels(scripts):
    rng = np.random.default_rng(0)
    shift = rng.normal(0, 20, (4000, 1, 1, 1))
    images = 128 + shift + rng.normal(0, 5, (4000, 2, 3, 1))
    images = np.rint(images).clip(0, 255).astype("uint8")
    drawn = scripts.score.gaussian(images, 4000, seed=0)
    assert drawn.shape == images.shape and drawn.dtype == np.uint8
    a, b = (x.reshape(4000, -1).astype(float) for x in (images, drawn))
    np.testing.assert_allclose(a.mean(0), b.mean(0), atol=2)
    np.testing.assert_allclose(np.cov(a.T), np.cov(b.T), rtol=0.1)


def test_the_gaussian_of_few_images_varies_as_they_do(scripts):
    rng = np.random.default_rng(0)
    images = rng.integers(100, 150, (5, 2, 3, 1)).astype("uint8")
    drawn = scripts.score.gaussian(images, 9000, seed=0)
    a = images.reshape(5, -1).astype(float)
    b = drawn.reshape(9000, -1).astype(float)
    np.testing.assert_allclose(a.mean(0), b.mean(0), atol=1)
    np.testing.assert_allclose(np.cov(a.T), np.cov(b.T), atol=12)


def test_classes_of_infogan_are_its_first_code(scripts):
    gan = kerasgan.applications.InfoGAN(
        image_shape=(8, 8, 1), filters=2, units=4, seed=0
    )
    images, labels = scripts.score.labelled(gan, 12, seed=3)
    codes = [labels, None, None]
    np.testing.assert_allclose(
        images, gan.generate(12, codes=codes, seed=3), atol=1e-6
    )
    assert len(set(labels.tolist())) > 1


def test_a_film_takes_few_frames_of_one_size(scripts, tmp_path, monkeypatch):
    drawing = scripts.drawing
    monkeypatch.setattr(drawing, "FRAMES", 3)
    monkeypatch.setattr(drawing, "FILM_PIXELS", 20)
    for epoch, size in enumerate((4, 4, 8, 8, 8)):
        grid = np.full((9, size, size, 3), 10 * epoch, "uint8")
        path = tmp_path / "samples" / f"epoch_{epoch:04d}.png"
        kerasgan.utils.save_image(path, grid)
    frames = drawing.film(tmp_path, (8, 8, 3))
    assert [frame.shape for frame in frames] == [(18, 18, 3)] * 3
    assert [int(frame[0, 0, 0]) for frame in frames] == [0, 20, 40]


def test_neighbours_can_be_those_of_another_network(scripts, recipe, tmp_path):
    images, _ = kerasgan.datasets.load("fashion_mnist_subset", "test")
    recipe = {**recipe, "neighbours": "mnist", "padding": 0}
    (tmp_path / NAME / "recipe.json").write_text(json.dumps(recipe))
    copies = {"copies": lambda samples, seed: 255 - images[:samples]}
    rows = list(
        scripts.score.score(
            recipe, copies, (images[:100], None), (images[100:], None)
        )
    )
    scores = rows[0]["scores"]
    assert scores["recall"] != scores["recall_mnist"]
    lines = [json.dumps(row) + "\n" for row in rows]
    (tmp_path / NAME / "results.jsonl").write_text("".join(lines))
    shown = scripts.card.read_rows(NAME)
    assert shown[0]["scores"]["recall"] == scores["recall_mnist"]
    assert shown[0]["scores"]["recall_fashion_mnist"] == scores["recall"]
    assert shown[0]["scores"]["fid"] == scores["fid"]
    (sentence,) = [s for s in scripts.card.scoring(shown) if "recall" in s]
    assert "are of `mnist`" in sentence
    value = scripts.card.number(scores["recall"]["value"])
    assert f", {value}, " in sentence
    # What was scored before the recipe named that network has no such score.
    del scores["recall_mnist"]
    (tmp_path / NAME / "results.jsonl").write_text(json.dumps(rows[0]))
    assert "recall" not in scripts.card.read_rows(NAME)[0]["scores"]
