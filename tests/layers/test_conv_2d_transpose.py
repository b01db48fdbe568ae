import contextlib
import importlib

import keras
import numpy as np
import pytest
from keras import ops

from kerasgan import backend
from kerasgan.layers import Conv2DTranspose

SHAPES = [(4, 2), (5, 2), (3, 2), (2, 2), (5, 3), (6, 4), ((4, 3), 2)]


def both_forms(layer, function):
    """Returns what `function` returns with each form of a layer."""
    found = []
    for form in (True, False):
        layer.subpixel = form
        found.append(keras.tree.map_structure(np.asarray, function()))
    return found


@pytest.mark.parametrize("filters", [2, 5])
@pytest.mark.parametrize("kernel_size, strides", SHAPES)
def test_both_forms_give_the_same_outputs(kernel_size, strides, filters):
    layer = Conv2DTranspose(
        filters,
        kernel_size,
        strides=strides,
        padding="same",
        activation="tanh",
        bias_initializer=keras.initializers.RandomNormal(seed=1),
        kernel_initializer=keras.initializers.RandomNormal(0, 0.3, seed=0),
    )
    x = np.random.default_rng(0).normal(size=(2, 5, 6, 3)).astype("float32")
    subpixel, stock = both_forms(
        layer, lambda: ops.convert_to_numpy(layer(x, training=True))
    )
    step = strides
    assert subpixel.shape == (2, 5 * step, 6 * step, filters)
    np.testing.assert_allclose(subpixel, stock, atol=1e-5)


@pytest.mark.parametrize("filters", [2, 5])
@pytest.mark.parametrize("kernel_size, strides", SHAPES)
def test_both_forms_have_the_same_gradients(kernel_size, strides, filters):
    layer = Conv2DTranspose(
        filters, kernel_size, strides=strides, padding="same"
    )
    layer.build((None, 5, 6, 3))
    x = ops.convert_to_tensor(
        np.random.default_rng(0).normal(size=(2, 5, 6, 3)).astype("float32")
    )

    def gradients():
        def loss(x):
            return ops.sum(layer(x, training=True) ** 2), None

        _, _, of_x = backend.input_gradient(loss, x)
        _, _, pull = backend.vjp(lambda: loss(x), layer.trainable_variables)
        return [ops.convert_to_numpy(g) for g in (of_x, *pull())]

    for a, b in zip(*both_forms(layer, gradients)):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("filters", [2, 5])
def test_both_forms_have_the_same_gradients_of_gradients(filters):
    layer = Conv2DTranspose(filters, 4, strides=2, padding="same")
    layer.build((None, 5, 6, 3))
    x = ops.convert_to_tensor(
        np.random.default_rng(0).normal(size=(2, 5, 6, 3)).astype("float32")
    )

    def gradients():
        def loss(x):
            return ops.sum(layer(x, training=True) ** 3), None

        def penalty():
            _, _, of_x = backend.input_gradient(loss, x, create_graph=True)
            return ops.mean(of_x**2), None

        _, _, pull = backend.vjp(penalty, layer.trainable_variables)
        return [ops.convert_to_numpy(g) for g in pull()]

    for a, b in zip(*both_forms(layer, gradients)):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-3 * np.abs(b).max())


def test_weights_and_config_are_those_of_keras():
    ours = Conv2DTranspose(4, 4, strides=2, padding="same", name="up")
    theirs = keras.layers.Conv2DTranspose(4, 4, strides=2, padding="same")
    for layer in (ours, theirs):
        layer.build((None, 5, 6, 3))
    theirs.set_weights(ours.get_weights())
    x = np.ones((1, 5, 6, 3), "float32")
    np.testing.assert_allclose(
        ops.convert_to_numpy(ours(x, training=True)),
        ops.convert_to_numpy(theirs(x)),
        atol=1e-5,
    )
    again = keras.layers.deserialize(keras.layers.serialize(ours))
    assert type(again) is Conv2DTranspose
    assert again.get_config() == ours.get_config()


class SubPixel(Exception):
    pass


@pytest.mark.parametrize("filters", [4, 5])
def test_the_form_is_the_faster_one(filters, monkeypatch):
    def stop(*args):
        raise SubPixel

    layer = Conv2DTranspose(filters, 4, strides=2, padding="same")
    large, small = (np.ones((1, n, 6, 3), "float32") for n in (5, 3))
    layer(large)
    kernels = importlib.import_module(
        f"kerasgan.backend.{keras.backend.backend()}.cpu_kernels"
    )
    monkeypatch.setattr(kernels, "subpixel_conv_transpose", stop)
    on_jax = keras.backend.backend() == "jax"
    for x, training, wanted in (
        (large, True, on_jax or filters == 4),
        (large, False, not on_jax and filters == 4),
        (small, False, on_jax or filters == 4),
    ):
        found = contextlib.nullcontext()
        if wanted:
            found = pytest.raises(SubPixel)
        with found:
            layer(x, training=training)


@pytest.mark.parametrize(
    "options",
    [
        {"padding": "valid"},
        {"padding": "same", "strides": (2, 1)},
        {"padding": "same", "strides": 5},
        {"padding": "same", "strides": 2, "output_padding": 1},
    ],
)
def test_what_has_no_subpixel_form_is_refused_or_computed_as_stock(options):
    with pytest.raises(ValueError, match="`subpixel=True` needs"):
        Conv2DTranspose(4, 4, subpixel=True, **options)
    x = np.ones((1, 6, 6, 3), "float32")
    ours = Conv2DTranspose(4, 4, kernel_initializer="ones", **options)
    theirs = keras.layers.Conv2DTranspose(
        4, 4, kernel_initializer="ones", **options
    )
    np.testing.assert_array_equal(
        ops.convert_to_numpy(ours(x, training=True)),
        ops.convert_to_numpy(theirs(x)),
    )


def test_an_unknown_form_is_refused():
    with pytest.raises(ValueError, match="`subpixel` must be"):
        Conv2DTranspose(4, 4, subpixel="always")
