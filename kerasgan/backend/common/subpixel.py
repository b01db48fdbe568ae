"""Transposed convolutions from ordinary operations, laid out as blocks.

With stride `s`, each output pixel hangs on every `s`-th row and column of the
kernel only. The same numbers therefore come from `s * s` ordinary convolutions
with smaller kernels, from one that computes whole blocks of `s x s` pixels, or
from one product with all weights whose parts are moved and added.
"""

import functools
import operator

from keras import ops

from kerasgan.backend.common import nn as networks

# Up to so many channels of images, one product with all weights is faster on
# processors than convolutions, which keep most of their lanes idle then.
FEW_CHANNELS = 4
_MANY_FILTERS = 128


def is_adjoint(inputs, kernel, strides, padding):
    """Returns whether `conv_transpose` leads back from a convolution.

    Args:
        inputs: `(batch, height, width, channels)`.
        kernel: `(height, width, channels, filters)`.
        strides: Tuple of two integers.
        padding: `"same"` or `"valid"`.
    """
    stride = strides[0]
    return (
        padding == "same"
        and 1 < stride == strides[1] <= min(kernel.shape[:2])
        and all(side and side % stride == 0 for side in inputs.shape[1:3])
    )


def conv_transpose(inputs, kernel, strides, conv=networks.conv, pad=ops.pad):
    """Returns `networks.conv_transpose` of equal strides; see there.

    Args:
        inputs: `(batch, height, width, channels)`.
        kernel: `(height, width, filters, channels)`, no side shorter than
            its stride.
        strides: Tuple of the same integer twice.
        conv, pad: Functions like `networks.conv` and `keras.ops.pad`.
    """
    stride, filters = strides[0], kernel.shape[2]
    if filters > FEW_CHANNELS and _is_better_in_phases(inputs, kernel, stride):
        return _in_phases(inputs, kernel, stride, conv, pad)
    high, wide = kernel.shape[:2]
    # How many blocks of `stride x stride` pixels an input pixel reaches.
    down, right = reach = [-(-side // stride) for side in (high, wide)]
    missing = (0, down * stride - high), (0, right * stride - wide)
    if any(map(any, missing)):
        kernel = pad(kernel, (*missing, (0, 0), (0, 0)))
    kernel = ops.reshape(
        kernel, (down, stride, right, stride, *kernel.shape[2:])
    )
    form = _sum_parts if filters <= FEW_CHANNELS else _in_one
    _, height, width, _ = ops.shape(inputs)
    maps = _laid_out(
        form(inputs, kernel, reach, conv, pad),
        height + down - 1,
        width + right - 1,
        stride,
        filters,
    )
    top, left = ((side - stride) // 2 for side in (high, wide))
    return maps[:, top : top + height * stride, left : left + width * stride]


def _is_better_in_phases(inputs, kernel, stride):
    """Returns whether small convolutions beat one that multiplies by zeros."""
    work = 1.0
    for n, side in zip(inputs.shape[1:3], kernel.shape):
        reach = -(-side // stride)
        blocks = 1 if n is None else (n + reach - 1) / n
        work *= blocks * reach * stride / side
    # Of few filters, small convolutions reach half the speed.
    return work > (2.0 if kernel.shape[2] < _MANY_FILTERS else 1.1)


def _sum_parts(x, kernel, reach, conv, pad):
    """Returns blocks as one product with all weights, moved and added."""
    (down, right), channels = reach, kernel.shape[-1]
    # (channels, block, block, row, column, filters)
    kernel = ops.transpose(kernel, (5, 0, 2, 1, 3, 4))
    _, height, width, _ = ops.shape(x)
    parts = ops.matmul(
        ops.reshape(x, (-1, channels)), ops.reshape(kernel, (channels, -1))
    )
    size = parts.shape[1] // (down * right)
    parts = ops.reshape(parts, (-1, height, width, parts.shape[1]))
    sides = [(n - 1, n - 1) for n in reach]
    parts = pad(parts, ((0, 0), *sides, (0, 0)))
    moved = [
        parts[
            :,
            down - 1 - i : -i or None,
            right - 1 - j : -j or None,
            (i * right + j) * size : (i * right + j + 1) * size,
        ]
        for i in range(down)
        for j in range(right)
    ]
    return functools.reduce(operator.add, moved)


def _in_one(x, kernel, reach, conv, pad):
    """Returns blocks as a convolution whose filters are a block's pixels."""
    channels = kernel.shape[-1]
    # A convolution reads forwards: what reaches furthest is its first tap.
    kernel = ops.flip(kernel, axis=(0, 2))
    kernel = ops.transpose(kernel, (0, 2, 5, 1, 3, 4))
    kernel = ops.reshape(kernel, (*reach, channels, -1))
    sides = [(n - 1, n - 1) for n in reach]
    return conv(pad(x, ((0, 0), *sides, (0, 0))), kernel, padding="valid")


def _in_phases(x, kernel, stride, conv, pad):
    """Returns maps from a convolution for each pixel of a block."""
    high, wide, filters, _ = kernel.shape
    rows, columns = (
        [_taps(phase, size, stride) for phase in range(stride)]
        for size in (high, wide)
    )
    maps = []
    for down, vertical in rows:
        for right, horizontal in columns:
            # A convolution reads forwards: the largest `t` is its first tap.
            taps = ops.flip(kernel[down, right], axis=(0, 1))
            padding = [(max(t), -min(t)) for t in (vertical, horizontal)]
            maps.append(
                conv(
                    pad(x, ((0, 0), *padding, (0, 0))),
                    ops.transpose(taps, (0, 1, 3, 2)),
                    padding="valid",
                )
            )
    _, height, width, _ = ops.shape(x)
    return _laid_out(ops.stack(maps, axis=3), height, width, stride, filters)


def _taps(phase, kernel_size, stride):
    """Returns the weights that make a phase of the output, and from where.

    Input pixel `i` adds `w[j]` times itself to output pixel
    `stride * i + j - cut`. Output pixel `stride * q + phase` is therefore the
    sum over `t` of the inputs `q - t` with `w[phase + cut + stride * t]`.

    Returns:
        A slice of the weights, and a list of their `t`, which ascend.
    """
    cut = (kernel_size - stride) // 2
    weights = slice((phase + cut) % stride, kernel_size, stride)
    indices = range(kernel_size)[weights]
    return weights, [(index - phase - cut) // stride for index in indices]


def _laid_out(blocks, height, width, stride, filters):
    """Returns maps of pixels from such of blocks of `stride x stride`."""
    x = ops.reshape(blocks, (-1, height, width, stride, stride, filters))
    x = ops.transpose(x, (0, 1, 3, 2, 4, 5))
    return ops.reshape(x, (-1, height * stride, width * stride, filters))
