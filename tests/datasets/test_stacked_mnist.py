import numpy as np
import pytest

from kerasgan.datasets import stacked_mnist

pytestmark = pytest.mark.once

LABELS = np.arange(10)
# Every pixel of a digit is its label.
DIGITS = np.broadcast_to(
    LABELS.astype(np.uint8)[:, None, None, None], (10, 4, 4, 1)
)


def test_labels_read_the_three_digits_as_one_number():
    images, labels = stacked_mnist(500, digits=(DIGITS, LABELS))
    assert images.shape == (500, 4, 4, 3) and images.dtype == np.uint8
    assert labels.dtype == np.int32
    np.testing.assert_array_equal(images[:, 0, 0] @ [100, 10, 1], labels)
    assert (images == images[:, :1, :1]).all()


def test_all_thousand_modes_occur_about_equally_often():
    _, labels = stacked_mnist(100_000, digits=(DIGITS[:, :1, :1], LABELS))
    counts = np.bincount(labels, minlength=1000)
    assert len(counts) == 1000
    assert counts.min() > 50 and counts.max() < 150


def test_the_seed_decides_the_images():
    first, again, other = (
        stacked_mnist(20, seed=s, digits=(DIGITS, LABELS))[1] for s in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    "digits",
    [
        (DIGITS[..., 0], LABELS),
        (DIGITS, LABELS[:9]),
        (DIGITS, LABELS + 1),
        (DIGITS / 255.0, LABELS),
    ],
)
def test_digits_of_another_form_are_an_error(digits):
    with pytest.raises(ValueError, match="`digits` must be.*Received"):
        stacked_mnist(10, digits=digits)


def test_a_count_of_zero_is_an_error():
    with pytest.raises(ValueError, match="`count` must be a whole number"):
        stacked_mnist(0, digits=(DIGITS, LABELS))
