"""Stock layers of Keras in networks that the runner does not know."""

import contextlib

import keras
import numpy as np
import pytest
from keras import layers

if keras.backend.backend() != "jax":
    pytest.skip("the kernels of JAX", allow_module_level=True)

import jax

import kerasgan
from kerasgan.backend.common.cpu_switch import CPU_KERNELS
from kerasgan.backend.jax import cpu_kernels
from kerasgan.backend.jax.nn import stock_layers


@pytest.fixture
def seen(monkeypatch):
    """The names of the kernels that were used."""
    names = []

    def watch(name):
        kernel = getattr(cpu_kernels, name)

        def call(*args, **kwargs):
            names.append(name)
            return kernel(*args, **kwargs)

        monkeypatch.setattr(cpu_kernels, name, call)

    watch("conv_transpose")
    watch("conv")
    return names


class Own(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.up = layers.Conv2DTranspose(1, 4, strides=2, padding="same")

    def build(self, input_shape):
        self.up.build(input_shape)

    def call(self, x):
        return self.up(x)

    def compute_output_shape(self, shape):
        return self.up.compute_output_shape(shape)


def generator(*ends):
    start = [keras.Input((3,)), layers.Dense(12), layers.Reshape((2, 2, 3))]
    return keras.Sequential([*start, *ends, layers.Activation("tanh")])


def game(generator):
    discriminator = keras.Sequential(
        [keras.Input((4, 4, 1)), layers.Flatten(), layers.Dense(1)]
    )
    return kerasgan.models.GAN(generator, discriminator, seed=0)


@pytest.mark.parametrize(
    "make",
    [
        Own,
        lambda: layers.Conv2DTranspose(1, 4, strides=2, padding="same"),
        lambda: keras.Sequential(
            [
                keras.Input((2, 2, 3)),
                layers.Conv2DTranspose(1, 4, strides=2, padding="same"),
            ]
        ),
    ],
    ids=["in a layer of a user's", "stock", "in a network in it"],
)
def test_they_are_the_fast_ones_in_any_network_that_is_trained(make, seen):
    game(generator(make())).train_on_batch(np.zeros((2, 4, 4, 1), "uint8"))
    assert "conv_transpose" in seen


def test_they_give_what_the_stock_ones_give(monkeypatch):
    x = np.random.default_rng(0).integers(0, 256, (4, 4, 4, 1), "uint8")
    weights = []
    for is_on in (True, False):
        monkeypatch.setattr(CPU_KERNELS, "is_on", is_on)
        keras.utils.set_random_seed(0)
        gan = game(generator(layers.BatchNormalization(), Own()))
        gan.train_on_batch(x)
        weights.append(gan.generator.get_weights())
    for a, b in zip(*weights):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_outside_of_a_step_and_of_the_class_they_are_keras(seen):
    stock = layers.Conv2DTranspose.call
    layer = layers.Conv2DTranspose(1, 4, strides=2, padding="same")
    x = jax.numpy.ones((1, 4, 4, 1))

    class Subclass(layers.Conv2D):
        pass

    with stock_layers():
        layer(x)
        assert seen == ["conv_transpose"]
        seen.clear()
        Subclass(1, 3)(x)
        layers.Conv2DTranspose(1, 4, strides=2, dtype="bfloat16")(x)
    assert layers.Conv2DTranspose.call is stock
    assert "call" not in vars(layers.Conv2DTranspose)
    layer(x)
    assert seen == []


@pytest.mark.parametrize("size, strides", [(4, 2), (3, 2), (5, 2), (3, 3)])
@pytest.mark.parametrize(
    "name", ["Conv1D", "Conv3D", "Conv1DTranspose", "Conv3DTranspose"]
)
def test_other_sides_than_two_are_those_of_keras_differentiated_twice(
    name, size, strides
):
    layer = getattr(layers, name)(2, size, strides=strides, padding="same")
    assert_same_as_keras(layer, (6,) * int(name[4]))


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize(
    "make",
    [
        lambda **o: layers.DepthwiseConv2D(3, strides=2, **o),
        lambda **o: layers.DepthwiseConv2D((2, 3), depth_multiplier=2, **o),
        lambda **o: layers.SeparableConv2D(4, 3, activation="tanh", **o),
        lambda **o: layers.Conv3D(2, (3, 2, 4), strides=(1, 2, 1), **o),
    ],
)
def test_further_ones_are_those_of_keras_differentiated_twice(make, padding):
    layer = make(padding=padding)
    sides = (5, 6) if "2D" in type(layer).__name__ else (5, 6, 4)
    assert_same_as_keras(layer, sides)


def assert_same_as_keras(layer, sides):
    rng = np.random.default_rng(0)
    x = jax.numpy.asarray(rng.standard_normal((2, *sides, 3)).astype("f"))
    layer.build(x.shape)
    kernel, *others = (v.value for v in layer.trainable_variables)
    weight = None

    def outputs(x, kernel):
        variables = layer.trainable_variables
        with keras.StatelessScope([*zip(variables, (kernel, *others))]):
            return layer(x)

    def charge(x, kernel):
        gradients = jax.grad(product, (0, 1))(x, kernel)
        return sum((g**2).sum() for g in gradients)

    def product(x, kernel):
        return (outputs(x, kernel) ** 2 * weight).sum()

    weight = rng.standard_normal(outputs(x, kernel).shape).astype("f")
    computed = []
    for context in (stock_layers, contextlib.nullcontext):
        with context():
            y = outputs(x, kernel)
            computed.append([y, *jax.grad(charge, (0, 1))(x, kernel)])
    for ours, wanted in zip(*computed):
        scale = abs(wanted).max()
        np.testing.assert_allclose(ours / scale, wanted / scale, atol=1e-5)
