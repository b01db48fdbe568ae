import numpy as np
import pytest

from kerasgan.metrics import distances

pytestmark = pytest.mark.once


def test_rows_far_from_zero_keep_their_distances():
    rows = np.array([[0.0], [1e-3], [3e-3]]) + 1e5
    np.testing.assert_allclose(
        distances.squared_radii(rows, 1), [1e-6, 1e-6, 4e-6], rtol=1e-4
    )


def test_equal_rows_are_neighbours_at_distance_zero_and_a_row_not_of_itself():
    rows = np.random.default_rng(0).normal(size=(9, 30)) + 3.0
    rows[4] = rows[1]
    found = distances.squared_radii(rows, 1)
    assert np.flatnonzero(found == 0.0).tolist() == [1, 4]


def test_a_radius_does_not_hang_on_the_block_or_on_who_stands_beside_it():
    rows = np.random.default_rng(0).normal(size=(50, 20)).astype("float32")
    whole = distances.squared_radii(rows, 3)
    order = np.random.default_rng(1).permutation(50)
    np.testing.assert_array_equal(
        distances.squared_radii(rows[order], 3), whole[order]
    )


def test_the_nearest_are_in_order_and_of_equals_the_first():
    rows = np.array([[5.0], [1.0], [9.0], [1.0], [0.0]]) * 1e7
    (block,) = distances.blocks_of_distances(np.array([[1e7]]), rows)
    columns, squared = block.nearest(4)
    assert columns.tolist() == [[1, 3, 4, 0]]
    np.testing.assert_array_equal(squared, [[0.0, 0.0, 1e14, 16e14]])


def test_numbers_whose_squares_overflow_are_refused():
    with pytest.raises(ValueError, match="squares float64 holds.*5e\\+199"):
        distances.squared_radii(np.array([[0.0], [1e200]]), 1)
