"""What is held out, scored and drawn of translators, and in what files."""

import csv
import json

import keras
import numpy as np
import pytest
from PIL import Image

import kerasgan
from tests.cli.test_translators import draw_folders
from tests.cli.test_translators import save_translators
from tests.cli.test_translators import small_translator
from tests.small_runs import command
from tests.small_runs import one_line

pytestmark = pytest.mark.usefixtures("without_graphs")


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Folders of five grey pictures, of coloured ones, and of both halves."""
    return draw_folders(tmp_path_factory.mktemp("pairs"))


@pytest.fixture(scope="module")
def translators(tmp_path_factory):
    """Folder with a pix2pix from grey to coloured and a CycleGAN."""
    return save_translators(tmp_path_factory.mktemp("translators"))


@pytest.fixture(scope="module")
def run_of_pairs(folders, tmp_path_factory):
    """Folder of a run of pix2pix of which two pairs were held out."""
    out = tmp_path_factory.mktemp("held") / "run"
    with small_translator("Pix2Pix"):
        result = command(
            *("train", "pix2pix", "--data", folders / "grey"),
            *("--targets", folders / "coloured", "--held-out", 2),
            *("--batch-size", 3, "--epochs", 1, "--out", out),
        )
    assert result.exit_code == 0, result.output
    return out


def test_pictures_are_of_what_was_held_out(folders, run_of_pairs):
    gan = keras.saving.load_model(run_of_pairs / "model.keras")
    assert int(gan.images_seen) == 3
    inputs, targets = gan.examples
    pairs = kerasgan.datasets.paired(folders / "grey", folders / "coloured")
    held = pairs.hold_out(2)[1]
    assert len(inputs) == held.count == 2
    for i in range(2):
        for kept, image in zip((inputs, targets), held[i]):
            np.testing.assert_array_equal(kept[i], image[0])
    with open(run_of_pairs / "log.csv") as file:
        (row,) = csv.DictReader(file)
    logs = gan.evaluate(held, return_dict=True, verbose=0)
    # But for the noise.
    assert float(row["val_l1_loss"]) == pytest.approx(logs["l1_loss"], abs=0.01)


def test_a_run_is_scored_by_what_it_held_out(run_of_pairs, tmp_path):
    scores = tmp_path / "scores.json"
    result = command(
        *("evaluate", run_of_pairs, "--metrics", "l1,psnr,ssim,kid"),
        *("--json", scores),
    )
    assert result.exit_code == 0, result.output
    assert "against 2 held-out pictures of" in result.output
    found = json.loads(scores.read_text())
    assert set(found["scores"]) == {"l1", "psnr", "ssim", "kid", "kid_std"}
    assert found["scores"]["l1"]["value"] > 0
    about = found["protocol"]["to b"]
    assert about["paired"] and about["images"] == [12, 16, 3]
    assert about["translated"] == 2


def test_other_pictures_are_scored_both_ways(folders, translators, tmp_path):
    scores = tmp_path / "scores.json"
    options = ("--data", folders / "grey", "--targets", folders / "coloured")
    result = command(
        *("evaluate", translators / "cyclegan.keras", *options),
        *("--paired", "--metrics", "l1,ssim", "--json", scores),
    )
    assert result.exit_code == 0, result.output
    found = json.loads(scores.read_text())
    assert set(found["scores"]) == {"l1_to_a", "l1_to_b"}
    assert "ssim" in found["protocol"]["to a"]["left out"]
    line = one_line(command("evaluate", translators / "cyclegan.keras"))
    assert "`--data FOLDER --targets FOLDER`" in line


def test_what_was_16_bits_is_written_so(tmp_path):
    pytest.importorskip("tifffile")
    rng = np.random.default_rng(0)
    for name in ("grey", "deep"):
        (tmp_path / name).mkdir()
    for i in range(2):
        values = rng.integers(0, 1000, (8, 12)).astype("uint16")
        Image.fromarray(values).save(tmp_path / "deep" / f"{i}.png")
        mask = Image.fromarray((values % 3).astype("uint8"))
        mask.save(tmp_path / "grey" / f"{i}.png")
    with small_translator("Pix2Pix"):
        result = command(
            *("train", "pix2pix", "--data", tmp_path / "grey", "--labels"),
            *("--targets", tmp_path / "deep", "--target-range", "0,1000"),
            *("--epochs", 1, "--out", tmp_path / "run"),
        )
    assert result.exit_code == 0, result.output
    gan = keras.saving.load_model(tmp_path / "run" / "model.keras")
    assert gan.generator.inputs[0].shape == (None, 8, 12, 3)
    gan.save_to_preset(tmp_path / "preset")
    for source in ("run", "preset"):
        out = tmp_path / f"by_{source}"
        result = command(
            *("translate", tmp_path / source, tmp_path / "grey", "--out", out),
        )
        assert result.exit_code == 0, result.output
        with Image.open(out / "1.png") as picture:
            assert picture.mode == "I;16" and picture.size == (12, 8)
            assert 0 < np.asarray(picture).max() <= 1000
    scores = tmp_path / "scores.json"
    result = command(
        *("evaluate", tmp_path / "preset", "--metrics", "l1"),
        *("--data", tmp_path / "grey", "--targets", tmp_path / "deep"),
        *("--json", scores),
    )
    assert result.exit_code == 0, result.output
    found = json.loads(scores.read_text())["scores"]["l1"]["value"]
    pairs = kerasgan.datasets.paired(
        *(tmp_path / "grey", tmp_path / "deep"),
        labels=True,
        value_range=(None, (0, 1000)),
    )
    again = kerasgan.metrics.evaluate_translation(
        gan, pairs.still(), metrics=["l1"]
    )
    assert found == pytest.approx(again["l1"], rel=1e-4)
    other = tmp_path / "other"
    other.mkdir()
    Image.fromarray(np.full((8, 8), 7, "uint8")).save(other / "a.png")
    result = command(
        *("translate", tmp_path / "run", other, "--out", tmp_path / "no")
    )
    assert "must have the classes [0, 1, 2] only" in one_line(result)


@pytest.mark.parametrize("name", ["pix2pix", "cyclegan"])
def test_a_preset_draws_rows_of_its_examples(translators, tmp_path, name):
    game = kerasgan.load_model(translators / f"{name}.keras")
    rng = np.random.default_rng(0)
    x, y = (rng.integers(0, 256, (20, 8, 8, c), "uint8") for c in (1, 3))
    game.hold_examples(x, y)
    game.save_to_preset(tmp_path / "preset")
    result = command(
        *("generate", tmp_path / "preset", "--seed", 3),
        *("--out", tmp_path / "grid.png"),
    )
    assert result.exit_code == 0, result.output
    loaded = kerasgan.applications.load_preset(None, tmp_path / "preset")
    np.testing.assert_array_equal(loaded.examples[0], x[:8])
    np.testing.assert_array_equal(loaded.examples[1], y[:8])
    shown, kinds = loaded._sample_pictures(8, seed=3)
    assert kinds == (3 if name == "pix2pix" else 6)
    grid = kerasgan.utils.image_grid(shown, 2 * kinds)
    with Image.open(tmp_path / "grid.png") as picture:
        np.testing.assert_array_equal(np.asarray(picture), grid)
    result = command(
        *("generate", tmp_path / "preset", "-n", 3),
        *("--out", tmp_path / "made.npy"),
    )
    assert result.exit_code == 0, result.output
    made = np.load(tmp_path / "made.npy")
    assert made.shape == (3, 8, 8, 3) and made.dtype == np.uint8
