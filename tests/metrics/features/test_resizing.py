import numpy as np
import pytest
from PIL import Image

from kerasgan.metrics.resizing import resize


def pixels(shape):
    rng = np.random.default_rng(0)
    return rng.uniform(0, 255, shape).astype("float32")


@pytest.mark.parametrize("size", [(14, 21), (5, 6), (7, 9)], ids=str)
def test_bilinear_is_what_pillow_does(size):
    image = pixels((7, 9))
    expected = Image.fromarray(image).resize(
        size[::-1], Image.Resampling.BILINEAR
    )
    found = resize(image[None, :, :, None], size, "bilinear")
    assert found.dtype == "float32"
    np.testing.assert_allclose(found[0, :, :, 0], expected, rtol=1e-4)


@pytest.mark.parametrize("size", [(4, 4), (299, 299), (3, 5)], ids=str)
def test_bilinear_2015_is_what_tensorflow_1_did(size):
    images = pixels((2, 8, 6, 3))
    found = resize(images, size, "bilinear_2015")
    assert found.shape == (2, *size, 3)
    at = np.arange(size[0]) * 8 / size[0]
    lower = at.astype(int)
    share = (at - lower)[:, None, None]
    rows = images[0, lower] * (1 - share)
    rows = rows + images[0, np.minimum(lower + 1, 7)] * share
    np.testing.assert_allclose(found[0, :, 0], rows[:, 0], rtol=1e-5)
    np.testing.assert_allclose(found[1, 0, 0], images[1, 0, 0])


def test_images_of_the_right_size_are_left_alone():
    images = pixels((1, 4, 4, 1))
    np.testing.assert_array_equal(resize(images, (4, 4), "bilinear"), images)
