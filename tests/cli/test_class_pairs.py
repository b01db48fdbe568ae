"""Folders of classes, for models that learn from pairs of one class."""

import json

import numpy as np
import pytest
from PIL import Image

from tests.small_runs import assert_same_runs
from tests.small_runs import command
from tests.small_runs import log
from tests.small_runs import one_line
from tests.small_runs import small

pytestmark = pytest.mark.usefixtures("without_graphs", "features")

SMALL = {
    "filters": 2,
    "units": 4,
    "latent_dim": 2,
    "discriminator_steps": 1,
}


@pytest.fixture(scope="module")
def classes(tmp_path_factory):
    """Folders of 4, 3, 2, 1 and 1 pictures."""
    folder = tmp_path_factory.mktemp("classes")
    rng = np.random.default_rng(0)
    for name, count in zip("abcde", (4, 3, 2, 1, 1)):
        (folder / name).mkdir()
        for i in range(count):
            pixels = rng.integers(0, 256, (9, 9), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / name / f"{i}.png")
    return folder


def train(folder, out, *options):
    options = ("--grayscale", "--image-size", 8, "--batch-size", 2, *options)
    with small("DAGAN", **SMALL):
        return command(
            "train", "dagan", "--data", folder, *options, "--out", out
        )


def test_classes_of_one_picture_are_left_out_and_others_held_out(
    classes, tmp_path
):
    out = tmp_path / "run"
    options = "--epochs", 2, "--steps-per-epoch", 1, "--held-out", 1
    result = train(classes, out, *options)
    assert result.exit_code == 0, result.output
    assert "the only picture of its class" in result.output
    settings = json.loads((out / "settings.json").read_text())
    held = (out / "held_out.txt").read_text().split()
    # A whole class.
    assert (
        settings["held_out"]
        == len(held)
        == {"a": 4, "b": 3, "c": 2}[held[0][0]]
    )
    assert len({name[0] for name in held}) == 1
    assert settings["images"] == 9
    assert np.isfinite([float(row["val_d_loss"]) for row in log(out)]).all()


def test_a_run_that_goes_on_has_the_same_pairs(classes, tmp_path):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    options = "--steps-per-epoch", 2
    assert train(classes, whole, "--epochs", 2, *options).exit_code == 0
    assert train(classes, parts, "--epochs", 1, *options).exit_code == 0
    result = train(classes, parts, "--epochs", 2, "--resume")
    assert result.exit_code == 0, result.output
    assert_same_runs(whole, parts)


def test_folders_without_pairs_are_refused(classes, tmp_path):
    result = train(classes, tmp_path / "a", "--held-out", 8)
    assert "leave a class" in one_line(result)
    alone = tmp_path / "alone"
    for name in "de":
        (alone / name).mkdir(parents=True)
        source = classes / name / "0.png"
        (alone / name / "0.png").write_bytes(source.read_bytes())
    result = train(alone, tmp_path / "b")
    assert "at least two" in one_line(result)
