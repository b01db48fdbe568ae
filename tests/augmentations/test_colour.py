"""Changed colours, next to the matrices of the paper."""

import numpy as np
import pytest
from keras import ops

from kerasgan import backend
from kerasgan.augmentations.colour import recolour

NAMES = ("brightness", "log2_contrast", "luma_flip", "hue", "log2_saturation")
RNG = np.random.default_rng(0)
IMAGES = RNG.uniform(-1, 1, (3, 4, 5, 3)).astype("float32")
GREY = IMAGES[..., :1]
PURE = np.array([[[[1.0, 0.0, 0.0]]]], "float32")  # red


def recoloured(images, **given):
    parameters = {
        name: ops.full((images.shape[0],), given.get(name, 0.0), "float32")
        for name in NAMES
    }
    result = recolour(ops.convert_to_tensor(images), parameters)
    return ops.convert_to_numpy(result)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_no_change_is_exact(channels):
    images = RNG.uniform(-1, 1, (2, 3, 3, channels)).astype("float32")
    np.testing.assert_array_equal(recoloured(images), images)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (dict(brightness=0.25), (1.25, 0.25, 0.25)),
        (dict(log2_contrast=1), (2, 0, 0)),
        (dict(luma_flip=1), (1 / 3, -2 / 3, -2 / 3)),
        (dict(hue=2 * np.pi / 3), (0, 1, 0)),
        (dict(hue=np.pi), (-1 / 3, 2 / 3, 2 / 3)),
        (dict(log2_saturation=-40), (1 / 3, 1 / 3, 1 / 3)),
        (dict(log2_saturation=1), (5 / 3, -1 / 3, -1 / 3)),
    ],
)
def test_what_becomes_of_red(given, expected):
    np.testing.assert_allclose(
        recoloured(PURE, **given)[0, 0, 0], expected, atol=1e-6
    )


def numpy_matrix(brightness, log2_contrast, luma_flip, hue, log2_saturation):
    """The product of the paper's matrices of homogeneous colours."""
    axis = np.array([1, 1, 1, 0]) / np.sqrt(3)
    luma = np.outer(axis, axis)
    move = np.eye(4)
    move[:3, 3] = brightness
    scale = np.diag([2**log2_contrast] * 3 + [1])
    flip = np.eye(4) - 2 * luma_flip * luma
    # Rodrigues' formula
    cross = np.zeros((4, 4))
    cross[:3, :3] = np.cross(axis[:3], np.eye(3)).T
    turn = np.eye(4) + np.sin(hue) * cross + (1 - np.cos(hue)) * cross @ cross
    saturate = luma + (np.eye(4) - luma) * 2**log2_saturation
    saturate[3, 3] = 1
    return saturate @ turn @ flip @ scale @ move


@pytest.mark.parametrize("luma_flip", [0, 1])
def test_all_together_are_the_product_of_the_papers_matrices(luma_flip):
    given = dict(
        brightness=0.3,
        log2_contrast=-0.6,
        luma_flip=luma_flip,
        hue=-1.2,
        log2_saturation=0.7,
    )
    matrix = numpy_matrix(**given)
    np.testing.assert_allclose(
        recoloured(IMAGES, **given),
        IMAGES @ matrix[:3, :3].T + matrix[:3, 3],
        atol=1e-5,
    )
    # Grey ones are the mean of what becomes of the three channels.
    expected = np.repeat(GREY, 3, axis=-1) @ matrix[:3, :3].T + matrix[:3, 3]
    np.testing.assert_allclose(
        recoloured(GREY, **given),
        expected.mean(axis=-1, keepdims=True),
        atol=1e-5,
    )


def test_a_luma_flip_twice_is_no_change():
    once = recoloured(IMAGES, luma_flip=1)
    np.testing.assert_allclose(recoloured(once, luma_flip=1), IMAGES, atol=1e-6)


def test_hue_counts_for_three_channels_only():
    pairs = IMAGES[..., :2]
    np.testing.assert_array_equal(recoloured(pairs, hue=1.0), pairs)


def test_each_image_is_recoloured_by_its_own_numbers():
    zeros = ops.zeros((3,))
    parameters = dict.fromkeys(NAMES, zeros)
    parameters["brightness"] = ops.convert_to_tensor([0.0, 0.5, 1.0])
    result = recolour(ops.convert_to_tensor(IMAGES), parameters)
    added = ops.convert_to_numpy(result) - IMAGES
    for image, number in zip(added, (0, 0.5, 1)):
        np.testing.assert_allclose(image, number, atol=1e-6)


def test_the_gradient_is_that_of_the_matrix():
    given = dict(hue=0.5, log2_contrast=0.2, luma_flip=1, log2_saturation=-1)
    parameters = {
        name: ops.full((3,), given.get(name, 0.0), "float32") for name in NAMES
    }
    weights = IMAGES[::-1].copy()
    factors = ops.convert_to_tensor(weights)
    _, _, gradient = backend.input_gradient(
        lambda x: (ops.sum(recolour(x, parameters) * factors), None),
        ops.convert_to_tensor(IMAGES),
    )
    matrix = numpy_matrix(brightness=0, **given)[:3, :3]
    np.testing.assert_allclose(
        ops.convert_to_numpy(gradient), weights @ matrix, atol=1e-5
    )
