import keras
import numpy as np
import pytest

from kerasgan.conditions import Vector


def test_rows_are_taken_in_every_form():
    for given in ([[1, 0], [0.5, 2]], np.array([[1, 0], [0.5, 2]], "float64")):
        rows = Vector(2).standardize(given, 2)
        assert rows.dtype == "float32" and rows.tolist() == [[1, 0], [0.5, 2]]
    bools = np.array([[True, False]])
    assert Vector(2).standardize(bools, 1).tolist() == [[1, 0]]
    assert Vector(1).standardize([0.5, 1], 2).tolist() == [[0.5], [1]]


def test_data_frames_are_taken():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"old": [True, False], "age": [0.5, 2]})
    condition = Vector.from_rows(frame)
    assert condition.names == ["old", "age"]
    assert condition.standardize(frame, 2).tolist() == [[1, 0.5], [0, 2]]
    assert Vector(1).standardize(frame["age"], 2).tolist() == [[0.5], [2]]
    with pytest.raises(ValueError, match="get_dummies"):
        Vector(1).standardize(pandas.DataFrame({"hair": ["a", "b"]}), 2)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([[1, 2, 3]], r"`y` must be finite numbers, 2 an image.*\(1, 3\)"),
        ([[1, np.nan]], "NaN"),
        ([[np.inf, 1]], "infinite"),
        ([{"hat": 1}], "names.*hat"),
        ("red", "str 'red'"),
    ],
)
def test_what_is_no_row_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        Vector(2, names=["a", "b"]).standardize(given, 1, "y")


def test_one_row_or_dict_stands_for_all_images():
    vector = Vector(3, names=["a", "b", "c"])
    assert vector.repeat([1, 2, 3], 2).tolist() == [[1, 2, 3]] * 2
    assert vector.repeat({"c": 5}, 2).tolist() == [[0, 0, 5]] * 2
    rows = vector.repeat([{"a": 1}, {"b": 2}], 2)
    assert rows.tolist() == [[1, 0, 0], [0, 2, 0]]
    assert Vector(1).repeat(0.5, 2).tolist() == [[0.5], [0.5]]
    assert Vector(1).repeat([0.5, 1], 2).tolist() == [[0.5], [1]]


def test_random_rows_are_coins_or_examples():
    rng = np.random.default_rng(0)
    coins = Vector(4).draw(500, rng)
    assert set(np.unique(coins)) == {0, 1}
    assert abs(coins.mean() - 0.5) < 0.05
    examples = [[1, 0], [0.5, 0.5]]
    drawn = Vector(2, examples).draw(200, rng)
    assert {tuple(row) for row in drawn.tolist()} == {(1, 0), (0.5, 0.5)}


def test_examples_are_some_of_the_data():
    rows = np.arange(20).reshape(10, 2)
    condition = Vector.from_rows(rows, most=3)
    assert condition.examples.shape == (3, 2)
    assert all(row in rows.tolist() for row in condition.examples.tolist())


def test_it_comes_back_from_its_config():
    vector = Vector(2, [[1, 2]], ["a", "b"])
    config = keras.saving.serialize_keras_object(vector)
    other = keras.saving.deserialize_keras_object(config)
    assert other.names == ["a", "b"] and other.examples.tolist() == [[1, 2]]


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match="`size`"):
        Vector(0)
    with pytest.raises(ValueError, match="`names` must be 2 different"):
        Vector(2, names=["a", "a"])
    with pytest.raises(ValueError, match="`examples`"):
        Vector(2, examples=[[1, 2, 3]])
    with pytest.raises(ValueError, match=r"len\(examples\)"):
        Vector(2, examples=np.zeros((0, 2)))
