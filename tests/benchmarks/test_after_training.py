"""The scripts that measure what comes after training, on a small model."""

import json
import pathlib
import runpy

import numpy as np
import pytest

import kerasgan

FOLDER = (
    pathlib.Path(__file__).resolve().parents[2]
    / "benchmarks"
    / "after_training"
)
pytestmark = [
    pytest.mark.once,
    pytest.mark.usefixtures("without_graphs", "where_compiling_is_cheap"),
]


@pytest.fixture
def small(monkeypatch):
    """Lets presets and data be small."""

    def load(name, split="train"):
        rng = np.random.default_rng(len(split))
        labels = np.arange(20, dtype="int32") % 2
        images = rng.integers(0, 100, (20, 8, 8, 1))
        images = images + 100 * labels[:, None, None, None]
        return images.astype("uint8"), labels

    def load_preset(cls, name):
        return kerasgan.applications.DCGAN((8, 8, 1), filters=2, seed=0)

    monkeypatch.setattr(kerasgan.datasets, "load", load)
    monkeypatch.setattr(kerasgan.applications, "load_preset", load_preset)


def run(name, *arguments):
    script = runpy.run_path(str(FOLDER / f"{name}.py"))
    script["main"]([str(argument) for argument in arguments])
    return script


def rows(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_projection(small, tmp_path, capsys):
    out = tmp_path / "out.jsonl"
    short = ("--images", 2, "--steps", 1, "--restarts", 1)
    run("projection", "--data", "any", *short, "--out", out)
    assert [row["set"] for row in rows(out)] == ["its own", "any, test"]
    assert len(capsys.readouterr().out.splitlines()) == 4


def test_inpainting(small, tmp_path, capsys):
    out, picture = tmp_path / "out.jsonl", tmp_path / "rows.png"
    short = ("--images", 2, "--steps", 1, "--restarts", 2)
    run(
        *("inpainting", "--presets", "any", "--masks", "half", *short),
        *("--out", out, "--picture", picture),
    )
    names = {row["by"] for row in rows(out)}
    assert {"mean", "nearest", "any", "any, mean"} <= names
    assert picture.exists()


def test_the_psnr_is_that_of_the_hole():
    script = runpy.run_path(str(FOLDER / "inpainting.py"))
    truth = np.zeros((1, 4, 4, 1))
    masks = np.zeros((1, 4, 4), bool)
    masks[0, 1] = True
    made = truth + np.where(masks[..., None], 0.1, 5.0)
    assert abs(script["psnr"](made, truth, masks) - 26.0206) < 1e-4


def test_features(small, tmp_path):
    out = tmp_path / "out.jsonl"
    run("features", "--labels", 10, "--seeds", 1, "--out", out)
    found = rows(out)
    assert [row["features"] for row in found][:2] == ["pixels", "untrained"]
    assert found[0]["accuracies"] == [100.0]


def test_anomalies(small, tmp_path, capsys):
    out = tmp_path / "out.jsonl"
    words = (
        *("anomalies", "--digits", 1, "--epochs", 1, "--filters", 2),
        *("--encoder-epochs", 1, "--runs", tmp_path, "--out", out),
        *("--methods", "f_anogan", "pca", "anogan"),
        *("--steps", 1, "--restarts", 1, "--test", 5),
    )
    run(*words)
    run(*words)  # measures nothing again
    first, second = rows(out)
    assert first == second and first["auroc"]["pca"] == 1.0
    assert all(0 <= value <= 1 for value in first["auroc"].values())
    assert "| mean |" in capsys.readouterr().out


def test_arithmetic(small, tmp_path, monkeypatch, capsys):
    class Network:
        def probabilities(self, images):
            return np.eye(10)[np.arange(len(images)) % 10]

    monkeypatch.setattr(
        kerasgan.metrics.features, "get", lambda name: Network()
    )
    picture = tmp_path / "sum.png"
    script = run("arithmetic", "--of-each", 2, "--picture", picture)
    assert picture.exists() and "called a boot" in capsys.readouterr().out
    images = np.full((1, 8, 8, 1), -1.0)
    images[:, 3:] = 1.0
    assert script["height"](images) == 0.25


def test_the_area_under_the_curve():
    script = runpy.run_path(str(FOLDER / "anomalies.py"))
    assert script["auroc"]([0, 1], [2, 3]) == 1.0
    assert script["auroc"]([0, 1], [1, 1]) == 0.75
