import keras
import numpy as np
import pytest
from keras import ops

from kerasgan import backend
from kerasgan.layers import MinibatchDiscrimination


def sums(layer, features):
    """Returns what the layer appends to the features."""
    features = np.asarray(features, "float32")
    outputs = ops.convert_to_numpy(layer(features))
    width = features.shape[1]
    np.testing.assert_array_equal(outputs[:, :width], features)
    return outputs[:, width:]


def test_identical_examples_count_each_other_and_not_themselves():
    layer = MinibatchDiscrimination(kernels=3, kernel_dim=2)
    np.testing.assert_allclose(sums(layer, np.ones((5, 4))), 4.0)


def test_examples_far_apart_count_nothing():
    layer = MinibatchDiscrimination(2, 2, kernel_initializer="ones")
    features = [[0.0, 0.0], [100.0, 0.0], [0.0, -300.0]]
    np.testing.assert_allclose(sums(layer, features), 0.0, atol=1e-6)


def test_two_examples_at_distance_log_2_count_half():
    # One feature, spread evenly over the numbers that are compared.
    layer = MinibatchDiscrimination(2, 4, kernel_initializer="ones")
    features = [[0.0], [np.log(2) / 4]]
    np.testing.assert_allclose(sums(layer, features), 0.5, rtol=1e-5)


def test_the_sums_are_those_of_the_formula():
    layer = MinibatchDiscrimination(3, 2, seed=1)
    features = np.random.default_rng(0).normal(size=(4, 5)).astype("float32")
    actual = sums(layer, features)
    rows = (features @ ops.convert_to_numpy(layer.kernel)).reshape(4, 3, 2)
    expected = [
        [
            sum(
                np.exp(-np.abs(rows[i, b] - rows[j, b]).sum())
                for j in range(4)
                if j != i
            )
            for b in range(3)
        ]
        for i in range(4)
    ]
    np.testing.assert_allclose(actual, expected, rtol=1e-4)


def test_the_gradient_is_finite_for_identical_examples():
    layer = MinibatchDiscrimination(2, 2, seed=0)
    x = ops.ones((3, 2))
    _, _, gradient = backend.input_gradient(
        lambda x: (ops.sum(layer(x)), None), x
    )
    np.testing.assert_allclose(ops.convert_to_numpy(gradient), 1.0, atol=1e-6)


def test_a_model_with_it_survives_its_config():
    model = keras.Sequential(
        [keras.Input((3,)), MinibatchDiscrimination(4, 2, seed=3)]
    )
    assert model.output_shape == (None, 7)
    copy = keras.Sequential.from_config(model.get_config())
    for one, other in zip(model.get_weights(), copy.get_weights()):
        np.testing.assert_array_equal(one, other)
    assert copy.layers[0].get_config() == model.layers[0].get_config()


@pytest.mark.parametrize("argument", ["kernels", "kernel_dim"])
def test_a_size_that_is_none_is_refused(argument):
    with pytest.raises(ValueError, match=f"`{argument}`.*Received"):
        MinibatchDiscrimination(**{argument: 0})
