import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.conditions import Labels


class Series:
    """Has what `pandas.Series` and `DataFrame` have, without the package."""

    def __init__(self, values):
        self.values = np.asarray(values)
        self.shape = self.values.shape
        self.dtype = self.values.dtype

    def __array__(self, dtype=None, copy=None):
        return self.values.astype(dtype or self.values.dtype)


@pytest.mark.parametrize(
    "given",
    [
        [2, 0],
        np.array([[2], [0]], "int64"),
        [[0, 0, 1], [1, 0, 0]],
        np.array([[0, 0, 1], [1, 0, 0]], "float64"),
        np.array([[False, False, True], [True, False, False]]),
        Series([2, 0]),
        Series([[0, 0, 1], [1, 0, 0]]),
    ],
)
def test_labels_are_taken_in_every_form(given):
    labels = Labels(3).standardize(given, 2)
    assert labels.dtype == "int32" and labels.tolist() == [2, 0]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([[1, 1, 0], [1, 0, 0]], "`y` must be .*one-hot.*Vector"),
        ([[0.5, 0.5, 0], [1, 0, 0]], "not one-hot"),
        ([3, 0], "0 to 2.*from 0 to 3"),
        ([1.0, 0.0], "dtype float64"),
        ([1, 0, 2], r"shape \(3,\) for 2"),
    ],
)
def test_what_is_no_label_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        Labels(3).standardize(given, 2, "y")


def test_one_label_stands_for_all_images():
    labels = Labels(3)
    assert labels.repeat(2, 3).tolist() == [2, 2, 2]
    assert labels.repeat(np.int64(1), 1).tolist() == [1]
    assert labels.repeat([2, 0], 2).tolist() == [2, 0]


def test_random_labels_are_drawn_evenly_and_by_numpy():
    drawn = Labels(3).draw(300, np.random.default_rng(0))
    assert np.bincount(drawn).min() > 80
    expected = np.random.default_rng(0).integers(3, size=300)
    np.testing.assert_array_equal(drawn, expected)


def test_classes_come_in_turn():
    labels = Labels(3)
    rows = labels.in_turn(5)
    assert rows.dtype == "int32" and rows.tolist() == [0, 1, 2, 0, 1]
    assert labels.classes_of(rows) is rows and labels.count == 3
    vector = kerasgan.conditions.Vector(2)
    assert vector.in_turn(5) is None and vector.count is None
    assert vector.classes_of(np.zeros((5, 2))) is None


def test_labels_are_embedded_as_one_hot_vectors():
    labels = Labels(3)
    given = labels.input()
    network = keras.Model(given, labels.embed(given))
    one_hot = [[0, 0, 1], [1, 0, 0]]
    for values in ([[2], [0]], [2, 0], one_hot):
        cast = labels.cast(keras.ops.convert_to_tensor(values))
        np.testing.assert_array_equal(
            keras.ops.convert_to_numpy(network(cast)), one_hot
        )


def test_a_condition_is_got_by_number_config_and_object():
    labels = kerasgan.conditions.get(4)
    config = keras.saving.serialize_keras_object(labels)
    for other in (config, labels, np.int64(4)):
        assert kerasgan.conditions.get(other).num_classes == 4
    with pytest.raises(ValueError, match="`condition`.*'labels'"):
        kerasgan.conditions.get("labels")
    with pytest.raises(ValueError, match="`condition`.*must be given"):
        kerasgan.conditions.required()
