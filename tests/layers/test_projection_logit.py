import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.layers import ProjectionLogit
from kerasgan.layers import SpectralNormalization

FEATURES = np.random.default_rng(0).normal(size=(4, 5)).astype("float32")


def numpy(x):
    return ops.convert_to_numpy(x)


def _logits_of(layer, label):
    return numpy(layer([FEATURES, np.full(4, label, "int32")]))


def test_classes_differ_by_the_inner_product_with_their_embeddings():
    layer = ProjectionLogit(3)
    difference = _logits_of(layer, 2) - _logits_of(layer, 0)
    embeddings = numpy(layer.embedding.embeddings)
    expected = FEATURES @ (embeddings[2] - embeddings[0])
    np.testing.assert_allclose(difference[:, 0], expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("normalized", [False, True], ids=["plain", "spectral"])
def test_an_embedding_of_zeros_leaves_the_unconditional_logit(normalized):
    layer = ProjectionLogit(
        3,
        spectral_normalization=normalized,
        embeddings_initializer="zeros",
        seed=0,
    )
    actual = _logits_of(layer, 1)
    assert actual.shape == (4, 1)
    np.testing.assert_allclose(actual, numpy(layer.dense(FEATURES)), rtol=1e-5)


def test_both_terms_are_normalized_if_asked():
    layer = ProjectionLogit(3, spectral_normalization=True, seed=0)
    labels = np.array([0, 1, 2, 1], "int32")
    for _ in range(100):
        actual = numpy(layer([FEATURES, labels], training=True))
    assert isinstance(layer.dense, SpectralNormalization)
    kernel = numpy(layer.dense.layer.kernel)
    embeddings = numpy(layer.embedding.layer.embeddings)
    expected = FEATURES @ (kernel / np.linalg.norm(kernel, 2)) + np.sum(
        FEATURES * embeddings[labels] / np.linalg.norm(embeddings, 2),
        axis=-1,
        keepdims=True,
    )
    np.testing.assert_allclose(actual, expected, rtol=1e-3, atol=1e-4)


def test_a_model_with_it_survives_saving(tmp_path):
    features, labels = keras.Input((5,)), keras.Input((), dtype="int32")
    layer = ProjectionLogit(
        3, use_bias=False, spectral_normalization=True, seed=0, dtype="float32"
    )
    model = keras.Model([features, labels], layer([features, labels]))
    assert model.output_shape == (None, 1)
    inputs = [FEATURES, np.array([0, 1, 2, 1], "int32")]
    model(inputs, training=True)
    model.save(tmp_path / "model.keras")
    copy = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(
        numpy(copy(inputs)), numpy(model(inputs)), rtol=1e-6
    )


def test_a_number_of_classes_that_is_none_is_refused():
    with pytest.raises(ValueError, match="`num_classes`.*Received"):
        ProjectionLogit(-1)


def test_vectors_are_multiplied_by_the_embedding():
    layer = ProjectionLogit(use_bias=False)
    features = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")
    vectors = np.array([[1, 0], [0.5, 2], [0, 0]], "float32")
    logits = keras.ops.convert_to_numpy(layer([features, vectors]))
    kernel, table = map(keras.ops.convert_to_numpy, layer.weights)
    assert table.shape == (2, 4)
    expected = features @ kernel[:, 0] + ((vectors @ table) * features).sum(1)
    np.testing.assert_allclose(logits[:, 0], expected, rtol=1e-4)
