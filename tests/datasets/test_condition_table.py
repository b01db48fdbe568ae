import numpy as np
import pytest
from PIL import Image

import kerasgan
from kerasgan.conditions import Labels
from kerasgan.conditions import Text
from kerasgan.conditions import Vector

pytestmark = pytest.mark.once

NAMES = ["a.png", "b/c.png", "b/d.png"]


@pytest.fixture
def folder(tmp_path):
    """Pictures whose brightness is 0, 100 and 200."""
    (tmp_path / "b").mkdir()
    for i, name in enumerate(NAMES):
        Image.fromarray(np.full((8, 8), 100 * i, "uint8")).save(tmp_path / name)
    return tmp_path


def read(folder, text=None, **kwargs):
    """Returns the conditions by brightness, and the data set."""
    if text is not None:
        (folder / "about.csv").write_text(text, encoding="utf-8")
        kwargs.setdefault("conditions", "about.csv")
    data = kerasgan.datasets.from_directory(
        folder, 8, color_mode="grayscale", batch_size=2, **kwargs
    )
    found = {}
    for images, rows in data:
        for image, row in zip(np.asarray(images), np.asarray(rows)):
            found[int(image.mean())] = row
    return np.stack([found[key] for key in (0, 100, 200)]), data


TABLE = """file,old,hair,age
b/c.png,1,red,0.5
b/d.png,0,grey,2
a.png,0,red,1
"""
CAPTIONS = """name,caption
a.png,"a dark, dark one"
b/c.png,grey
b/d.png,a grey
"""


def test_columns_of_numbers_and_words_become_vectors(folder):
    rows, data = read(folder, TABLE)
    assert data.condition.names == ["old", "hair=grey", "hair=red", "age"]
    assert rows.dtype == "float32"
    expected = [[0, 0, 1, 1], [1, 0, 1, 0.5], [0, 1, 0, 2]]
    assert rows.tolist() == expected
    assert sorted(data.condition.examples.tolist()) == sorted(expected)


def test_a_model_is_trained_on_them(folder):
    _, data = read(folder, TABLE)
    gan = kerasgan.applications.CGAN(
        (8, 8, 1), condition=data.condition, filters=2, units=2, seed=0
    )
    gan.fit(data, verbose=0)
    assert gan.generate(2, condition={"old": 1, "age": 0.3}).shape[0] == 2


def test_captions_become_words(folder):
    rows, data = read(folder, CAPTIONS, condition="text")
    assert isinstance(data.condition, Text) and data.condition.max_words == 4
    captions = ["a dark, dark one", "grey", "a grey"]
    expected = data.condition.standardize(captions, 3)
    np.testing.assert_array_equal(rows, expected)
    # A second folder shares the words of the first.
    again, other = read(
        folder, condition=data.condition, conditions="about.csv"
    )
    np.testing.assert_array_equal(again, rows)
    assert other.condition is data.condition


def test_labels_are_whole_numbers(folder):
    table = "name,class\na.png,2\nb/c.png,0\nb/d.png,1\n"
    rows, data = read(folder, table, condition="labels")
    assert rows.tolist() == [2, 0, 1] and data.condition.num_classes == 3
    rows, _ = read(folder, table, condition=Labels(5))
    assert rows.tolist() == [2, 0, 1]
    with pytest.raises(ValueError, match="whole numbers.*'red'"):
        read(folder, table.replace("2", "red"), condition="labels")


def test_a_mapping_stands_for_a_table(folder):
    table = {name: [i, -i] for i, name in enumerate(NAMES)}
    rows, _ = read(folder, conditions=table)
    assert rows.tolist() == [[0, 0], [1, -1], [2, -2]]
    rows, _ = read(folder, conditions=table, condition=Vector(2))
    assert rows.tolist() == [[0, 0], [1, -1], [2, -2]]


def test_inferred_labels_are_a_condition_too(folder):
    (folder / "a.png").rename(folder / "b" / "a.png")
    _, data = read(folder, labels="inferred")
    assert data.condition.num_classes == 1


@pytest.mark.parametrize(
    ("table", "condition", "message"),
    [
        ("file,old\na.png,1\n", "vector", "none for 2 of 3, such as b/c.png"),
        ("file\na.png\n", "vector", "header.*'file'"),
        ("file,old\na.png,1,2\n", "vector", "a row .*'2'"),
        ("", "vector", "header"),
        (TABLE, "text", "one column besides the names.*'hair'"),
        (TABLE, "vectors", "`condition`.*'vector'"),
    ],
)
def test_what_cannot_be_read_is_named(folder, table, condition, message):
    with pytest.raises(ValueError, match=message):
        read(folder, table, condition=condition)


def test_a_missing_file_and_two_sources_are_refused(folder):
    with pytest.raises(OSError, match="none.csv"):
        read(folder, conditions="none.csv")
    with pytest.raises(ValueError, match="`labels` and `conditions`"):
        read(folder, conditions={}, labels="inferred")
