"""Networks on JAX, whose strided convolutions have gradients of their own.

XLA's code for what leads back from a strided convolution is slow on
processors, and that for gradients of gradients, by which penalties train, even
more so. Where sizes are multiples of the stride, a sub-pixel convolution does
it here, and each of both is the other's gradient, however often. Others are
products with windows where XLA's are slow, of which every derivative is a
product again. Batches are normalised by sums of `jax_sums`. On other devices
XLA's own are used: none of this was measured there.
"""

import contextlib

import jax
import jax.numpy as jnp
import keras

from kerasgan.backend.common import nn as networks
from kerasgan.backend.common import subpixel
from kerasgan.backend.common.known_networks import fits
from kerasgan.backend.common.known_networks import graph_of
from kerasgan.backend.common.known_networks import is_plain_normalization
from kerasgan.backend.common.known_networks import keep_statistics
from kerasgan.backend.common.known_networks import margins
from kerasgan.backend.common.known_networks import native_convolutions
from kerasgan.backend.common.known_networks import run
from kerasgan.backend.common.known_networks import run_layer
from kerasgan.backend.jax.cpu_kernels import repeated
from kerasgan.backend.jax.cpu_kernels import total

# Whether what is traced right now will be differentiated twice.
_is_twice = False


@contextlib.contextmanager
def differentiated_twice(wanted=True):
    """A context for computations whose gradients will be differentiated."""
    global _is_twice
    before, _is_twice = _is_twice, _is_twice or wanted
    try:
        yield
    finally:
        _is_twice = before


def call_network(network, inputs, training):
    """See `kerasgan.backend.common.nn.call_network`."""
    graph = graph_of(network) if is_on_processor(inputs) else None
    if graph is None or not fits(graph, inputs, _is_plain):
        return network(inputs, training=training)
    return run(graph, inputs, training, _NATIVE)


def call_layer(layer, inputs):
    """See `kerasgan.backend.common.nn.call_layer`."""
    if not is_on_processor(inputs):
        return layer(inputs)
    return run_layer(layer, inputs, _is_plain, _NATIVE)


def conv(inputs, kernel, strides=(1, 1), padding="same", bias=None):
    """See `kerasgan.backend.common.nn.conv`.

    XLA's are used where `subpixel_conv_transpose` leads back from them. Of
    others, once differentiated, they are as fast as products, but for outputs
    that are smaller than the kernel.
    """
    if not is_on_processor(inputs):
        return networks.conv(inputs, kernel, strides, padding, bias)
    if subpixel.is_adjoint(inputs, kernel, strides, padding):
        maps = _conv(inputs, jnp.asarray(kernel), strides)
        return maps if bias is None else maps + bias
    sides = [
        _side(*side, padding)
        for side in zip(inputs.shape[1:3], kernel.shape[:2], strides)
    ]
    is_small = any(n < k for (n, _), k in zip(sides, kernel.shape))
    is_strided = max(strides) > 1
    if not (is_strided and (is_small or _is_twice)):
        return networks.conv(inputs, kernel, strides, padding, bias)
    kernel = jnp.asarray(kernel)
    (height, _), (width, _) = sides
    inputs = jnp.pad(inputs, ((0, 0), *[side for _, side in sides], (0, 0)))
    # (batch, blocks, row, blocks, column, channels): strides are indices.
    down, right = strides
    inputs = jnp.reshape(
        inputs,
        (
            len(inputs),
            inputs.shape[1] // down,
            down,
            inputs.shape[2] // right,
            right,
            inputs.shape[3],
        ),
    )
    windows = [
        inputs[
            :,
            row // down : row // down + height,
            row % down,
            column // right : column // right + width,
            column % right,
        ]
        for row in range(kernel.shape[0])
        for column in range(kernel.shape[1])
    ]
    maps = jnp.tensordot(
        jnp.concatenate(windows, axis=-1),
        jnp.reshape(kernel, (-1, kernel.shape[3])),
        axes=1,
    )
    return maps if bias is None else maps + bias


def prefers_subpixel(inputs, kernel, training):
    """Returns whether a transposed convolution is faster as a sub-pixel one.

    XLA's code for the gradients of a strided one is slow on processors, and
    so is that for maps with a side that is shorter than the kernel's.

    Args:
        inputs, kernel: See `kerasgan.backend.common.subpixel`.
        training: Bool.
    """
    pairs = zip(inputs.shape[1:3], kernel.shape)
    is_small = any(side and side < size for side, size in pairs)
    return bool(training or is_small) and is_on_processor(inputs)


def subpixel_conv_transpose(inputs, kernel, strides, bias=None):
    """Returns `conv_transpose` of equal strides, made of other operations.

    Its gradients are not theirs, but what they are equal to: convolutions
    with the same kernel.

    Args:
        inputs, kernel, strides: See `kerasgan.backend.common.subpixel`.
        bias: `(filters,)` to add, or `None`.
    """

    def compute(inputs, kernel):
        return subpixel.conv_transpose(inputs, kernel, strides, conv)

    def gradients(inputs, kernel, cotangent):
        return (
            conv(cotangent, kernel, strides),
            _gradient_of_kernel(cotangent, inputs, kernel.shape, strides),
        )

    maps = _with_gradients(compute, gradients)(inputs, jnp.asarray(kernel))
    return maps if bias is None else maps + bias


def _conv(inputs, kernel, strides):
    """Returns the convolution that `subpixel_conv_transpose` transposes."""

    def compute(inputs, kernel):
        return networks.conv(inputs, kernel, strides)

    def gradients(inputs, kernel, cotangent):
        return (
            subpixel_conv_transpose(cotangent, kernel, strides),
            _gradient_of_kernel(inputs, cotangent, kernel.shape, strides),
        )

    return _with_gradients(compute, gradients)(inputs, kernel)


def _gradient_of_kernel(images, maps, shape, strides):
    """Returns the kernel's gradient of `sum(_conv(images, kernel) * maps)`.

    That sum is linear in each of the three, so the gradients of its gradients
    are the other two operations.
    """

    def compute(images, maps):
        zeros = jnp.zeros(shape, images.dtype)
        _, pull = jax.vjp(lambda k: networks.conv(images, k, strides), zeros)
        return pull(maps)[0]

    def gradients(images, maps, cotangent):
        return (
            subpixel_conv_transpose(maps, cotangent, strides),
            _conv(images, cotangent, strides),
        )

    return _with_gradients(compute, gradients)(images, maps)


def _with_gradients(compute, gradients):
    """Returns a function of two arrays whose gradients are given.

    Args:
        compute: The function.
        gradients: Function of the two and of a cotangent of the result, that
            returns those of the two.
    """
    function = jax.custom_vjp(compute)
    function.defvjp(
        lambda a, b: (compute(a, b), (a, b)),
        lambda saved, cotangent: gradients(*saved, cotangent),
    )
    return function


def _side(size, kernel_size, stride, padding):
    """Returns the size after a convolution, and the zeros at both ends.

    There are so many zeros that whole blocks of the stride result.
    """
    if padding == "same":
        after = -(-size // stride)
        before, _ = margins(size, kernel_size, stride)
    else:
        after = (size - kernel_size) // stride + 1
        before = 0
    blocks = after - 1 + -(-kernel_size // stride)
    behind = max(blocks * stride - size - before, 0)
    return after, (before, behind + -(before + size + behind) % stride)


def is_on_processor(inputs):
    """Returns whether a tensor is where the forms here were measured."""
    return jax.default_backend() == "cpu"


def _is_plain(x):
    """Whether a tensor has numbers, and no mask or other precision."""
    return (
        isinstance(x, jax.Array)
        and x.dtype in ("float32", "int32", "int64")
        and getattr(x, "_keras_mask", None) is None
    )


def _batch_normalization(layer, inputs, training):
    if not (training and layer.trainable):
        return layer.call(inputs, training=False)
    rows = jnp.reshape(inputs, (-1, inputs.shape[-1]))
    n = len(rows)
    mean = total(rows) / n
    rows = rows - repeated(mean, n)
    variance = total(jnp.square(rows)) / n
    keep_statistics(layer, mean, variance)
    factor = jax.lax.rsqrt(variance + layer.epsilon)
    if layer.scale:
        factor = factor * layer.gamma.value
    rows = rows * repeated(factor, n)
    if layer.center:
        rows = rows + repeated(layer.beta.value, n)
    return jnp.reshape(rows, inputs.shape)


_NATIVE = {
    **native_convolutions(conv, networks.conv_transpose),
    keras.layers.BatchNormalization: (
        is_plain_normalization,
        _batch_normalization,
    ),
}
