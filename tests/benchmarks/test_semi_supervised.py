import json
import pathlib
import runpy

import numpy as np
import pytest

import kerasgan

pytestmark = pytest.mark.once

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = runpy.run_path(str(ROOT / "benchmarks" / "semi_supervised.py"))


def test_errors_of_each_epoch_and_of_the_labels_alone(tmp_path, monkeypatch):
    def load(name, split="train", folder=None):
        rng = np.random.default_rng(len(split))
        images = rng.integers(0, 256, (40, 8, 8, 1)).astype("uint8")
        return images, np.arange(40) % 4

    monkeypatch.setattr(kerasgan.datasets, "load", load)
    out = tmp_path / "errors.jsonl"
    words = ["--labels", "8", "--batch-size", "20", "--held-out", "8"]
    words += ["--most-steps", "2", "--seeds", "3", "--out", str(out)]
    words += ["--runs", str(tmp_path)]
    # The second one goes on with the first.
    SCRIPT["main"]([*words, "--epochs", "1"])
    SCRIPT["main"]([*words, "--epochs", "2"])
    first, record = map(json.loads, out.read_text().splitlines())
    assert record["seed"] == 3 and len(record["held_out_errors"]) == 2
    assert record["held_out_errors"][:1] == first["held_out_errors"]
    found = [record["error"], record["error_of_labels_alone"]]
    assert all(0 <= error <= 1 for error in found)
    with pytest.raises(ValueError, match="other settings"):
        SCRIPT["main"]([*words, "--epochs", "2", "--noise", "1"])


def test_labels_are_as_many_of_each_class():
    labels = np.arange(100) % 5
    known = SCRIPT["known_labels"](labels, 15, seed=0)
    assert (known[known >= 0] == labels[known >= 0]).all()
    assert np.bincount(known[known >= 0]).tolist() == [3] * 5
    with pytest.raises(ValueError, match="multiple of 5"):
        SCRIPT["known_labels"](labels, 7, seed=0)
