import keras
import numpy as np
import pytest
from keras import layers

from kerasgan.conditions import Text
from kerasgan.conditions.text import split

WORDS = ["a", "red", "hat"]


def make(**kwargs):
    kwargs.setdefault("max_words", 4)
    return Text(WORDS, **kwargs)


def test_words_are_split_alike_everywhere():
    text = "A Red, red HAT: it's 2 o’clock!"
    words = ["a", "red", "red", "hat", "it's", "2", "o’clock"]
    assert split(text) == words
    assert split("ÉTÉ déjà") == ["été", "déjà"]


def test_captions_become_padded_indices():
    rows = make().standardize(["a red hat", "A blue hat and a red one"], 2)
    assert rows.dtype == "int32"
    assert rows.tolist() == [[2, 3, 4, 0], [2, 1, 4, 1]]
    for given in (np.array(["a hat"]), np.array([b"a hat"]), ("a hat",)):
        assert make().standardize(given, 1).tolist() == [[2, 4, 0, 0]]
    # What was standardized stays as it is.
    assert make().standardize(rows, 2).tolist() == rows.tolist()


def test_series_of_captions_are_taken():
    pandas = pytest.importorskip("pandas")
    rows = make().standardize(pandas.Series(["a hat"], index=[7]), 1)
    assert rows.tolist() == [[2, 4, 0, 0]]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["a hat", "a"], "`y` must be captions.*2 captions for 1"),
        ([" ?! "], "at least one word.*' \\?! '"),
        ([[2, 3]], r"4 an image.*\(1, 2\)"),
        ([[2, 3, 9, 0]], "from 0 to 4.*from 0 to 9"),
        ([[2.0, 3.0, 0.0, 0.0]], "float64"),
        ([None], "strings"),
    ],
)
def test_what_is_no_caption_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        make().standardize(given, 1, "y")


def test_one_caption_stands_for_all_images():
    text = make()
    assert text.repeat("a hat", 2).tolist() == [[2, 4, 0, 0]] * 2
    assert text.repeat([2, 4, 0, 0], 2).tolist() == [[2, 4, 0, 0]] * 2
    assert text.repeat(["a", "hat"], 2)[:, 0].tolist() == [2, 4]


def test_the_vocabulary_is_made_of_captions_by_frequency():
    captions = ["a red hat", "a hat", "a cat"]
    text = Text.from_captions(captions, max_vocabulary=2)
    assert text.vocabulary == ["a", "hat"] and text.max_words == 3
    assert sorted(text.examples) == sorted(captions)
    assert Text.from_captions(reversed(captions)).vocabulary == [
        "a",
        "hat",
        "cat",
        "red",
    ]
    with pytest.raises(ValueError, match="`captions`"):
        Text.from_captions([])


def test_random_captions_are_the_examples():
    text = make(examples=["a hat", "a red hat"])
    drawn = text.draw(50, np.random.default_rng(0))
    assert {tuple(row) for row in drawn.tolist()} == {
        (2, 4, 0, 0),
        (2, 3, 4, 0),
    }
    with pytest.raises(ValueError, match="`condition` must be given"):
        make().draw(1, np.random.default_rng(0))


def encode(text, captions, seed=0):
    given = text.input()
    network = keras.Model(given, text.embed(given, seed))
    words = text.standardize(captions, len(captions))
    return network, keras.ops.convert_to_numpy(network(words))


@pytest.mark.parametrize("encoder", ["averaged", "recurrent"])
def test_padding_does_not_count(encoder):
    short, long = (make(max_words=n, encoder=encoder, units=3) for n in (3, 7))
    _, one = encode(short, ["a red hat", "a"])
    _, other = encode(long, ["a red hat", "a"])
    assert one.shape == (2, short.embedding_size) == (2, 3)
    np.testing.assert_allclose(one, other, atol=1e-5)


def test_embeddings_are_added_over_the_root_of_their_number():
    network, vectors = encode(make(units=3), ["a hat", "hat a"])
    table = keras.ops.convert_to_numpy(network.weights[0])
    assert table.shape == (5, 3)
    total = (table[2] + table[4]) / np.sqrt(2)
    np.testing.assert_allclose(vectors, [total, total], atol=1e-5)


def test_a_recurrent_encoder_reads_in_order():
    _, vectors = encode(make(units=3, encoder="recurrent"), ["a hat", "hat a"])
    assert np.abs(vectors[0] - vectors[1]).max() > 1e-3


def test_networks_get_copies_of_a_given_encoder():
    encoder = keras.Sequential(
        [
            keras.Input((4,), dtype="int32"),
            layers.Embedding(5, 2),
            layers.Flatten(),
        ]
    )
    encoder.trainable = False
    text = make(encoder=encoder)
    assert text.embedding_size == 8
    network, vectors = encode(text, ["a red hat"])
    np.testing.assert_array_equal(
        vectors, encoder.predict(np.array([[2, 3, 4, 0]]), verbose=0)
    )
    assert not network.trainable_weights
    assert network.weights[0] is not encoder.weights[0]
    config = keras.saving.serialize_keras_object(text)
    other = keras.saving.deserialize_keras_object(config)
    assert other.encoder.output_shape == (None, 8)


def test_it_comes_back_from_its_config():
    text = make(units=3, encoder="recurrent", examples=["a"])
    config = keras.saving.serialize_keras_object(text)
    other = keras.saving.deserialize_keras_object(config)
    assert other.get_config() == text.get_config()


def test_bad_arguments_are_refused():
    for vocabulary in ([], ["a", "a"], ["Red"], ["a hat"], [1], "abc"):
        with pytest.raises(ValueError, match="`vocabulary`"):
            Text(vocabulary)
    for encoder in ("bert", keras.Sequential([keras.Input((3,))])):
        with pytest.raises(ValueError, match="`encoder`"):
            make(encoder=encoder)
