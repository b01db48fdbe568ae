import keras
import numpy as np
import pytest
from keras import ops

from kerasgan import backend
from kerasgan.layers import Conv2DTranspose

SHAPES = [
    (kernel_size, strides, size)
    for kernel_size, strides in [
        (4, 2),
        (5, 2),
        (3, 2),
        (2, 2),
        (3, 1),
        (5, 3),
        (6, 4),
        ((4, 3), 2),
        ((4, 3), (1, 3)),
    ]
    for size in [(5, 6), (1, 2)]
]


def both(kernel_size, strides, **options):
    """Returns a layer of ours and one of Keras of the same weights."""
    layers = []
    for cls in (Conv2DTranspose, keras.layers.Conv2DTranspose):
        layer = cls(
            4,
            kernel_size,
            strides=strides,
            bias_initializer=keras.initializers.RandomNormal(seed=1),
            kernel_initializer=keras.initializers.RandomNormal(0, 0.3, seed=0),
            **options,
        )
        layer.build((None, 5, 6, 3))
        layers.append(layer)
    return layers


def draw(*size):
    x = np.random.default_rng(0).normal(size=(2, *size, 3))
    return ops.convert_to_tensor(x.astype("float32"))


@pytest.mark.parametrize("kernel_size, strides, size", SHAPES)
def test_outputs_are_those_of_keras(kernel_size, strides, size):
    ours, theirs = both(kernel_size, strides, padding="same", activation="tanh")
    got = ops.convert_to_numpy(ours(draw(*size)))
    wanted = ops.convert_to_numpy(theirs(draw(*size)))
    assert got.shape == wanted.shape
    np.testing.assert_allclose(got, wanted, atol=1e-5)


@pytest.mark.parametrize("kernel_size, strides", [(4, 2), (5, 2), (3, 2)])
def test_gradients_are_those_of_keras(kernel_size, strides):
    def gradients(layer):
        def loss(x):
            return ops.sum(layer(x) ** 2), None

        x = draw(5, 6)
        _, _, of_x = backend.input_gradient(loss, x)
        _, _, pull = backend.vjp(lambda: loss(x), layer.trainable_variables)
        return [ops.convert_to_numpy(g) for g in (of_x, *pull())]

    ours, theirs = both(kernel_size, strides, padding="same")
    for a, b in zip(gradients(ours), gradients(theirs)):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-4)


def test_half_precision_sums_in_float32():
    ours, theirs = both(4, 2, padding="same", dtype="mixed_bfloat16")
    got = ours(draw(5, 6))
    assert keras.backend.standardize_dtype(got.dtype) == "bfloat16"
    _, exact = both(4, 2, padding="same")
    got, wanted = (
        ops.convert_to_numpy(ops.cast(x, "float32"))
        for x in (got, exact(draw(5, 6)))
    )
    np.testing.assert_allclose(got, wanted, atol=0.03)


def test_config_is_that_of_keras():
    ours, theirs = both(4, 2, padding="same", name="up")
    assert ours.get_config() == theirs.get_config()
    again = keras.layers.deserialize(keras.layers.serialize(ours))
    assert type(again) is Conv2DTranspose
    assert again.get_config() == ours.get_config()


@pytest.mark.parametrize(
    "options",
    [
        {"strides": 2, "padding": "valid"},
        {"strides": 5, "padding": "same"},
        {"strides": 2, "padding": "same", "output_padding": 1},
    ],
)
def test_everything_else_is_computed_as_keras_does(options):
    ours, theirs = both(4, **options)
    np.testing.assert_array_equal(
        ops.convert_to_numpy(ours(draw(6, 6))),
        ops.convert_to_numpy(theirs(draw(6, 6))),
    )
