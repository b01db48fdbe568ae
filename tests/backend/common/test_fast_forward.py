"""What of a network Keras has to run stays as Keras runs it."""

import gc
import weakref

import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

from kerasgan import backend
from kerasgan.backend.common import fast_forward

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
    yield "two sums", keras.Model(x, two_sums(x, shared))
    yield "a layer that trains", keras.Model(x, layers.Dropout(0.0)(x))
    yield "nothing", keras.Model(x, x)


def two_sums(x, layer):
    y = layer(x)
    z = layers.Add()([layers.ReLU()(y), y])
    return {"joined": layers.Concatenate()([z, y]), "first": y}


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


class Flipped(layers.Conv2D):
    """A user's layer, which nothing may be computed for."""

    def call(self, inputs):
        return -super().call(inputs)


def padded_twice(x):
    """Returns both convolutions of maps that have got zeros."""
    wide = layers.ZeroPadding2D(1)(x)
    return ops.add(layers.Conv2D(2, 3)(wide), layers.Conv2D(2, 3)(wide))


@pytest.mark.parametrize("cls", [layers.Conv2D, Flipped])
@pytest.mark.parametrize(
    ("padding", "options"),
    [
        (1, {}),
        (1, {"strides": 2}),
        (((1, 0), (1, 0)), {"strides": 2, "activation": "relu"}),
        (((2, 0), (0, 1)), {"strides": 3, "use_bias": False}),
        (((2, 0), (3, 1)), {}),
        (2, {"padding": "same"}),
        (2, {"dilation_rate": 2}),
    ],
    ids=str,
)
def test_zeros_before_a_convolution_are_zeros(padding, options, cls):
    x = keras.Input((7, 8, 3))
    wide = layers.ZeroPadding2D(padding)(x)
    check_against_keras(keras.Model(x, cls(4, 3, **options)(wide)))


def test_zeros_that_two_convolutions_take_are_zeros():
    x = keras.Input((7, 8, 3))
    check_against_keras(keras.Model(x, padded_twice(x)))


def check_against_keras(network):
    weights = [draw(*w.shape) for w in network.weights]
    network.set_weights(weights)
    x = ops.convert_to_tensor(draw(2, *network.input_shape[1:]))

    def play(call):
        def loss(x):
            return ops.sum(ops.sin(call(x))), None

        with backend.frozen_state():
            _, _, pullback = backend.vjp(
                lambda: loss(x), network.trainable_variables
            )
            return [backend.input_gradient(loss, x)[2], *pullback()]

    wanted = play(lambda x: network(x, training=True))
    for _ in range(2):
        found = play(lambda x: backend.call_network(network, x, True))
        for a, b in zip(found, wanted):
            np.testing.assert_allclose(numpy(a), numpy(b), rtol=1e-3, atol=1e-3)


def test_maps_are_let_go_when_they_are_not_needed_any_more():
    taken, alive = [], []

    class Look(layers.Layer):
        def call(self, inputs):
            gc.collect()
            alive.append([one() is not None for one in taken])
            taken.append(weakref.ref(inputs))
            return inputs + 1.0

    x = keras.Input((4,))
    y = layers.ReLU()(x)
    for _ in range(3):
        y = Look()(y)
    graph = keras.Model(x, y)
    taken.clear()
    alive.clear()
    with backend.no_gradients():
        fast_forward.run(graph, ops.ones((2, 4)), False, {})
    assert alive == [[], [False], [False, False]]


def test_another_shape_is_refused_by_name():
    network = keras.Sequential(
        [keras.Input((8, 8, 1), name="picture"), layers.Conv2D(2, 3)]
    )
    with pytest.raises(ValueError, match=r"\(None, 8, 8, 1\)|shape"):
        backend.call_network(network, ops.ones((2, 4, 4, 3)), True)
