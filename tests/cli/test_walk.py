"""`kerasgan generate`: a walk, a folder, a grid, an array."""

import sys
import types

import numpy as np
import pytest
from PIL import Image

import kerasgan
from kerasgan.cli import walk
from tests import tiny
from tests.small_runs import command
from tests.small_runs import one_line

pytestmark = pytest.mark.usefixtures("without_graphs")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "gan.keras"
    tiny.tiny_gan().save(path)
    return path


def test_a_walk_is_a_film_that_ends_where_it_began(model, tmp_path):
    out = tmp_path / "walk.gif"
    words = ("generate", model, "--walk", 3, "--seconds", 0.4)
    assert command(*words, "--out", out).exit_code == 0
    with Image.open(out) as film:
        assert film.n_frames == 10 and film.is_animated
        assert film.info["duration"] == 40
        assert film.size == (256, 256)  # 4 pixels, enlarged
    again = tmp_path / "again.gif"
    assert command(*words, "--out", again).exit_code == 0
    assert out.read_bytes() == again.read_bytes()
    assert "Film" in command(*words, "--seed", 1, "--out", again).output
    assert out.read_bytes() != again.read_bytes()


def test_conditional_models_walk_too(tmp_path):
    gan = kerasgan.applications.CGAN((8, 8, 1), num_classes=3, filters=2)
    gan.save(tmp_path / "gan.keras")
    out = tmp_path / "walk.gif"
    result = command(
        *("generate", tmp_path / "gan.keras", "--walk", 2, "--label", 2),
        *("--seconds", 0.1, "--out", out),
    )
    assert result.exit_code == 0, result.output
    assert out.exists()


def test_points_of_a_walk_are_what_is_drawn():
    rng = np.random.default_rng(0)
    points = rng.standard_normal((4, 6)).astype("float32")
    places = np.array([0.0, 1.0, 3.0, 0.5, 3.5])
    found = walk._between(points, places, "slerp")
    np.testing.assert_allclose(found[:3], points[[0, 1, 3]], rtol=1e-5)
    way = kerasgan.latent.interpolate(points[3], points[0], 3)
    np.testing.assert_allclose(found[4], way[1], rtol=1e-4)
    labels = walk._between(np.array([3, 5]), np.array([0.2, 0.8]), "lerp")
    assert labels.tolist() == [3, 5]


def test_a_film_may_be_an_mp4(model, tmp_path, monkeypatch):
    frames = []

    class Writer:
        def __init__(self, path, **settings):
            self.path = path
            assert settings["fps"] == 25

        def __enter__(self):
            return self

        def __exit__(self, *error):
            self.path.write_bytes(b"film")

        append_data = staticmethod(frames.append)

    imageio = types.SimpleNamespace(get_writer=Writer)
    monkeypatch.setattr(walk, "_imageio", lambda: imageio)
    out = tmp_path / "walk.mp4"
    result = command(
        *("generate", model, "--walk", 2, "--seconds", 0.2, "--out", out)
    )
    assert result.exit_code == 0, result.output
    assert [frame.shape for frame in frames] == [(256, 256, 3)] * 5
    assert out.read_bytes() == b"film"


def test_an_mp4_says_what_it_needs(model, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    line = one_line(
        command("generate", model, "--walk", 2, "--out", tmp_path / "a.mp4")
    )
    assert "imageio[ffmpeg]" in line


def test_each_image_may_have_its_file(model, tmp_path):
    folder = tmp_path / "images"
    words = ("generate", model, "-n", 5)
    assert command(*words, "--each", folder).exit_code == 0
    assert len([*folder.glob("*.png")]) == 5
    assert "new or empty" in one_line(command(*words, "--each", folder))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--out", "somefolder"), "`--out` must be a picture for a grid"),
        (("--out", "a.txt"), "`--out` must be a picture for a grid"),
        (("--each", "a", "--out", "b"), "exclude each other"),
        (("--walk", 3, "-n", 3), "`--walk` and `-n` exclude each other"),
        (("--walk", 3, "--columns", 3), "exclude each other"),
        (("--walk", 3, "--out", "a.png"), "must end in .gif or .mp4"),
        (("--seconds", 3), "with `--walk`"),
    ],
)
def test_what_does_not_go_together_is_said(
    more, said, model, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    line = one_line(command("generate", model, *more))
    assert said in line and "`path`" not in line
    assert not [*tmp_path.iterdir()]
