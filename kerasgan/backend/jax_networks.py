"""Networks on JAX, whose strided convolutions may be products of matrices.

XLA's code for gradients of gradients of strided convolutions, by which
penalties train, is slow on processors; so is that for the gradients of those
whose outputs are smaller than the kernel. Of products with windows every
derivative is a product again. On other devices XLA's own are used: none of
this was measured there.
"""

import contextlib

import jax
import jax.numpy as jnp

from kerasgan.backend import networks
from kerasgan.backend import subpixel
from kerasgan.backend.known_networks import fits
from kerasgan.backend.known_networks import graph_of
from kerasgan.backend.known_networks import margins
from kerasgan.backend.known_networks import native_convolutions
from kerasgan.backend.known_networks import run
from kerasgan.backend.known_networks import run_layer

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
    """See `kerasgan.backend.networks.call_network`."""
    graph = graph_of(network) if _is_on_processor() else None
    if graph is None or not fits(graph, inputs, _is_plain):
        return network(inputs, training=training)
    return run(graph, inputs, training, _NATIVE)


def call_layer(layer, inputs):
    """See `kerasgan.backend.networks.call_layer`."""
    if not _is_on_processor():
        return layer(inputs)
    return run_layer(layer, inputs, _is_plain, _NATIVE)


def conv(inputs, kernel, strides=(1, 1), padding="same", bias=None):
    """See `kerasgan.backend.networks.conv`.

    Once differentiated, XLA's convolutions are as fast as products, but for
    outputs that are smaller than the kernel.
    """
    sides = [
        _side(*side, padding)
        for side in zip(inputs.shape[1:3], kernel.shape[:2], strides)
    ]
    is_small = any(n < k for (n, _), k in zip(sides, kernel.shape))
    is_strided = max(strides) > 1
    if not (is_strided and (is_small or _is_twice) and _is_on_processor()):
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


def prefers_subpixel(layer, inputs, training):
    """Returns whether a transposed convolution is faster as a sub-pixel one.

    XLA's code for the gradients of a strided one is slow on processors, and
    so is that for maps with a side that is shorter than the kernel's.

    Args:
        layer: `kerasgan.layers.Conv2DTranspose` that has the sub-pixel form.
        inputs: What it is called with.
        training: Bool.
    """
    pairs = zip(inputs.shape[1:3], layer.kernel_size)
    is_small = any(side and side < kernel for side, kernel in pairs)
    return bool(training or is_small) and _is_on_processor()


def subpixel_conv_transpose(inputs, kernel, strides):
    """Returns `conv_transpose` of equal strides, made of other operations.

    Its gradients are not theirs, but what they are equal to: with `A` for
    the convolution of the same kernel, what is computed is its pullback
    `A' x`; of a cotangent `c`, the pullbacks are therefore `A c` and the one
    of `A` that belongs to the kernel, at `c`, of `x`.

    Args:
        inputs, kernel, strides: See `kerasgan.backend.subpixel`.
    """

    def compute(inputs, kernel):
        return subpixel.conv_transpose(inputs, kernel, strides, conv)

    def forwards(inputs, kernel):
        return compute(inputs, kernel), (inputs, kernel)

    def backwards(saved, cotangent):
        inputs, kernel = saved
        to_inputs, pull = jax.vjp(
            lambda maps, kernel: conv(maps, kernel, strides), cotangent, kernel
        )
        return to_inputs, pull(inputs)[1]

    adjoint = jax.custom_vjp(compute)
    adjoint.defvjp(forwards, backwards)
    return adjoint(inputs, kernel)


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


def _is_on_processor():
    return jax.default_backend() == "cpu"


def _is_plain(x):
    """Whether a tensor has numbers, and no mask or other precision."""
    return (
        isinstance(x, jax.Array)
        and x.dtype in ("float32", "int32", "int64")
        and getattr(x, "_keras_mask", None) is None
    )


_NATIVE = native_convolutions(conv, networks.conv_transpose)
