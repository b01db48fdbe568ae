"""Pairs of different images of one class."""

import numpy as np
import pytest
from PIL import Image

from kerasgan.datasets import ClassPairs
from kerasgan.datasets import pairs_by_class

LABELS = np.array([4, 1, 1, 4, 4, 4, 1, 9])
IMAGES = np.arange(8, dtype="uint8").reshape(8, 1, 1, 1)


def make(**kwargs):
    with pytest.warns(UserWarning, match="left out.*: 9"):
        return ClassPairs(IMAGES, LABELS, batch_size=3, **kwargs)


def pairs_of(data):
    batches = [data[i] for i in range(len(data))]
    firsts, seconds = zip(*batches)
    data.on_epoch_end()
    return np.concatenate(firsts).ravel(), np.concatenate(seconds).ravel()


def test_pairs_are_different_and_of_one_class():
    data = make()
    seen = set()
    for _ in range(30):
        firsts, seconds = pairs_of(data)
        assert sorted(firsts) == list(range(7))
        assert (firsts != seconds).all()
        assert (LABELS[firsts] == LABELS[seconds]).all()
        seen |= set(zip(firsts.tolist(), seconds.tolist()))
    # Each with each other of its class: 3 * 2 and 4 * 3.
    assert len(seen) == 18


def test_a_seed_fixes_them_and_epochs_differ():
    one, same, other = make(), make(), make(seed=1)
    first = pairs_of(one)
    np.testing.assert_array_equal(first, pairs_of(same))
    assert not np.array_equal(first, pairs_of(other))
    assert not np.array_equal(first, pairs_of(one))
    kept = make(shuffle=False)
    assert pairs_of(kept)[0].tolist() == list(range(7))


def test_without_any_pair_there_is_no_data():
    with (
        pytest.warns(UserWarning, match="and 1 more"),
        pytest.raises(ValueError, match="at least two images"),
    ):
        ClassPairs(IMAGES[:6], np.arange(6))


def test_folders_are_classes_of_any_size(tmp_path):
    for i, name in enumerate(["a", "b/deep", "a", "b/deep", "a", "lonely"]):
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
        pixels = np.full((6, 6, 3), 40 * i, "uint8")
        Image.fromarray(pixels).save(tmp_path / name / f"{i}.png")
    with pytest.warns(UserWarning, match="left out.*: lonely"):
        data = pairs_by_class(tmp_path, 4, batch_size=5)
    assert data.class_names == ["a", "b", "lonely"]
    firsts, seconds = data[0]
    assert firsts.shape == seconds.shape == (5, 4, 4, 3)
    numbers = [part[:, 0, 0, 0] // 40 for part in (firsts, seconds)]
    assert (numbers[0] % 2 == numbers[1] % 2).all()
    assert (numbers[0] != numbers[1]).all()
