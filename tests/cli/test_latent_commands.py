"""`kerasgan project`, `inpaint`, `walk`, `directions` and `anomalies`."""

import csv

import numpy as np
import pytest
from PIL import Image

import kerasgan
from tests.small_runs import command
from tests.small_runs import one_line

pytestmark = pytest.mark.usefixtures("without_graphs")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A model, and three pictures of another size than its own."""
    root = tmp_path_factory.mktemp("latent")
    gan = kerasgan.applications.DCGAN((8, 8, 1), filters=2, seed=0)
    gan.save(root / "model.keras")
    (root / "pictures").mkdir()
    rng = np.random.default_rng(0)
    for name in ("a", "b", "c"):
        pixels = rng.integers(0, 256, (12, 10, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(root / "pictures" / f"{name}.png")
    return root


def run(folder, name, *arguments):
    result = command(name, folder / "model.keras", *arguments)
    assert result.exit_code == 0, result.output
    return result


def table(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def size_of(path):
    with Image.open(path) as picture:
        return picture.size


SHORT = ("--steps", 2, "--restarts", 1)


def test_pictures_are_projected(folder, tmp_path):
    out = tmp_path / "out"
    pictures = folder / "pictures"
    result = run(folder, "project", pictures, "--out", out, *SHORT)
    assert "median error" in result.output
    assert np.load(out / "latents.npy").shape == (3, 100)
    rows = table(out / "errors.csv")
    assert [row["picture"] for row in rows] == ["a.png", "b.png", "c.png"]
    assert all(0 < float(row["error"]) < 2 for row in rows)
    assert size_of(out / "pictures.png") == (18, 28)
    again = command(
        "project", folder / "model.keras", pictures, "--out", out, *SHORT
    )
    assert again.exit_code == 1 and "new or empty folder" in one_line(again)


def test_pictures_are_completed(folder, tmp_path):
    mask = np.zeros((8, 8), "uint8")
    mask[:4] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    out = tmp_path / "out"
    run(
        folder,
        "inpaint",
        folder / "pictures",
        *("--mask", tmp_path / "mask.png", "--several", 2, "--out", out),
        *SHORT,
    )
    assert np.load(out / "latents.npy").shape == (3, 2, 100)
    assert len(list((out / "completions").iterdir())) == 6
    assert size_of(out / "pictures.png") == (38, 28)


def test_a_walk_is_a_film(folder, tmp_path):
    np.save(tmp_path / "latents.npy", np.eye(100)[:3].astype("float32"))
    out = tmp_path / "film"
    run(
        folder,
        "walk",
        *("--latents", tmp_path / "latents.npy", "--steps", 2),
        *("--out", f"{out}/"),
    )
    assert np.load(out / "latents.npy").shape == (6, 100)
    with Image.open(out / "walk.gif") as film:
        assert film.n_frames == 6
    run(folder, "walk", "--points", 2, "--out", tmp_path / "walk.gif")
    assert (tmp_path / "walk.gif").exists()


def test_directions_are_drawn(folder, tmp_path):
    out = tmp_path / "out"
    run(folder, "directions", "-n", 2, "--rows", 2, "--out", out)
    assert np.load(out / "directions.npy").shape == (2, 100)
    assert len(table(out / "values.csv")) == 2
    assert len(list(out.glob("direction_*.png"))) == 2


def test_odd_pictures_are_listed_with_maps(folder, tmp_path):
    out = tmp_path / "out"
    result = run(
        folder,
        "anomalies",
        folder / "pictures",
        *("--normal", folder / "pictures", "--false-alarms", 0.3),
        *("--worst", 2, "--out", out),
        *SHORT,
    )
    assert "of 3 pictures are odd" in result.output
    rows = table(out / "anomalies.csv")
    scores = [float(row["score"]) for row in rows]
    assert scores == sorted(scores, reverse=True)
    shares = [float(row["share_of_normal_at_least_as_high"]) for row in rows]
    assert shares == [0.5, 0.75, 1.0]
    assert size_of(out / "worst.png") == (28, 18)


@pytest.mark.once
@pytest.mark.parametrize(
    "arguments, message",
    [
        (("project", "pictures"), "--out"),
        (("project", "none", "--out", "out"), "none"),
        (("project", "pictures", "--out", "out", "--label", 1), "condition"),
        (("inpaint", "pictures", "--out", "out", "--mask", "hole"), "kind"),
        (("anomalies", "pictures", "--out", "out"), "--normal"),
        (
            ("anomalies", "pictures", "--out", "out", "--normal", "nowhere"),
            "nowhere",
        ),
        (("directions", "--out", "out", "-n", 101), "`-n` must be at most"),
    ],
)
def test_what_cannot_be_is_one_line(
    folder, tmp_path, monkeypatch, arguments, message
):
    monkeypatch.chdir(folder)
    name, *rest = arguments
    rest = [tmp_path / "out" if x == "out" else x for x in rest]
    result = command(name, folder / "model.keras", *rest)
    assert result.exit_code != 0 and message in one_line(result)
    assert not list((tmp_path / "out").glob("*"))
