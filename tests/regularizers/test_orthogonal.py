"""The penalty of filters that overlap, and the authors' gradients of it."""

import pathlib

import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

import kerasgan
from kerasgan import regularizers
from kerasgan.regularizers import Orthogonal
from tests.losses.formulas import finite_difference

GOLDEN = pathlib.Path(__file__).resolve().parents[3] / "shared/reference/golden"
RNG = np.random.default_rng(0)


def dense(kernel, **kwargs):
    """Returns a dense network of a given kernel, with a bias of ones."""
    kernel = np.array(kernel, "float32")
    inputs, units = kernel.shape
    network = keras.Sequential(
        [keras.Input((inputs,)), layers.Dense(units, name="last", **kwargs)]
    )
    network.set_weights([kernel, np.ones(units, "float32")])
    return network


def penalty(network, **kwargs):
    value = Orthogonal(**kwargs).weight_penalty(network)
    assert keras.backend.standardize_dtype(value.dtype) == "float32"
    assert value.shape == ()
    return float(ops.convert_to_numpy(value))


def numpy_penalty(matrix):
    products = matrix.T @ matrix
    return np.sum(products**2) - np.sum(np.diag(products) ** 2)


@pytest.mark.parametrize(
    ("kernel", "expected"),
    [
        ([[1, 1], [0, 0]], 2),
        ([[1, 0], [1, 0]], 0),  # rows overlap, columns do not
        ([[3, 0], [0, -2]], 0),  # of any norm
        ([[1, 2, 0], [0, 0, 1]], 8),
        (np.linalg.qr(RNG.normal(size=(5, 3)))[0], 0),
    ],
)
def test_different_filters_are_charged_by_their_squared_products(
    kernel, expected
):
    assert penalty(dense(kernel)) == pytest.approx(expected, abs=1e-6)


def built(layer, shape):
    layer.build((None, *shape))
    return layer


@pytest.mark.parametrize(
    ("layer", "shape", "columns"),
    [
        (layers.Dense(4), (3,), lambda k: k),
        (layers.Conv2D(4, 3), (5, 5, 2), lambda k: k.reshape(-1, 4)),
        (layers.Conv2D(4, 3, groups=2), (5, 5, 2), lambda k: k.reshape(-1, 4)),
        (
            layers.Conv2DTranspose(4, 3),
            (5, 5, 2),
            lambda k: k.swapaxes(2, 3).reshape(-1, 4),
        ),
        (
            kerasgan.layers.Conv2DTranspose(4, 3),
            (5, 5, 2),
            lambda k: k.swapaxes(2, 3).reshape(-1, 4),
        ),
        (
            layers.DepthwiseConv2D(3, depth_multiplier=2),
            (5, 5, 2),
            lambda k: k.reshape(9, 4),
        ),
        (layers.Embedding(4, 3), (), lambda k: np.zeros((1, 1))),
    ],
    ids=lambda x: type(x).__name__ if isinstance(x, layers.Layer) else "",
)
def test_what_the_filters_of_a_layer_are(layer, shape, columns):
    layer = built(layer, shape)
    kernel = ops.convert_to_numpy(layer.trainable_variables[0])
    expected = numpy_penalty(columns(kernel).astype("float64"))
    assert penalty(layer) == pytest.approx(expected, rel=1e-4, abs=1e-6)


class Pair(keras.layers.Layer):
    """Two layers in a list, which is where models keep blocks."""

    def __init__(self):
        super().__init__()
        self.both = [layers.Dense(2, name="first"), layers.Dense(3)]

    def build(self, input_shape):
        for layer, shape in zip(self.both, (input_shape, (None, 2))):
            layer.build(shape)

    def call(self, inputs):
        for layer in self.both:
            inputs = layer(inputs)
        return inputs


def test_layers_within_layers_count_once_each():
    normalized = kerasgan.layers.SpectralNormalization(
        layers.Dense(4, name="n")
    )
    inner = keras.Sequential([keras.Input((3,)), normalized, Pair()])
    inputs = keras.Input((3,))
    x = inner(inner(inputs))
    network = keras.Model(inputs, layers.BatchNormalization()(x))
    kernels = [
        ops.convert_to_numpy(v).astype("float64")
        for v in network.trainable_variables
        if v.name == "kernel"
    ]
    assert len(kernels) == 3
    expected = sum(numpy_penalty(k) for k in kernels)
    assert penalty(network) == pytest.approx(expected, rel=1e-4)
    # Of those only the last is left.
    assert penalty(network, exclude=["n", "first"]) == pytest.approx(
        numpy_penalty(kernels[2]), rel=1e-4
    )


def test_frozen_kernels_and_networks_without_kernels_are_not_charged():
    network = dense([[1, 1]])
    network.trainable = False
    assert penalty(network) == 0
    assert penalty(dense([[1, 1]]), exclude=["last"]) == 0


def gradients(network, weight):
    """Returns the penalty's gradients for the trainable variables."""
    regularizer = Orthogonal(weight=weight)
    _, _, pullback = kerasgan.backend.vjp(
        lambda: (weight * regularizer.weight_penalty(network), None),
        network.trainable_variables,
    )
    return [ops.convert_to_numpy(gradient) for gradient in pullback()]


def test_the_gradient_is_that_of_finite_differences():
    kernel = RNG.normal(size=(3, 4))
    of_kernel, of_bias = gradients(dense(kernel), weight=0.5)
    expected = finite_difference(lambda k: 0.5 * numpy_penalty(k), kernel)
    np.testing.assert_allclose(of_kernel, expected, rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(of_bias, 0)


def test_the_authors_gradients_are_those_of_half_their_strength():
    path = GOLDEN / "biggan_32.npz"
    if not path.exists():
        pytest.skip("the folder of the authors' outputs is not here")
    with np.load(path) as golden:
        golden = dict(golden)
    prefix, stack, expected = "ortho_gradient.", [], []
    for key in [k for k in golden if k.startswith(prefix)]:
        kernel = golden[key[len(prefix) :]]
        # Outputs first there, last here
        kernel, gradient = (
            np.moveaxis(np.moveaxis(x, 0, -1), 0, -2)
            for x in (kernel, golden[key])
        )
        if kernel.ndim == 2:
            layer = layers.Dense(kernel.shape[-1], use_bias=False)
        else:
            layer = layers.Conv2D(
                kernel.shape[-1], kernel.shape[0], use_bias=False
            )
        layer = built(layer, (8, 8, kernel.shape[-2])[-kernel.ndim + 1 :])
        layer.set_weights([kernel])
        stack.append(layer)
        expected.append(gradient)
    assert len(stack) == 27
    network = keras.layers.Layer()
    network.stack = stack
    for actual, wanted in zip(gradients(network, weight=5e-5), expected):
        # Where the filters are orthogonal, rounding errors are left.
        np.testing.assert_allclose(actual, wanted, rtol=1e-4, atol=1e-10)


def test_it_is_the_papers_by_name_and_survives_as_a_config():
    regularizer = regularizers.get("orthogonal")
    assert type(regularizer) is Orthogonal
    assert (regularizer.weight, regularizer.player) == (1e-4, "generator")
    assert regularizer.name == "orthogonal"
    regularizer = Orthogonal(0.5, exclude=["shared"], player="both", name="o")
    config = keras.saving.serialize_keras_object(regularizer)
    copy = regularizers.get(config)
    assert copy.get_config() == regularizer.get_config()
    assert copy.exclude == ("shared",)


@pytest.mark.parametrize("exclude", ["shared", [layers.Dense], [1]])
def test_what_is_no_list_of_names_is_refused(exclude):
    with pytest.raises(ValueError, match="`exclude` must be a list of names"):
        Orthogonal(exclude=exclude)
