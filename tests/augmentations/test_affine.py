"""Warped images, where they are known exactly or to SciPy."""

import numpy as np
import pytest
from keras import ops

from kerasgan import backend
from kerasgan.augmentations.affine import inverse_map
from kerasgan.augmentations.affine import warp
from tests.losses.formulas import finite_difference

NAMES = (
    "flip",
    "turns",
    "shift_x",
    "shift_y",
    "log2_scale",
    "angle_before",
    "log2_stretch",
    "angle_after",
    "move_x",
    "move_y",
)
RNG = np.random.default_rng(0)
SQUARE = RNG.uniform(-1, 1, (3, 8, 8, 2)).astype("float32")
WIDE = RNG.uniform(-1, 1, (3, 6, 8, 3)).astype("float32")


def matrices(batch, height, width, **given):
    """Returns the maps of images that all are changed in the same way."""
    parameters = {
        name: ops.full((batch,), given.get(name, 0.0), "float32")
        for name in NAMES
    }
    return inverse_map(parameters, height, width)


def warped(images, **given):
    batch, height, width, _ = images.shape
    result = warp(
        ops.convert_to_tensor(images), matrices(batch, height, width, **given)
    )
    return ops.convert_to_numpy(result)


@pytest.mark.parametrize("images", [SQUARE, WIDE, WIDE[:, :, :1], WIDE[:0]])
def test_no_change_is_exact(images):
    np.testing.assert_array_equal(warped(images), images)


def test_a_flip_is_exact():
    np.testing.assert_array_equal(warped(WIDE, flip=1), WIDE[:, :, ::-1])


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_turns_of_a_square_are_exact(turns):
    np.testing.assert_array_equal(
        warped(SQUARE, turns=turns), np.rot90(SQUARE, turns, axes=(1, 2))
    )


def test_a_flip_comes_before_a_turn():
    np.testing.assert_array_equal(
        warped(SQUARE, flip=1, turns=1),
        np.rot90(SQUARE[:, :, ::-1], axes=(1, 2)),
    )


def moved(images, right, down):
    """Returns images moved by whole pixels, a slice of a mirrored frame."""
    _, height, width, _ = images.shape
    most = 4
    frame = np.pad(
        images, ((0, 0), (most,) * 2, (most,) * 2, (0, 0)), "reflect"
    )
    top, left = most - down, most - right
    return frame[:, top : top + height, left : left + width]


@pytest.mark.parametrize(("right", "down"), [(1, 0), (-2, 1), (3, -2)])
def test_shifts_by_whole_pixels_are_exact(right, down):
    expected = moved(WIDE, right, down)
    # Of 8 columns and 6 rows, rounded.
    shares = dict(shift_x=(right + 0.3) / 8, shift_y=(down - 0.3) / 6)
    np.testing.assert_array_equal(warped(WIDE, **shares), expected)
    shares = dict(move_x=right / 8, move_y=down / 6)
    np.testing.assert_allclose(warped(WIDE, **shares), expected, atol=1e-5)


def test_a_shift_of_a_half_is_the_mean_of_neighbours():
    result = warped(WIDE, move_x=0.5 / 8)
    mean = (WIDE[:, :, 1:] + WIDE[:, :, :-1]) / 2
    np.testing.assert_allclose(result[:, :, 1:], mean, atol=1e-6)


def test_far_away_the_image_is_mirrored_again_and_again():
    result = warped(WIDE, move_x=-14 * 3 / 8, move_y=10 * 5 / 6)
    np.testing.assert_allclose(result, WIDE, atol=1e-4)


def numpy_map(height, width, given):
    """The inverse of the changes, each a matrix, in their order."""

    def affine(a=1.0, b=0.0, x=0.0, c=0.0, d=1.0, y=0.0):
        return np.array([[a, b, x], [c, d, y], [0, 0, 1]])

    def rotation(angle):
        cosine, sine = np.cos(angle), np.sin(angle)
        return affine(cosine, -sine, 0, sine, cosine, 0)

    given = {name: given.get(name, 0.0) for name in NAMES}
    scale, stretch = 2 ** given["log2_scale"], 2 ** given["log2_stretch"]
    forward = np.eye(3)
    for change in (
        affine(a=1 - 2 * given["flip"]),
        # Counterclockwise as seen, where y points down.
        rotation(-np.pi / 2 * given["turns"]),
        affine(
            x=np.round(given["shift_x"] * width),
            y=np.round(given["shift_y"] * height),
        ),
        affine(a=scale, d=scale),
        rotation(given["angle_before"]),
        affine(a=stretch, d=1 / stretch),
        rotation(given["angle_after"]),
        affine(x=given["move_x"] * width, y=given["move_y"] * height),
    ):
        forward = change @ forward
    return np.linalg.inv(forward)


EVERYTHING = dict(
    flip=1,
    turns=1,
    shift_x=0.125,
    shift_y=-0.2,
    log2_scale=0.3,
    angle_before=0.7,
    log2_stretch=-0.4,
    angle_after=-1.9,
    move_x=0.06,
    move_y=-0.11,
)


@pytest.mark.parametrize(
    "given",
    [
        dict(log2_scale=0.5),
        dict(angle_before=0.4),
        dict(log2_stretch=0.3, angle_after=-0.8),
        EVERYTHING,
    ],
    ids=lambda given: "+".join(given) if len(given) < 9 else "everything",
)
def test_it_agrees_with_scipy(given):
    ndimage = pytest.importorskip("scipy.ndimage")
    _, height, width, _ = WIDE.shape
    inverse = numpy_map(height, width, given)
    np.testing.assert_allclose(
        ops.convert_to_numpy(matrices(1, height, width, **given))[0],
        inverse,
        atol=1e-5,
    )
    centre = np.array([(height - 1) / 2, (width - 1) / 2])
    linear = inverse[:2, :2][::-1, ::-1]  # rows come first in SciPy
    offset = centre + inverse[:2, 2][::-1] - linear @ centre
    expected = np.stack(
        [
            np.stack(
                [
                    ndimage.affine_transform(
                        image[..., channel].astype("float64"),
                        linear,
                        offset,
                        order=1,
                        mode="mirror",
                    )
                    for channel in range(3)
                ],
                axis=-1,
            )
            for image in WIDE
        ]
    )
    np.testing.assert_allclose(warped(WIDE, **given), expected, atol=1e-4)


@pytest.mark.parametrize("side", ["angle_before", "angle_after"])
def test_a_disc_is_the_same_from_every_side(side):
    y, x = np.mgrid[-3.5:4, -3.5:4]
    bump = np.exp(-(x**2 + y**2) / 20)[None, :, :, None].astype("float32")
    np.testing.assert_allclose(
        # The corners are mirrored and not continued.
        warped(bump, **{side: 0.9})[:, 2:-2, 2:-2],
        bump[:, 2:-2, 2:-2],
        atol=0.02,
    )


def test_each_image_is_warped_by_its_own_map():
    both = ops.concatenate(
        [matrices(1, 8, 8), matrices(1, 8, 8, flip=1)], axis=0
    )
    result = ops.convert_to_numpy(warp(ops.convert_to_tensor(SQUARE[:2]), both))
    np.testing.assert_array_equal(result[0], SQUARE[0])
    np.testing.assert_array_equal(result[1], SQUARE[1, :, ::-1])


def test_first_and_second_derivatives_pass_through():
    images = WIDE[:1, :3, :3, :1]
    way = matrices(1, 3, 3, **EVERYTHING)
    linear = ops.convert_to_numpy(
        warp(
            ops.convert_to_tensor(
                np.eye(9, dtype="float32").reshape(9, 3, 3, 1)
            ),
            ops.repeat(way, 9, axis=0),
        )
    ).reshape(9, 9)  # column by column of the map

    def cubes(x):
        return ops.sum(warp(x, way) ** 3), None

    def slope(x):
        _, _, gradient = backend.input_gradient(cubes, x, create_graph=True)
        return ops.sum(ops.square(gradient)), None

    def numpy_cubes(x):
        return np.sum((x.reshape(9) @ linear.astype("float64")) ** 3)

    def numpy_slope(x):
        map_ = linear.astype("float64")
        return np.sum((map_ @ (3 * (x.reshape(9) @ map_) ** 2)) ** 2)

    for function, in_numpy in ((cubes, numpy_cubes), (slope, numpy_slope)):
        _, _, gradient = backend.input_gradient(
            function, ops.convert_to_tensor(images)
        )
        np.testing.assert_allclose(
            ops.convert_to_numpy(gradient),
            finite_difference(in_numpy, images),
            rtol=1e-3,
            atol=1e-4,
        )
