import math

import keras
import numpy as np
import pytest
from keras import ops

from kerasgan import latent


def likelihoods(code, drawn, said):
    drawn, said = (
        ops.convert_to_tensor(np.array(x, "float32")) for x in (drawn, said)
    )
    return ops.convert_to_numpy(code.log_likelihood(drawn, said))


def test_the_likelihood_of_a_class_is_that_of_its_softmax():
    code = latent.Categorical(3)
    logits = np.log([[0.5, 0.25, 0.25], [0.1, 0.2, 0.7]])
    values = likelihoods(code, np.eye(3)[[1, 2]], 5 + logits)
    np.testing.assert_allclose(values, np.log([0.25, 0.7]), rtol=1e-5)
    assert code.entropy == math.log(3)
    assert (code.width, code.parameters) == (3, 3)


def test_the_likelihood_of_a_number_is_a_gaussian_of_deviation_1():
    code = latent.Uniform()
    values = likelihoods(code, [[0.5], [-1.0]], [[0.5], [1.0]])
    constant = 0.5 * math.log(2 * math.pi)
    np.testing.assert_allclose(values, [-constant, -constant - 2], rtol=1e-5)
    assert code.entropy == math.log(2)
    assert (code.width, code.parameters) == (1, 1)


def test_sampled_and_drawn_classes_are_one_hot_and_equally_frequent():
    code = latent.Categorical(4)
    sampled = code.sample((800, 4), keras.random.SeedGenerator(0))
    for drawn in (
        ops.convert_to_numpy(sampled),
        code.draw((800, 4), np.random.default_rng(0)),
    ):
        assert drawn.shape == (800, 4)
        assert drawn.dtype == np.float32
        assert set(np.unique(drawn)) == {0, 1}
        np.testing.assert_array_equal(drawn.sum(axis=1), 1)
        np.testing.assert_allclose(drawn.mean(axis=0), 0.25, atol=0.06)


def test_what_is_encoded_can_be_inferred():
    code = latent.Categorical(4)
    np.testing.assert_array_equal(
        code.infer(code.encode([3, 0, 2], 3)), [3, 0, 2]
    )
    np.testing.assert_array_equal(code.infer(code.encode(1, 2)), [1, 1])
    code = latent.Uniform()
    np.testing.assert_array_equal(
        code.infer(code.encode([-1, 0.5], 2)), [-1, 0.5]
    )


@pytest.mark.parametrize("num_classes", [1, 0, 2.0, None])
def test_a_code_needs_at_least_two_classes(num_classes):
    with pytest.raises(ValueError, match="`num_classes`.*Received"):
        latent.Categorical(num_classes)


def test_a_code_survives_serialization():
    config = keras.saving.serialize_keras_object(latent.Categorical(7))
    assert keras.saving.deserialize_keras_object(config).num_classes == 7
