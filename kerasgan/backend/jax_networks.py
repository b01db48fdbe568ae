"""Networks on JAX, whose strided convolutions on a processor are products.

XLA's code for the gradients of strided convolutions is slow on processors:
for a transposed one it takes many times what the convolution itself takes,
and so do gradients of gradients, by which penalties train. Of products of
matrices every derivative is a product again. On other devices XLA's own are
used: none of this was measured there.
"""

import contextlib

import jax
import jax.numpy as jnp

from kerasgan.backend import networks
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


def conv_transpose(inputs, kernel, strides, bias=None):
    """See `kerasgan.backend.networks.conv_transpose`.

    One product makes of each input pixel what it adds to the output; those
    are moved to their places and summed.
    """
    if not _is_on_processor():
        return networks.conv_transpose(inputs, kernel, strides, bias)
    # (batch, height, width, kernel height, kernel width, filters)
    parts = jnp.tensordot(
        inputs,
        jnp.asarray(kernel),
        axes=((3,), (3,)),
        preferred_element_type="float32",
    )
    rows, columns = (
        [_taps(phase, size, stride) for phase in range(stride)]
        for size, stride in zip(kernel.shape, strides)
    )
    phases = [
        sum(
            _move(parts[:, :, :, i, j], down, right)
            for i, down in of_row
            for j, right in of_column
        )
        for of_row in rows
        for of_column in columns
    ]
    batch, height, width, filters = phases[0].shape
    maps = jnp.reshape(
        jnp.stack(phases, axis=3), (batch, height, width, *strides, filters)
    )
    maps = jnp.reshape(
        jnp.transpose(maps, (0, 1, 3, 2, 4, 5)),
        (batch, height * strides[0], width * strides[1], filters),
    ).astype(inputs.dtype)
    return maps if bias is None else maps + bias


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


def _taps(phase, kernel_size, stride):
    """Returns which weights make a phase of the output, and from where.

    Input pixel `i` adds `w[j]` times itself to output pixel
    `stride * i + j - cut`. Output pixel `stride * q + phase` is therefore the
    sum over `t` of the inputs `q - t` with `w[phase + cut + stride * t]`.

    Returns:
        List of pairs of a weight's index and its `t`.
    """
    cut = (kernel_size - stride) // 2
    first = (phase + cut) % stride
    return [
        (weight, (weight - phase - cut) // stride)
        for weight in range(first, kernel_size, stride)
    ]


def _move(maps, down, right):
    """Returns maps that are moved by pixels, with zeros behind them."""
    _, height, width, _ = maps.shape
    maps = maps[
        :,
        max(-down, 0) : max(height - max(down, 0), 0),
        max(-right, 0) : max(width - max(right, 0), 0),
    ]
    vertical, horizontal = (
        (min(max(by, 0), size), min(max(-by, 0), size))
        for by, size in ((down, height), (right, width))
    )
    return jnp.pad(maps, ((0, 0), vertical, horizontal, (0, 0)))


def _is_on_processor():
    return jax.default_backend() == "cpu"


def _is_plain(x):
    """Whether a tensor has numbers, and no mask or other precision."""
    return (
        isinstance(x, jax.Array)
        and x.dtype in ("float32", "int32", "int64")
        and getattr(x, "_keras_mask", None) is None
    )


_NATIVE = native_convolutions(conv, conv_transpose)
