"""Pictures in tiles: nothing is lost, and no edge shows."""

import numpy as np
import pytest

from kerasgan.utils.tiles import in_tiles

pytestmark = pytest.mark.once

IMAGE = np.random.default_rng(0).normal(size=(37, 50, 2)).astype("float32")


@pytest.mark.parametrize("side, overlap", [(64, 8), (16, 4), (16, 15), (9, 0)])
def test_what_changes_nothing_gives_the_picture(side, overlap):
    made = in_tiles(lambda x: x, IMAGE, side, overlap)
    np.testing.assert_allclose(made, IMAGE, atol=1e-6)


def test_a_picture_is_as_large_as_its_tiles_become():
    made = in_tiles(
        lambda x: np.repeat(np.repeat(x[..., :1], 3, 1), 3, 2), IMAGE, 16, 4
    )
    assert made.shape == (111, 150, 1)
    np.testing.assert_allclose(made[::3, ::3], IMAGE[..., :1], atol=1e-6)


def test_tiles_have_one_size_and_overlap():
    seen = []

    def note(x):
        seen.append(x.shape)
        return x

    in_tiles(note, IMAGE, 16, 4)
    assert set(seen) == {(1, 16, 16, 2)} and len(seen) == 3 * 4


def test_tiles_that_differ_are_blended_without_an_edge():
    numbers = iter(range(10))

    def constant(x):
        return np.full_like(x, next(numbers))

    made = in_tiles(constant, np.zeros((8, 40, 1), "float32"), 24, 8)
    # Where two tiles overlap, the one fades into the other.
    assert (np.diff(made[4, :, 0]) >= 0).all()
    assert np.diff(made[4, :, 0]).max() < 0.2
    assert made[4, 0, 0] == 0 and made[4, -1, 0] == 1


def test_an_overlap_must_be_less_than_a_tile():
    with pytest.raises(ValueError, match="`overlap` must be less"):
        in_tiles(lambda x: x, IMAGE, 16, 16)
