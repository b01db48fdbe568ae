import json
import pathlib
import runpy

import numpy as np
import pytest

import kerasgan

pytestmark = pytest.mark.once

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = runpy.run_path(str(ROOT / "benchmarks" / "dagan_augmentation.py"))


def test_all_kinds_of_augmentation_are_tried(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(8), 4)
    images = rng.integers(0, 256, (32, 8, 8, 1)).astype("uint8")
    monkeypatch.setattr(
        kerasgan.datasets,
        "omniglot",
        lambda paths: (images, labels, labels // 2),
    )
    out = tmp_path / "answers.jsonl"
    words = ["--omniglot", "small.zip", "--epochs", "1", "--filters", "2"]
    words += ["--counts", "2", "--steps", "1", "--discriminator-steps", "1"]
    words += ["--seeds", "4", "--out", str(out)]
    words += ["--runs", str(tmp_path)]
    SCRIPT["main"](words)
    record = json.loads(out.read_text())
    SCRIPT["main"](words)  # measures nothing again
    assert out.read_text().splitlines() == 2 * [json.dumps(record)]
    assert record["classes"] == 2 and record["diversity"] >= 0
    assert set(record["accuracy"]["2"]) == {"none", "shifts", "dagan", "both"}


def test_alphabets_and_images_are_chosen_whole():
    alphabets = np.repeat(np.arange(8), 3)
    held = SCRIPT["split_alphabets"](alphabets, 0.25, seed=1)
    assert len(np.unique(alphabets[held])) == 2 and held.sum() == 6
    few = SCRIPT["few_of_each"](alphabets, 2, seed=0)
    assert np.bincount(alphabets[few]).tolist() == [2] * 8
