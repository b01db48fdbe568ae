import numpy as np
import pytest
from PIL import Image
from PIL import ImageSequence

from kerasgan.utils import save_gif

pytestmark = pytest.mark.once


def fade(count=4, shape=(6, 8, 1)):
    values = np.linspace(0, 255, count).astype("uint8")
    return [np.full(shape, v, dtype="uint8") for v in values]


def read(path):
    with Image.open(path) as film:
        frames = [
            (np.asarray(f.convert("RGB")), f.info["duration"])
            for f in ImageSequence.Iterator(film)
        ]
        return frames, film.info.get("loop")


def test_grey_frames_are_exact_and_in_order(tmp_path):
    save_gif(tmp_path / "x.gif", fade())
    frames, _ = read(tmp_path / "x.gif")
    assert [f[0, 0, 0] for f, _ in frames] == [0, 85, 170, 255]
    assert frames[0][0].shape == (6, 8, 3)


def test_the_last_frame_is_held_and_the_film_loops(tmp_path):
    save_gif(tmp_path / "x.gif", fade(), frame_ms=50, last_frame_ms=500)
    frames, loop = read(tmp_path / "x.gif")
    assert [ms for _, ms in frames] == [50, 50, 50, 500]
    assert loop == 0


def test_a_film_can_end(tmp_path):
    save_gif(tmp_path / "x.gif", fade(), loop=False)
    assert read(tmp_path / "x.gif")[1] is None


def test_several_images_a_frame_become_a_grid(tmp_path):
    frames = np.random.default_rng(0).uniform(-1, 1, (3, 4, 5, 5, 1))
    save_gif(tmp_path / "x.gif", frames)
    assert read(tmp_path / "x.gif")[0][0][0].shape == (12, 12, 3)


def test_a_generator_of_frames_is_taken(tmp_path):
    save_gif(tmp_path / "x.gif", (frame for frame in fade(3)))
    assert len(read(tmp_path / "x.gif")[0]) == 3


def test_one_frame_is_a_film_too(tmp_path):
    save_gif(tmp_path / "x.gif", fade(1))
    with Image.open(tmp_path / "x.gif") as film:
        assert film.format == "GIF"


def test_colours_stay_close(tmp_path):
    red = np.zeros((4, 4, 3), "uint8")
    red[..., 0] = 200
    save_gif(tmp_path / "x.gif", [red, 255 - red])
    frames, _ = read(tmp_path / "x.gif")
    np.testing.assert_allclose(frames[0][0], red, atol=8)
    np.testing.assert_allclose(frames[1][0], 255 - red, atol=8)


def test_transparent_pixels_are_white(tmp_path):
    clear = np.zeros((4, 4, 4), "uint8")
    save_gif(tmp_path / "x.gif", [clear])
    with Image.open(tmp_path / "x.gif") as film:
        assert np.asarray(film.convert("RGB")).min() == 255


def test_frames_of_two_sizes_are_refused_and_nothing_is_left(tmp_path):
    frames = fade(2) + fade(1, shape=(3, 3, 1))
    with pytest.raises(ValueError, match="3 x 3 pixels after one of 6 x 8"):
        save_gif(tmp_path / "x.gif", frames)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "arguments, match",
    [
        ({"frames": []}, "`frames` must hold at least one"),
        ({"frames": [np.zeros((2, 2))]}, "`frames` must have shape"),
        ({"frame_ms": 10}, "`frame_ms` must be .* 20. Received: frame_ms=10"),
        ({"last_frame_ms": 50}, "`last_frame_ms` must be .* 100"),
        ({"path": "film.png"}, "`path` must end in '.gif'"),
    ],
)
def test_bad_arguments_are_refused(tmp_path, arguments, match):
    arguments = {"path": "x.gif", "frames": fade()} | arguments
    arguments["path"] = tmp_path / arguments["path"]
    with pytest.raises(ValueError, match=match):
        save_gif(**arguments)
    assert not list(tmp_path.iterdir())
