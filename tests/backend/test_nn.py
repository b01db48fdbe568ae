import itertools
import types

import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

import kerasgan
from kerasgan import backend

numpy = ops.convert_to_numpy
on_torch = pytest.mark.skipif(
    keras.backend.backend() != "torch", reason="others leave it to Keras"
)

not_on_tensorflow = pytest.mark.skipif(
    keras.backend.backend() == "tensorflow", reason="it leaves them to Keras"
)


def draw(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def windows(x, size, stride):
    """Returns `(batch, rows, columns, size * size * channels)`."""
    rows = range(0, x.shape[1] - size + 1, stride)
    columns = range(0, x.shape[2] - size + 1, stride)
    parts = [
        [x[:, i : i + size, j : j + size].reshape(len(x), -1) for j in columns]
        for i in rows
    ]
    return np.moveaxis(np.array(parts), 2, 0)


@pytest.mark.parametrize(
    ("kernel_size", "stride", "size"),
    [*itertools.product([1, 3, 4, 5], [1, 2], [7, 8]), (3, 3, 7)],
)
def test_a_convolution_is_a_product_with_windows(kernel_size, stride, size):
    x = draw(2, size, size, 3)
    kernel = draw(kernel_size, kernel_size, 3, 2, seed=1)
    for padding in ("valid", "same"):
        padded = x
        if padding == "same":
            # Of an odd number of zeros, one more is behind.
            steps = -(-size // stride) - 1
            total = max(steps * stride + kernel_size - size, 0)
            sides = (total // 2, total - total // 2)
            padded = np.pad(x, ((0, 0), sides, sides, (0, 0)))
        wanted = windows(padded, kernel_size, stride) @ kernel.reshape(-1, 2)
        wanted = wanted + [2.0, -3.0]
        bias = ops.convert_to_tensor(np.array([2.0, -3.0], "float32"))

        def maps_of(x):
            maps = backend.conv(
                x,
                ops.convert_to_tensor(kernel),
                (stride, stride),
                padding,
                bias=bias,
            )
            return ops.sum(maps), maps

        # A backend may choose another form where there will be a penalty.
        for is_penalised in (False, True):
            _, got, _ = backend.input_gradient(
                maps_of, ops.convert_to_tensor(x), is_penalised
            )
            got = numpy(ops.stop_gradient(got))
            np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("kernel_size", [2, 3, 4, 5])
@pytest.mark.parametrize("size", [(7, 7), (3, 4)])
@pytest.mark.parametrize("subpixel", ["auto", False])
def test_a_transposed_convolution_is_the_adjoint_of_a_convolution(
    subpixel, kernel_size, size
):
    """<conv(y), x> = <y, conv_transpose(x)>, padded as Keras pads it."""
    x = ops.convert_to_tensor(draw(2, *size, 3))
    kernel = ops.convert_to_tensor(draw(kernel_size, kernel_size, 2, 3, seed=1))
    got = backend.conv_transpose(x, kernel, (2, 2), subpixel=subpixel)
    height, width = (2 * n for n in size)
    assert got.shape == (2, height, width, 2)
    bias = np.array([2.0, -3.0], "float32")
    higher = backend.conv_transpose(x, kernel, (2, 2), bias, subpixel=subpixel)
    np.testing.assert_allclose(numpy(higher), numpy(got) + bias, atol=1e-5)
    y = ops.convert_to_tensor(draw(2, height, width, 2, seed=2))
    there = ops.sum(backend.conv(y, kernel, (2, 2)) * x)
    np.testing.assert_allclose(
        float(there), float(ops.sum(y * got)), rtol=1e-3, atol=1e-3
    )


def networks():
    applications = kerasgan.applications
    small = {"image_shape": (9, 10, 1), "filters": 2, "seed": 0}
    yield "dcgan", applications.DCGAN(latent_dim=3, **small)
    yield "cgan", applications.CGAN(num_classes=3, latent_dim=3, **small)
    yield "sngan", applications.SNGAN(latent_dim=3, **small)
    small = {"image_shape": (16, 20, 2), "filters": 6, "seed": 0}
    affine = {"normalization": "affine_instance", "noise_at_inference": False}
    for name, generator in (
        ("unet", kerasgan.networks.unet_generator(**affine, **small)),
        ("resnet", kerasgan.networks.resnet_translator(blocks=1, **small)),
    ):
        judge = kerasgan.networks.patch_discriminator(
            condition_channels=1, receptive_field=34, **small
        )
        translator = types.SimpleNamespace(
            generator=generator, discriminator=judge
        )
        yield name, translator


def inputs_of(network):
    """Returns inputs of four examples; a label where one is asked for."""
    inputs = [
        ops.convert_to_tensor(
            np.array([0, 2, 1, 2], "int32")
            if "int" in x.dtype
            else draw(4, *x.shape[1:])
        )
        for x in network.inputs
    ]
    return inputs if len(inputs) > 1 else inputs[0]


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("player", ["generator", "discriminator"])
@pytest.mark.parametrize("name", ["dcgan", "cgan", "sngan", "unet", "resnet"])
def test_a_network_computes_what_keras_computes(name, player, training):
    network = getattr(dict(networks())[name], player)
    inputs = inputs_of(network)
    start = [numpy(v) for v in network.variables]

    def play(call):
        for variable, value in zip(network.variables, start):
            variable.assign(value)
        outputs, _, pullback = backend.vjp(
            lambda: (ops.sum(ops.square(call())), None),
            network.trainable_variables,
        )
        return [
            *map(numpy, [outputs, *pullback()]),
            *[numpy(v) for v in network.variables],
        ]

    wanted = play(lambda: network(inputs, training=training))
    got = play(lambda: backend.call_network(network, inputs, training))
    for a, b in zip(got, wanted):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=5e-5)


@pytest.mark.parametrize("size", [1, 2, 4])
def test_pooling_is_the_mean_of_squares(size):
    x = draw(2, 4, 8, 3)
    squares = x.reshape(2, 4 // size, size, 8 // size, size, 3)
    got = backend.average_pool(ops.convert_to_tensor(x), size)
    np.testing.assert_allclose(
        numpy(got), squares.mean(axis=(2, 4)), rtol=1e-5, atol=1e-6
    )


def in_elementary_operations(network, x):
    """Calls layers in turn; normalises batches with every gradient exact.

    The second derivative of TensorFlow's own variance, which Keras uses,
    lacks a term.
    """
    for layer in network.layers:
        if not isinstance(layer, layers.BatchNormalization):
            x = layer(x)
            continue
        x = x - ops.mean(x, axis=(0, 1, 2))
        variance = ops.mean(ops.square(x), axis=(0, 1, 2))
        x = x * ops.rsqrt(variance + layer.epsilon)
        x = x * layer.gamma + layer.beta
    return x


def test_the_gradient_of_a_gradient_is_exact():
    """As R1 asks for it, through strided convolutions and a batch's mean."""
    network = keras.Sequential(
        [
            keras.Input((6, 6, 1)),
            layers.Conv2D(3, 4, strides=2, padding="same", activation="tanh"),
            layers.BatchNormalization(),
            layers.Conv2DTranspose(2, 5, strides=2, padding="same"),
            layers.Flatten(),
            layers.Dense(1, activation="tanh"),
        ]
    )
    x = ops.convert_to_tensor(draw(4, 6, 6, 1))

    def penalty(call):
        def charge():
            _, _, gradient = backend.input_gradient(
                lambda x: (ops.sum(call(x)), None), x, create_graph=True
            )
            return ops.sum(ops.square(gradient)), None

        with backend.frozen_state():
            value, _, pullback = backend.vjp(
                charge, network.trainable_variables
            )
            return [*map(numpy, [value, *pullback()])]

    before = [numpy(v) for v in network.non_trainable_variables]
    got = penalty(lambda x: backend.call_network(network, x, True))
    wanted = penalty(lambda x: in_elementary_operations(network, x))
    for a, b in zip(got, wanted):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)
    for variable, value in zip(network.non_trainable_variables, before):
        np.testing.assert_array_equal(numpy(variable), value)


def refuse(*args, **kwargs):
    raise AssertionError("Keras was asked.")


def test_the_networks_of_the_zoo_are_run_without_keras(monkeypatch):
    for _, gan in networks():
        for network in (gan.generator, gan.discriminator):
            inputs = inputs_of(network)
            with monkeypatch.context() as patch:
                patch.setattr(layers.BatchNormalization, "call", refuse)
                if keras.backend.backend() != "tensorflow":
                    patch.setattr(layers.Layer, "__call__", refuse)
                    patch.setattr(layers.Conv2D, "call", refuse)
                if keras.backend.backend() == "torch":
                    patch.setattr(layers.Dense, "call", refuse)
                    patch.setattr(layers.AveragePooling2D, "call", refuse)
                    patch.setattr(ops, "conv_transpose", refuse)
                outputs = backend.call_network(network, inputs, True)
            assert outputs.shape == (4, *network.output_shape[1:])


def test_kernels_keep_shape_and_values_however_they_are_laid_out():
    values = [draw(4, 4, 3, 2), draw(3, 2), draw(5)]
    variables = [keras.Variable(value) for value in values]
    backend.set_memory_format(variables)
    for variable, value in zip(variables, values):
        assert tuple(variable.value.shape) == value.shape
        np.testing.assert_array_equal(numpy(variable), value)
    variables[0].assign(values[0] + 1)
    np.testing.assert_array_equal(numpy(variables[0]), values[0] + 1)


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"scale": False, "center": False, "momentum": 0.5, "epsilon": 0.1},
        {"trainable": False},
        {"axis": 1},
        {"renorm": True},
    ],
)
@pytest.mark.parametrize("shape", [(4, 5, 6, 3), (8, 3)])
def test_every_option_of_a_normalisation_is_kept(shape, options, training):
    layer = layers.BatchNormalization(**options)
    network = keras.Sequential([keras.Input(shape[1:]), layer])
    x = ops.convert_to_tensor(3 * draw(*shape) + 1)
    start = [numpy(v) for v in network.variables]

    def play(call):
        for variable, value in zip(network.variables, start):
            variable.assign(value)
        outputs = numpy(ops.stop_gradient(call(x, training=training)))
        return [outputs, *map(numpy, network.variables)]

    wanted = play(network)
    got = play(lambda x, training: backend.call_network(network, x, training))
    for a, b in zip(got, wanted):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


@on_torch
def test_kernels_their_gradients_and_moments_lie_as_convolutions_want_them():
    gan = kerasgan.applications.DCGAN(image_shape=(16, 16, 1), filters=2)
    gan.fit(np.zeros((8, 16, 16, 1), "uint8"), batch_size=4, verbose=0)
    kernels = [v for v in gan.generator.trainable_variables if v.ndim == 4]
    latents = ops.convert_to_tensor(draw(4, *gan.generator.input_shape[1:]))
    _, _, pullback = backend.vjp(
        lambda: (ops.sum(gan.generator(latents, training=True)), None), kernels
    )
    moments = [v for v in gan.optimizer.variables if v.ndim == 4]
    assert len(kernels) > 1 and len(moments) > len(kernels)
    for tensor in [*[v.value for v in kernels + moments], *pullback()]:
        assert tensor.permute(3, 0, 1, 2).is_contiguous()


@pytest.mark.parametrize(
    "options",
    [
        {"data_format": "channels_first"},
        {"dilation_rate": 2},
        {"groups": 2, "filters": 4},
        {"padding": "valid", "strides": 2},
        {"activation": "relu", "use_bias": False},
    ],
)
@not_on_tensorflow
def test_every_option_of_a_convolution_is_kept(options):
    layer = layers.Conv2D(
        **{"filters": 2, "kernel_size": 3, "padding": "same", **options}
    )
    network = keras.Sequential([keras.Input((8, 8, 8)), layer])
    x = ops.convert_to_tensor(draw(2, 8, 8, 8))
    np.testing.assert_allclose(
        numpy(backend.call_network(network, x, True)),
        numpy(network(x)),
        rtol=1e-4,
        atol=1e-5,
    )
