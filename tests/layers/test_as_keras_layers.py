"""Layers behave as Keras' own, by the check that Keras has for those."""

import contextlib

import keras
import numpy as np
import pytest

# Keras' check of layers, which it has for itself: the one place of the tests.
from keras.src.testing import TestCase

import kerasgan
from kerasgan import layers

IMAGES = (2, 4, 4, 4)
VECTORS = (2, 6)
_RNG = np.random.default_rng(0)


def normal(*shape):
    return _RNG.standard_normal(shape).astype("float32")


def labels(*shape):
    return _RNG.integers(0, 3, shape).astype("int32")


def dense():
    return keras.layers.Dense(3)


def varying():
    latents, images = keras.Input((3,)), keras.Input(IMAGES[1:])
    maps = keras.layers.Reshape((4, 4, 4))(keras.layers.Dense(64)(latents))
    return keras.Model([latents, images], maps + images)


# Arguments, and what the layer is called with: a shape, or arrays.
CASES = {
    "CentredConv2DTranspose": [({"filters": 2}, IMAGES)],
    "ConditionalBatchNormalization": [
        ({"num_classes": 3}, (normal(*IMAGES), labels(2))),
        ({}, (normal(*IMAGES), normal(2, 5))),
    ],
    "Conv2DTranspose": [
        ({"filters": 2, "kernel_size": 4, "strides": 2}, IMAGES),
        (
            {
                "filters": 2,
                "kernel_size": 4,
                "strides": 2,
                "padding": "same",
                "activation": "relu",
                "use_bias": False,
            },
            IMAGES,
        ),
    ],
    "CropLike2D": [({}, (normal(2, 6, 6, 2), normal(*IMAGES)))],
    "EmbeddingBag": [({"num_words": 3, "units": 2}, labels(2, 5))],
    "EqualizedConv2D": [
        ({"filters": 2}, IMAGES),
        (
            {
                "filters": 2,
                "kernel_size": (3, 2),
                "strides": (2, 1),
                "padding": "valid",
                "activation": "relu",
                "use_bias": False,
                "kernel_regularizer": "l2",
            },
            IMAGES,
        ),
        ({"filters": 2, "upscale": True}, IMAGES),
    ],
    "EqualizedDense": [
        ({"units": 3}, VECTORS),
        (
            {"units": 3, "activation": "relu", "bias_regularizer": "l2"},
            (2, 5, 6),
        ),
    ],
    "GlobalSumPooling2D": [({}, IMAGES)],
    "ImagePool": [({"size": 3, "seed": 0}, IMAGES)],
    "InstanceNormalization": [
        ({}, IMAGES),
        ({"center": True, "scale": True}, IMAGES),
    ],
    "MinibatchDiscrimination": [({"kernels": 2, "kernel_dim": 3}, VECTORS)],
    "MinibatchStandardDeviation": [({}, IMAGES)],
    "NoiseDropout": [({"seed": 0}, VECTORS)],
    "PadToMultiple2D": [({"multiple": 3}, IMAGES)],
    "PixelNormalization": [({}, IMAGES)],
    "PixelShuffle2D": [({}, IMAGES)],
    "ProjectionLogit": [
        ({"num_classes": 3}, (normal(*VECTORS), labels(2))),
        ({"spectral_normalization": True}, (normal(*VECTORS), normal(2, 5))),
    ],
    "ReflectionPadding2D": [({}, IMAGES)],
    "SpectralNormalization": [
        ({"layer": dense, "seed": 0}, VECTORS),
        (
            {
                "layer": lambda: keras.layers.Conv2D(2, 3, padding="same"),
                "seed": 0,
            },
            IMAGES,
        ),
    ],
    "VaryImages": [({"generator": varying, "seed": 0}, IMAGES)],
}


def test_each_public_layer_is_checked():
    assert sorted(CASES) == sorted(layers.__all__)


# Of how Keras' check feeds a model, and of layers that train nothing.
@pytest.mark.filterwarnings("ignore:The model does not have any trainable")
@pytest.mark.filterwarnings("ignore:`shuffle=True` was passed")
@pytest.mark.parametrize(
    "name, case", [(n, i) for n in sorted(CASES) for i in range(len(CASES[n]))]
)
def test_a_layer_passes_the_check_of_keras(name, case):
    arguments, given = CASES[name][case]
    # Layers within layers are made anew.
    arguments = {k: v() if callable(v) else v for k, v in arguments.items()}
    is_shape = isinstance(given, tuple) and isinstance(given[0], int)
    shape = given if is_shape else None
    with contextlib.ExitStack() as stack:
        check = TestCase()
        check.setUp()
        stack.callback(check.tearDown)
        check.run_layer_test(
            getattr(layers, name),
            arguments,
            input_shape=shape,
            input_data=None if shape else given,
            # Nothing of it is trained by its gradient.
            run_training_check=name != "ImagePool",
        )


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("strides", [1, 2, (2, 1)])
def test_the_equalized_convolution_is_that_of_keras(padding, strides):
    options = {"strides": strides, "padding": padding, "activation": "tanh"}
    ours = layers.EqualizedConv2D(3, (3, 2), bias_initializer="ones", **options)
    stock = keras.layers.Conv2D(3, (3, 2), **options)
    x = normal(2, 5, 6, 4)
    outputs = keras.ops.convert_to_numpy(ours(x))
    stock.build(x.shape)
    kernel, bias = ours.get_weights()
    stock.set_weights([kernel * ours.scale, bias])
    wanted = keras.ops.convert_to_numpy(stock(x))
    np.testing.assert_allclose(outputs, wanted, atol=1e-5)
    assert ours.compute_output_shape((None, 5, 6, 4)) == (
        stock.compute_output_shape((None, 5, 6, 4))
    )


def test_the_equalized_convolution_takes_channels_first():
    first = layers.EqualizedConv2D(3, data_format="channels_first")
    last = layers.EqualizedConv2D(3)
    x = normal(2, 4, 5, 6)
    outputs = keras.ops.convert_to_numpy(first(x))
    assert outputs.shape == first.compute_output_shape(x.shape)
    last.build((2, 5, 6, 4))
    last.set_weights(first.get_weights())
    turned = keras.ops.convert_to_numpy(last(np.moveaxis(x, 1, -1)))
    np.testing.assert_allclose(np.moveaxis(turned, -1, 1), outputs, atol=1e-5)


def test_spectral_normalization_takes_the_policy_of_its_layer():
    layer = layers.SpectralNormalization(dense(), dtype="mixed_bfloat16")
    outputs = layer(normal(2, 4))
    assert keras.backend.standardize_dtype(outputs.dtype) == "bfloat16"
    assert layer.layer.kernel.dtype == layer.u.dtype == "float32"
    built = dense()
    built.build((2, 4))
    with pytest.raises(ValueError, match="which has weights already"):
        layers.SpectralNormalization(built, dtype="float64")


def test_upscaling_goes_with_no_stride():
    with pytest.raises(ValueError, match="`upscale=True` needs"):
        kerasgan.layers.EqualizedConv2D(2, upscale=True, strides=2)
