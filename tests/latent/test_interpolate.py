import numpy as np
import pytest
from keras import ops

from kerasgan.latent import interpolate

KINDS = ["slerp", "lerp"]


def normals(*shape):
    return np.random.default_rng(0).standard_normal((2, *shape), "float32")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [(7,), (3, 7)], ids=str)
def test_the_ends_are_exact_and_the_shape_is_steps_first(kind, shape):
    a, b = normals(*shape)
    way = interpolate(a, b, 5, kind)
    assert way.shape == (5, *shape)
    assert way.dtype == np.float32
    np.testing.assert_array_equal(way[0], a)
    np.testing.assert_array_equal(way[-1], b)


def test_a_straight_way_has_equal_steps():
    a, b = normals(4)
    way = interpolate(a, b, 5, "lerp")
    np.testing.assert_allclose(
        np.diff(way, axis=0), np.tile((b - a) / 4, (4, 1)), rtol=1e-5
    )


def test_an_arc_between_two_axes_is_a_quarter_of_a_circle():
    way = interpolate([1.0, 0.0], [0.0, 1.0], steps=4)
    angles = np.radians([0.0, 30.0, 60.0, 90.0])
    expected = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    np.testing.assert_allclose(way, expected, atol=1e-7)


def test_an_arc_keeps_the_length_where_a_straight_way_loses_it():
    a, b = normals(100)
    b *= np.linalg.norm(a) / np.linalg.norm(b)
    lengths = np.linalg.norm(interpolate(a, b, 9), axis=1)
    np.testing.assert_allclose(lengths, lengths[0], rtol=1e-5)
    middle = interpolate(a, b, 9, "lerp")[4]
    assert np.linalg.norm(middle) < 0.8 * lengths[0]


def test_an_arc_of_unequal_lengths_is_the_formula_of_the_vectors():
    # t = 1/2 at 60 degrees: both shares are sin(30) / sin(60) = 1 / sqrt(3).
    b = [1.0, np.sqrt(3.0)]
    way = interpolate([3.0, 0.0], b, steps=3)
    expected = (np.array([3.0, 0.0]) + b) / np.sqrt(3.0)
    np.testing.assert_allclose(way[1], expected, rtol=1e-6)


def test_an_arc_of_one_direction_or_one_point_is_straight():
    way = interpolate([[1.0, 2.0], [1.0, 2.0]], [[2.0, 4.0], [1.0, 2.0]], 3)
    np.testing.assert_allclose(way[1], [[1.5, 3.0], [1.0, 2.0]], rtol=1e-6)


def test_a_batch_is_as_many_ways():
    a, b = normals(3, 5)
    ways = interpolate(a, b, 4)
    for i in range(3):
        np.testing.assert_array_equal(ways[:, i], interpolate(a[i], b[i], 4))


def test_tensors_of_the_backend_are_taken():
    a, b = normals(6)
    way = interpolate(ops.convert_to_tensor(a), ops.convert_to_tensor(b), 3)
    np.testing.assert_array_equal(way, interpolate(a, b, 3))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1.0], [1.0, 2.0]), r"`a` and `b`.*same shape.*\(1,\) and \(2,\)"),
        ((1.0, 2.0), r"`a` must have shape \(latent_dim,\)"),
        (([np.nan, 1.0], [1.0, 2.0]), "`a` must be finite"),
        (([1.0, 0.0], [0.0, 1.0], 1), "`steps`.*at least 2.*steps=1"),
        (([1.0, 0.0], [0.0, 1.0], 3, "slrp"), "`kind`.*'slerp'"),
        (([0.0, 0.0], [0.0, 1.0]), "`a` and `b` must not be zero.*'lerp'"),
        (([1.0, 1.0], [-2.0, -2.0]), "opposite directions.*180 degrees"),
    ],
    ids=["shapes", "rank", "nan", "steps", "kind", "zero", "opposite"],
)
def test_what_has_no_way_between_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        interpolate(*arguments)
