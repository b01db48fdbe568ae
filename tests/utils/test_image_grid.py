import keras
import numpy as np
import pytest

from kerasgan.utils import image_grid

pytestmark = pytest.mark.once


def constants(*values, shape=(2, 3, 1)):
    return np.stack([np.full(shape, v, dtype="float32") for v in values])


def test_the_range_of_floats_becomes_the_range_of_bytes():
    grid = image_grid(constants(-1.0, 0.0, 1.0), columns=3, padding=0)
    assert grid.dtype == np.uint8
    assert grid.shape == (2, 9, 1)
    assert list(grid[0, ::3, 0]) == [0, 128, 255]


def test_bytes_come_back_unchanged_after_scaling():
    pixels = np.arange(256, dtype="uint8").reshape(1, 16, 16, 1)
    scaled = pixels.astype("float32") / 127.5 - 1.0
    np.testing.assert_array_equal(image_grid(scaled), pixels[0])
    np.testing.assert_array_equal(image_grid(pixels), pixels[0])


def test_values_outside_the_range_are_clipped():
    grid = image_grid(constants(-7.0, 1e30), columns=2, padding=0)
    assert grid.min() == 0
    assert grid.max() == 255


def test_images_stand_row_by_row():
    images = np.arange(6, dtype="uint8").reshape(6, 1, 1, 1)
    grid = image_grid(images, columns=3, padding=0)
    np.testing.assert_array_equal(grid[..., 0], [[0, 1, 2], [3, 4, 5]])


def test_padding_is_white_and_between_images_only():
    grid = image_grid(constants(-1, -1, -1, -1), columns=2, padding=2)
    assert grid.shape == (2 + 2 + 2, 3 + 2 + 3, 1)
    assert (grid[2:4] == 255).all()
    assert (grid[:, 3:5] == 255).all()
    assert grid[:2, :3].max() == grid[4:, 5:].max() == 0


def test_cells_without_an_image_are_white():
    grid = image_grid(constants(-1, -1, -1), columns=2, padding=0)
    assert grid[:2].max() == 0
    assert grid[2:, 3:].min() == 255


@pytest.mark.parametrize(
    "count, shape", [(1, (1, 1)), (5, (2, 3)), (9, (3, 3)), (64, (8, 8))]
)
def test_the_grid_is_square_unless_columns_are_given(count, shape):
    images = np.zeros((count, 1, 1, 1), dtype="uint8")
    assert image_grid(images, padding=0).shape == (*shape, 1)


def test_more_columns_than_images_leave_no_empty_cells():
    images = np.zeros((2, 4, 4, 1), dtype="uint8")
    assert image_grid(images, columns=8, padding=0).shape == (4, 8, 1)


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_grey_rgb_and_rgba_keep_their_channels(channels):
    images = np.zeros((4, 2, 5, channels), dtype="float32")
    assert image_grid(images).shape == (6, 12, channels)


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_tensors_of_the_backend_are_taken(dtype):
    images = keras.ops.cast(constants(-1.0, 1.0), dtype)
    assert set(image_grid(images).ravel()) == {0, 255}


def test_a_list_of_arrays_is_taken():
    images = [np.zeros((2, 2, 1), "float32")] * 3
    assert image_grid(images, columns=3, padding=0).shape == (2, 6, 1)


def test_the_images_are_not_changed():
    images = constants(-3.0, 3.0)
    image_grid(images)
    assert images.max() == 3.0


@pytest.mark.parametrize(
    "shape", [(4, 4), (4, 4, 1), (2, 4, 4, 2), (1, 2, 4, 4, 3)]
)
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match=r"`images` must have shape \(batch"):
        image_grid(np.zeros(shape, "float32"))


@pytest.mark.parametrize("shape", [(0, 4, 4, 1), (2, 0, 4, 1)])
def test_no_pixels_are_refused(shape):
    with pytest.raises(ValueError, match="`images` must hold at least one"):
        image_grid(np.zeros(shape, "float32"))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite_are_refused(value):
    images = constants(0.0, 0.0)
    images[1, 0, 0, 0] = value
    with pytest.raises(ValueError, match="must be finite. Received: 1 values"):
        image_grid(images)


@pytest.mark.parametrize("dtype", ["int32", "bool"])
def test_other_types_are_refused(dtype):
    with pytest.raises(ValueError, match="uint8 in .* or float in"):
        image_grid(np.zeros((1, 2, 2, 1), dtype))


@pytest.mark.parametrize(
    "arguments, match",
    [
        ({"columns": 0}, "`columns` must be .* 1. Received: columns=0"),
        ({"columns": 2.5}, "`columns` must be"),
        ({"padding": -1}, "`padding` must be .* 0. Received: padding=-1"),
        ({"padding": True}, "`padding` must be"),
    ],
)
def test_impossible_layouts_are_refused(arguments, match):
    with pytest.raises(ValueError, match=match):
        image_grid(constants(0.0), **arguments)
