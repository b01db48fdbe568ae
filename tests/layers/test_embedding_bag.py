import keras
import numpy as np
import pytest

from kerasgan.layers import EmbeddingBag


def test_it_is_the_mean_of_the_words_that_are_there():
    layer = EmbeddingBag(5, 3)
    words = np.array([[1, 4, 0, 0], [2, 2, 3, 1], [0, 0, 0, 0]], "int32")
    means = keras.ops.convert_to_numpy(layer(words))
    table = keras.ops.convert_to_numpy(layer.embeddings)
    np.testing.assert_allclose(means[0], (table[1] + table[4]) / 2, rtol=1e-5)
    np.testing.assert_allclose(
        means[1], (2 * table[2] + table[3] + table[1]) / 4, rtol=1e-5
    )
    np.testing.assert_array_equal(means[2], 0)


def test_the_root_of_the_count_keeps_the_variance():
    words = np.array([[1, 4, 2, 3]], "int32")
    layer = EmbeddingBag(5, 3, combiner="sqrtn")
    found = keras.ops.convert_to_numpy(layer(words))
    table = keras.ops.convert_to_numpy(layer.embeddings)
    np.testing.assert_allclose(found[0], table[1:].sum(0) / 2, rtol=1e-5)
    with pytest.raises(ValueError, match="`combiner`"):
        EmbeddingBag(5, 3, combiner="sum")


def test_it_comes_back_from_its_config():
    layer = EmbeddingBag(5, 3, embeddings_initializer="zeros", name="bag")
    other = EmbeddingBag.from_config(layer.get_config())
    assert other.get_config() == layer.get_config()
    assert other.compute_output_shape((None, 7)) == (None, 3)


@pytest.mark.parametrize("sizes", [(0, 3), (5, 0)])
def test_sizes_are_at_least_one(sizes):
    with pytest.raises(ValueError, match="at least 1"):
        EmbeddingBag(*sizes)
