import numpy as np
import pytest

from kerasgan.utils.check_labels import check_labels

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    "labels",
    [
        [2, 0],
        (2, 0),
        np.array([2, 0], "uint8"),
        np.array([2, 0], ">i8"),
        np.array([[2], [0]]),
    ],
    ids=["list", "tuple", "bytes", "big-endian", "column"],
)
def test_whole_numbers_one_an_image_are_taken(labels):
    assert check_labels(labels, 2, num_classes=3).tolist() == [2, 0]


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 3], "from 0 to 2.*`num_classes=3`. Received: values from 0 to 3"),
        ([0, -1], "Received: values from -1 to 0"),
        ([0.0, 1.0], "dtype float64. Use `astype"),
        ([True, False], "dtype bool"),
        (np.eye(2, 3, dtype=int), r"\(2, 3\) for 2 images. Turn one-hot"),
        ([0], r"shape \(1,\) for 2 images"),
        (1, "Received: 1"),
        (None, "Received: None"),
        (["a", "b"], "list of 2 that holds str 'a'"),
        ({0: 1}, "dict with the keys 0"),
    ],
)
def test_all_else_is_refused(labels, message):
    with pytest.raises(ValueError, match=f"`y` must be whole.*{message}"):
        check_labels(labels, 2, num_classes=3, name="y")


def test_without_a_number_of_classes_any_class_will_do():
    assert check_labels([10**9, 0], 2).max() == 10**9
    assert check_labels(np.zeros(0, int), 0).shape == (0,)
    with pytest.raises(ValueError, match="of at least 0, one an image"):
        check_labels([-1], 1)
