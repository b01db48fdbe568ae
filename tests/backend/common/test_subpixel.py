import numpy as np
import pytest
from keras import ops

from kerasgan import backend
from kerasgan.backend.common import nn as networks
from kerasgan.backend.common import subpixel

# Sizes, kernel and stride of images, or maps, of so many channels.
CASES = [
    ((8, 6), (4, 4), 2, 1),
    ((8, 6), (5, 5), 2, 3),
    ((8, 6), (3, 5), 2, 4),
    ((4, 4), (2, 2), 2, 3),
    ((9, 6), (5, 4), 3, 2),
    ((2, 4), (5, 5), 2, 3),
    ((8, 6), (4, 4), 2, 5),
    ((8, 6), (5, 4), 2, 6),
]


def draw(*shape, seed=0):
    values = np.random.default_rng(seed).normal(size=shape)
    return ops.convert_to_tensor(values.astype("float32"))


def numpy(x):
    return ops.convert_to_numpy(ops.stop_gradient(x))


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("size, kernel_size, stride, channels", CASES)
def test_the_gradients_of_a_convolution_are_those_of_keras(
    size, kernel_size, stride, channels, create_graph
):
    """Of values and, as penalties ask for them, of gradients for images."""
    images = draw(2, *size, channels)
    kernel = draw(*kernel_size, channels, 5, seed=1)
    bias = draw(5, seed=2)
    strides = (stride, stride)
    assert subpixel.is_adjoint(images, kernel, strides, "same")

    def play(conv):
        def loss(tensors):
            images, kernel, bias = tensors

            def inner(x):
                maps = conv(x, kernel, strides, bias=bias)
                return ops.sum(ops.tanh(maps)), maps

            value, maps, gradient = backend.input_gradient(
                inner, images, create_graph
            )
            if create_graph:
                value = value + ops.sum(gradient**3)
            return value, (maps, gradient)

        return backend.input_gradient(loss, [images, kernel, bias])

    got, (maps, gradient), gradients = play(backend.conv)
    value, (theirs, its_gradient), wanted = play(networks.conv)
    for a, b in zip(
        [got, maps, gradient, *gradients],
        [value, theirs, its_gradient, *wanted],
    ):
        most = np.abs(numpy(b)).max()
        np.testing.assert_allclose(numpy(a), numpy(b), rtol=0, atol=1e-5 * most)


@pytest.mark.parametrize(
    "size, kernel_size, strides, channels, padding",
    [
        ((7, 8), (4, 4), (2, 2), 1, "same"),
        ((8, 8), (4, 4), (2, 1), 1, "same"),
        ((8, 8), (4, 4), (1, 1), 1, "same"),
        ((8, 8), (1, 4), (2, 2), 1, "same"),
        ((8, 8), (4, 4), (2, 2), 1, "valid"),
    ],
)
def test_what_does_not_lead_back_is_told_apart(
    size, kernel_size, strides, channels, padding
):
    images, kernel = draw(2, *size, channels), draw(*kernel_size, channels, 5)
    assert not subpixel.is_adjoint(images, kernel, strides, padding)
