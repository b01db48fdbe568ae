"""Transposed convolutions from ordinary operations, laid out as blocks.

With stride `s`, each output pixel hangs on every `s`-th row and column of the
kernel only. The same numbers therefore come from `s * s` ordinary convolutions
with smaller kernels, or from one product with all weights whose parts are
moved and added.
"""

import functools
import operator

from keras import ops

from kerasgan.backend import networks

# Up to so many channels of images, one product with all weights is faster on
# processors than convolutions, which keep most of their lanes idle then.
FEW_CHANNELS = 4


def is_gradient_of(inputs, kernel, strides, padding):
    """Returns whether a convolution's gradient for images is such a sum.

    That is one of few channels, whose adjoint `conv_transpose` computes.

    Args:
        inputs: `(batch, height, width, channels)`.
        kernel: `(height, width, channels, filters)`.
        strides: Tuple of two integers.
        padding: `"same"` or `"valid"`.
    """
    stride = strides[0]
    return (
        kernel.shape[2] <= FEW_CHANNELS
        and padding == "same"
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
    stride = strides[0]
    if kernel.shape[2] <= FEW_CHANNELS:
        return _sum_parts(inputs, kernel, stride, pad)
    return _convolve(inputs, kernel, stride, conv, pad)


def _sum_parts(x, kernel, stride, pad):
    high, wide, filters, channels = kernel.shape
    # How many blocks of `stride x stride` pixels an input pixel reaches.
    down, right = (-(-size // stride) for size in (high, wide))
    missing = (0, down * stride - high), (0, right * stride - wide)
    if any(map(any, missing)):
        kernel = pad(kernel, (*missing, (0, 0), (0, 0)))
    kernel = ops.reshape(
        kernel, (down, stride, right, stride, filters, channels)
    )
    # (channels, block, block, row, column, filters)
    kernel = ops.transpose(kernel, (5, 0, 2, 1, 3, 4))
    _, height, width, _ = ops.shape(x)
    parts = ops.matmul(
        ops.reshape(x, (-1, channels)), ops.reshape(kernel, (channels, -1))
    )
    size = stride * stride * filters
    parts = ops.reshape(parts, (-1, height, width, down * right * size))
    sides = [(n - 1, n - 1) for n in (down, right)]
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
    blocks = functools.reduce(operator.add, moved)
    height, width = height + down - 1, width + right - 1
    maps = _laid_out(blocks, height, width, stride, filters)
    (top, bottom), (left, rest) = (
        ((side - stride) // 2, n * stride - side + -(-(side - stride) // 2))
        for n, side in ((down, high), (right, wide))
    )
    return maps[:, top : -bottom or None, left : -rest or None]


def _convolve(x, kernel, stride, conv, pad):
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
