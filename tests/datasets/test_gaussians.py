import numpy as np
import pytest

from kerasgan.datasets import gaussian_grid
from kerasgan.datasets import gaussian_ring

pytestmark = pytest.mark.once


def distances(centers):
    gaps = np.linalg.norm(centers[:, None] - centers[None], axis=-1)
    return gaps[~np.eye(len(centers), dtype=bool)]


@pytest.mark.parametrize("modes", [1, 2, 8, 9])
def test_all_means_of_the_ring_are_distinct_and_even(modes):
    _, _, centers = gaussian_ring(10, modes=modes, radius=2.0)
    assert centers.shape == (modes, 2)
    np.testing.assert_allclose(np.linalg.norm(centers, axis=1), 2, rtol=1e-6)
    np.testing.assert_allclose(centers[0], [2, 0], atol=1e-6)
    if modes > 1:
        nearest = 4 * np.sin(np.pi / modes)
        np.testing.assert_allclose(distances(centers).min(), nearest, 1e-5)


def test_the_means_of_the_grid_are_those_of_the_papers():
    _, _, centers = gaussian_grid(10)
    axis = [-4.0, -2.0, 0.0, 2.0, 4.0]
    expected = {(x, y) for x in axis for y in axis}
    assert {tuple(center) for center in centers.tolist()} == expected
    assert distances(centers).min() == 2


@pytest.mark.parametrize(
    "draw, modes, std", [(gaussian_ring, 8, 0.01), (gaussian_grid, 25, 0.05)]
)
def test_points_have_the_right_spread_about_the_right_means(draw, modes, std):
    points, labels, centers = draw(50_000)
    assert points.dtype == centers.dtype == np.float32
    assert labels.dtype == np.int32
    assert len(centers) == modes
    offsets = points - centers[labels]
    np.testing.assert_allclose(offsets.std(0), std, rtol=0.02)
    np.testing.assert_allclose(offsets.mean(0), 0, atol=0.02 * std)
    counts = np.bincount(labels, minlength=modes) * modes / 50_000
    np.testing.assert_allclose(counts, 1, atol=0.1)
    # The share of a plane Gaussian within three deviations: 1 - exp(-4.5).
    near = np.linalg.norm(offsets, axis=1) < 3 * std
    np.testing.assert_allclose(near.mean(), 0.988891, atol=0.002)


def test_the_seed_decides_the_points():
    first, again, other = (gaussian_ring(9, seed=s)[0] for s in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    "draw, argument, value",
    [
        (gaussian_ring, "count", 0),
        (gaussian_ring, "modes", 2.5),
        (gaussian_ring, "radius", 0),
        (gaussian_ring, "std", -1),
        (gaussian_grid, "side", 0),
        (gaussian_grid, "spacing", 0),
    ],
)
def test_an_argument_out_of_range_is_an_error(draw, argument, value):
    with pytest.raises(ValueError, match=f"`{argument}` must.*Received"):
        draw(**{argument: value})
