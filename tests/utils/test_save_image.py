import numpy as np
import pytest
from PIL import Image

from kerasgan.utils import save_image

pytestmark = pytest.mark.once


def read(path):
    with Image.open(path) as image:
        return np.asarray(image)


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_one_image_is_written_exactly(tmp_path, channels):
    image = np.random.default_rng(0).integers(
        0, 256, (5, 7, channels), dtype="uint8"
    )
    save_image(tmp_path / "one.png", image)
    np.testing.assert_array_equal(
        read(tmp_path / "one.png").reshape(image.shape), image
    )


def test_several_images_are_written_as_a_grid(tmp_path):
    images = np.full((6, 4, 4, 1), -1.0, "float32")
    save_image(tmp_path / "grid.png", images, columns=3, padding=1)
    assert read(tmp_path / "grid.png").shape == (9, 14)


def test_missing_folders_are_made(tmp_path):
    save_image(tmp_path / "a" / "b" / "x.png", np.zeros((2, 2, 3), "uint8"))
    assert (tmp_path / "a" / "b" / "x.png").is_file()


def test_the_suffix_chooses_the_format(tmp_path):
    save_image(str(tmp_path / "x.JPG"), np.zeros((2, 2, 3), "uint8"))
    with Image.open(tmp_path / "x.JPG") as image:
        assert image.format == "JPEG"


@pytest.mark.parametrize("name", ["x", "x.weights", "x.txt"])
def test_an_unknown_suffix_is_refused(tmp_path, name):
    with pytest.raises(ValueError, match="`path` must end in the suffix"):
        save_image(tmp_path / name, np.zeros((2, 2, 3), "uint8"))
    assert not list(tmp_path.iterdir())


def test_a_format_without_transparency_is_refused_for_rgba(tmp_path):
    with pytest.raises(ValueError, match="holds images with 4 channels"):
        save_image(tmp_path / "x.jpg", np.zeros((2, 2, 4), "uint8"))
    assert not list(tmp_path.iterdir())


def test_a_file_in_the_way_of_the_folder_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="`path` must lead to a folder"):
        save_image(tmp_path / "file" / "x.png", np.zeros((2, 2, 3), "uint8"))


def test_a_folder_is_not_a_file(tmp_path):
    (tmp_path / "x.png").mkdir()
    with pytest.raises(OSError, match="`path` must be a file"):
        save_image(tmp_path / "x.png", np.zeros((2, 2, 3), "uint8"))


def test_an_error_leaves_the_older_file(tmp_path):
    save_image(tmp_path / "x.png", np.zeros((2, 2, 3), "uint8"))
    before = (tmp_path / "x.png").read_bytes()
    with pytest.raises(ValueError, match="finite"):
        save_image(tmp_path / "x.png", np.full((2, 2, 3), np.nan))
    assert (tmp_path / "x.png").read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["x.png"]
