"""TIFF, and pictures whose numbers are no bytes."""

import numpy as np
import pytest

from kerasgan.datasets import paired
from kerasgan.datasets.image_files import ImageFiles
from kerasgan.datasets.write_picture import write_picture
from tests.datasets.test_image_pairs import coordinates
from tests.datasets.test_image_pairs import write


def write_tiff(folder, name, values, **kwargs):
    tifffile = pytest.importorskip("tifffile")
    folder.mkdir(parents=True, exist_ok=True)
    tifffile.imwrite(folder / name, values, **kwargs)


def test_tiff_of_many_channels_is_read_by_the_range_of_its_type(tmp_path):
    a, b = tmp_path / "a", tmp_path / "b"
    rng = np.random.default_rng(0)
    many = rng.integers(0, 65536, (8, 10, 6)).astype("uint16")
    height = rng.uniform(-50, 950, (8, 10)).astype("float32")
    contiguous = {"photometric": "minisblack", "planarconfig": "contig"}
    write_tiff(a, "1.tif", many, **contiguous)
    # The same with a page for each channel.
    pages = np.moveaxis(many, -1, 0)
    write_tiff(a, "2.tiff", pages, photometric="minisblack")
    for name in ("1.tif", "2.tif"):
        write_tiff(b, name, height)
    ranges = (None, (0, 900))
    data = paired(a, b, value_range=ranges, flip=False, batch_size=2)
    assert data.input_shape == (8, 10, 6) and data.target_shape == (8, 10, 1)
    inputs, targets = data[0]
    assert inputs.dtype == targets.dtype == np.float32
    expected = many / 32767.5 - 1
    np.testing.assert_allclose(inputs, [expected] * 2, atol=1e-6)
    expected = np.clip(height / 450 - 1, -1, 1)
    np.testing.assert_allclose(targets[1, ..., 0], expected, atol=1e-6)
    small = paired(a, b, 4, value_range=ranges)[0][0]
    assert small.shape == (1, 4, 4, 6) and np.abs(small).max() <= 1
    with pytest.raises(ValueError, match="`value_range` must say.*float32"):
        paired(a, b)
    write_tiff(a, "3.tif", many[..., :2], **contiguous)
    write_tiff(b, "3.tif", height)
    with pytest.raises(ValueError, match="one type.*6 channels.*2 channels"):
        paired(a, b, value_range=ranges)


def test_tiff_of_bytes_is_like_any_other(tmp_path):
    a, b = tmp_path / "a", tmp_path / "b"
    pixels = coordinates(20, 30)
    write(a, "1.tif", pixels)
    write(b, "1.png", pixels)
    inputs, targets = paired(a, b, flip=False)[0]
    assert inputs.dtype == np.uint8
    np.testing.assert_array_equal(inputs, targets)
    with pytest.raises(ValueError, match="`value_range` is for.*8 bits"):
        paired(a, b, value_range=(0, 255))
    with pytest.raises(ValueError, match="`value_range` must be"):
        paired(a, b, value_range=(1, 0))
    classes = coordinates(3, 3)[..., 0].astype("uint16") * 300
    write_tiff(a, "1.tif", classes)
    write(b, "1.png", coordinates(3, 3))
    data = paired(a, b, labels=True, flip=False)
    assert data.classes == [0, 300, 600]
    np.testing.assert_array_equal(data[0][0][0].argmax(-1) * 300, classes)


def test_what_is_no_number_and_what_is_cut_off_is_named(tmp_path):
    a, b = tmp_path / "a", tmp_path / "b"
    values = np.zeros((8, 8), "float32")
    values[3, 3] = np.nan
    for folder in (a, b):
        write_tiff(folder, "1.tif", values)
    with pytest.raises(OSError, match="1.tif': it has values that are not fin"):
        paired(a, b, value_range=(0, 1))
    content = (a / "1.tif").read_bytes()
    (a / "1.tif").write_bytes(content[:-50])
    with pytest.raises(OSError, match="1.tif"):
        paired(a, b, value_range=(0, 1))
    with pytest.raises(OSError, match="1.tif"):
        paired(b, a, value_range=(0, 1))


@pytest.mark.parametrize(
    ("dtype", "channels", "suffix"),
    [
        ("uint16", 1, ".png"),
        ("uint16", 3, ".tif"),
        ("int16", 1, ".tif"),
        ("float32", 5, ".tif"),
        ("uint8", 2, ".tif"),
    ],
)
def test_what_is_written_is_of_the_type_that_was_read(
    dtype, channels, suffix, tmp_path
):
    pytest.importorskip("tifffile")
    values = np.random.default_rng(0).uniform(0, 200, (6, 5, channels))
    values = values.astype(dtype)
    about = {"raw": (dtype, channels), "suffix": suffix}
    limits = (0, 200) if dtype == "float32" else (0, np.iinfo(dtype).max)
    about["value_range"] = limits
    scaled = values.astype("float64") * 2 / limits[1] - 1
    path = tmp_path / f"a{suffix}"
    write_picture(path, scaled, about)
    files = ImageFiles(
        tmp_path, [path.name], value_range=limits if dtype != "uint8" else None
    )
    assert files.raw == (dtype, channels) and files.suffix == suffix
    np.testing.assert_allclose(files.load(0), values, rtol=1e-5)
    again = ImageFiles.of_type(files.about, [path])
    np.testing.assert_array_equal(again.load(0), files.load(0))
    other = {**files.about, "raw": ["int32", 1]}
    with pytest.raises(OSError, match="must be of int32 with 1 channel"):
        ImageFiles.of_type(other, [path])
