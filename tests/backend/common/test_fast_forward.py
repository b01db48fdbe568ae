"""What of a network Keras has to run stays as Keras runs it."""

import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

from kerasgan import backend

numpy = ops.convert_to_numpy


def draw(*shape):
    return np.random.default_rng(0).normal(size=shape).astype("float32")


class Doubling(layers.Layer):
    """A user's layer, with a loss for each call."""

    def call(self, inputs):
        self.add_loss(ops.mean(inputs))
        return 2 * inputs


def test_losses_of_a_users_layer_are_those_of_the_last_call():
    network = keras.Sequential([keras.Input((2,)), layers.Flatten()])
    x = ops.ones((3, 2))
    np.testing.assert_array_equal(
        numpy(backend.call_network(network, x, True)), np.ones((3, 2))
    )
    network.add(Doubling())
    for _ in range(2):
        outputs = backend.call_network(network, x, True)
    np.testing.assert_array_equal(numpy(outputs), 2 * np.ones((3, 2)))
    assert len(network.losses) == 1


def test_a_subclass_keeps_its_own_call():
    class Negative(keras.Sequential):
        def call(self, inputs, training=None, mask=None):
            return -super().call(inputs, training=training, mask=mask)

    class Zero(layers.Dense):
        def call(self, inputs, training=None):
            return 0 * super().call(inputs)

    dense = layers.Dense(1, kernel_initializer="ones")
    x = ops.ones((3, 2))
    negative = Negative([keras.Input((2,)), dense])
    zero = keras.Sequential([keras.Input((2,)), Zero(1)])
    assert np.all(numpy(backend.call_network(negative, x, True)) == -2)
    assert np.all(numpy(backend.call_network(zero, x, True)) == 0)


def test_masks_reach_the_layers_behind():
    network = keras.Sequential(
        [
            keras.Input((3,), dtype="int32"),
            layers.Embedding(3, 2, mask_zero=True),
            layers.GlobalAveragePooling1D(),
        ]
    )
    x = ops.convert_to_tensor(np.array([[1, 2, 0]], "int32"))
    got = numpy(backend.call_network(network, x, False))
    table = numpy(network.layers[0].embeddings)
    np.testing.assert_allclose(got[0], table[1:].mean(axis=0), rtol=1e-5)


def test_precision_is_that_of_the_layers():
    network = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(2, 3, dtype="mixed_bfloat16"),
            layers.BatchNormalization(dtype="mixed_bfloat16"),
        ]
    )
    x = ops.ones((2, 8, 8, 1))
    outputs = backend.call_network(network, x, True)
    assert keras.backend.standardize_dtype(outputs.dtype) == "bfloat16"


def graphs():
    x = keras.Input((4,))
    shared = layers.Dense(4)
    yield "a chain", keras.Model(x, layers.ReLU()(shared(x)))
    yield "a layer twice", keras.Model(x, shared(ops.tanh(shared(x))))
    yield "a number", keras.Model(x, ops.multiply(shared(x), 3.0))
    yield "a branch", keras.Model(x, layers.Add()([shared(x), x]))
    yield "parts", keras.Model(x, ops.split(shared(x), 2, axis=1)[1])
    yield "a dict", keras.Model(x, {"y": layers.ReLU()(shared(x))})
    yield "a list", keras.Model(x, [layers.ReLU()(shared(x))])
    yield "nothing", keras.Model(x, x)


@pytest.mark.parametrize("name", dict(graphs()))
def test_every_graph_computes_the_same_at_each_call(name):
    network = dict(graphs())[name]
    wanted = network(draw(3, 4), training=True)
    for kind in (np.float32, np.float32, np.int32):
        x = ops.convert_to_tensor(draw(3, 4).astype(kind))
        if kind is np.int32:
            wanted = network(ops.cast(x, "float32"), training=True)
        got = backend.call_network(network, x, True)
        keras.tree.map_structure(
            lambda a, b: np.testing.assert_allclose(
                numpy(a), numpy(b), rtol=1e-5, atol=1e-6
            ),
            keras.tree.flatten(got),
            keras.tree.flatten(wanted),
        )
        assert isinstance(got, dict) == isinstance(wanted, dict)


def test_another_shape_is_refused_by_name():
    network = keras.Sequential(
        [keras.Input((8, 8, 1), name="picture"), layers.Conv2D(2, 3)]
    )
    with pytest.raises(ValueError, match=r"\(None, 8, 8, 1\)|shape"):
        backend.call_network(network, ops.ones((2, 4, 4, 3)), True)
