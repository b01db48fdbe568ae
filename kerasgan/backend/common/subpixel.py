"""Transposed convolutions made of ordinary operations, in blocks of pixels.

With stride `s`, each output pixel depends on every `s`-th row and column of
the kernel only. The same values therefore come from `s * s` ordinary
convolutions with smaller kernels, from one that computes whole blocks of `s x
s` pixels, or from one product with all weights whose parts are shifted and
added. CPUs compute these faster; see each framework's `cpu_kernels.py`.

Reference:
    Shi et al., 2016, arXiv 1609.05158.
"""

import functools
import operator

import keras
from keras import ops

from kerasgan.backend.common import nn

# Up to so many channels of images, one product with all weights is faster on
# CPUs than convolutions, which keep most of their vector lanes idle then.
FEW_CHANNELS = 4
_MANY_FILTERS = 128

# Smaller feature maps are upscaled as fast before the convolution.
_FUSED_UPSCALE_FROM = 8


def is_adjoint(inputs, kernel, strides, padding):
    """Returns whether `conv_transpose` is a convolution's input gradient.

    Args:
        inputs: `(batch, height, width, channels)`.
        kernel: `(height, width, channels, filters)`.
        strides: Tuple of two integers.
        padding: `"same"` or `"valid"`.
    """
    return (
        padding == "same"
        and has_form(kernel, strides)
        and all(
            side and side % stride == 0
            for side, stride in zip(inputs.shape[1:-1], strides)
        )
    )


def has_form(kernel, strides):
    """Returns whether `conv_transpose` takes such a kernel and strides.

    Args:
        kernel: `(height, width, ...)`.
        strides: Tuple of two integers.
    """
    fits = all(s <= k for s, k in zip(strides, kernel.shape))
    is_square = kernel.ndim != 4 or strides[0] == strides[1]
    return fits and is_square and max(strides) > 1


def conv_transpose(inputs, kernel, strides, conv=nn.conv, pad=ops.pad):
    """Computes `nn.conv_transpose` of equal strides by other operations.

    Args:
        inputs: `(batch, height, width, channels)`, or of one or three sides.
        kernel: `(height, width, filters, channels)`, no side shorter than
            its stride.
        strides: Tuple of integers, one a side; of two sides the same.
        conv, pad: Functions like `nn.conv` and `keras.ops.pad`.
    """
    if kernel.ndim != 4:
        return _in_any_dimensions(inputs, kernel, strides, conv, pad)
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
    outputs = _depth_to_space(
        form(inputs, kernel, reach, conv, pad),
        height + down - 1,
        width + right - 1,
        stride,
        filters,
    )
    top, left = ((side - stride) // 2 for side in (high, wide))
    rows, columns = height * stride, width * stride
    return outputs[:, top : top + rows, left : left + columns]


def _in_any_dimensions(x, kernel, strides, conv, pad):
    """Computes blocks by one convolution, of one, two or three sides."""
    *sides, filters, channels = kernel.shape
    reach = [-(-k // s) for k, s in zip(sides, strides)]
    missing = [(0, r * s - k) for r, s, k in zip(reach, strides, sides)]
    kernel = pad(kernel, (*missing, (0, 0), (0, 0)))
    parts = [n for pair in zip(reach, strides) for n in pair]
    kernel = ops.reshape(kernel, (*parts, filters, channels))
    count = len(sides)
    taps = tuple(range(0, 2 * count, 2))
    # A convolution reads forwards: its first tap reaches furthest.
    kernel = ops.flip(kernel, axis=taps)
    phases = tuple(axis + 1 for axis in taps)
    kernel = ops.transpose(kernel, (*taps, 2 * count + 1, *phases, 2 * count))
    kernel = ops.reshape(kernel, (*reach, channels, -1))
    around = [(r - 1, r - 1) for r in reach]
    blocks = conv(
        pad(x, ((0, 0), *around, (0, 0))),
        kernel,
        (1,) * count,
        padding="valid",
    )
    sizes = ops.shape(x)[1:-1]
    wide = [n + r - 1 for n, r in zip(sizes, reach)]
    blocks = ops.reshape(blocks, (-1, *wide, *strides, filters))
    order = [n for i in range(count) for n in (1 + i, 1 + count + i)]
    blocks = ops.transpose(blocks, (0, *order, 1 + 2 * count))
    blocks = ops.reshape(
        blocks, (-1, *[n * s for n, s in zip(wide, strides)], filters)
    )
    cuts = [(k - s) // 2 for k, s in zip(sides, strides)]
    inside = [
        slice(cut, cut + n * s) for cut, n, s in zip(cuts, sizes, strides)
    ]
    return blocks[(slice(None), *inside)]


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
    """Computes blocks as one product with all weights, shifted and added."""
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
    shifted = [
        parts[
            :,
            down - 1 - i : -i or None,
            right - 1 - j : -j or None,
            (i * right + j) * size : (i * right + j + 1) * size,
        ]
        for i in range(down)
        for j in range(right)
    ]
    return functools.reduce(operator.add, shifted)


def _in_one(x, kernel, reach, conv, pad):
    """Computes blocks by one convolution, a filter for each of their pixels."""
    channels = kernel.shape[-1]
    # A convolution reads forwards: its first tap is the weight that reaches
    # furthest.
    kernel = ops.flip(kernel, axis=(0, 2))
    kernel = ops.transpose(kernel, (0, 2, 5, 1, 3, 4))
    kernel = ops.reshape(kernel, (*reach, channels, -1))
    sides = [(n - 1, n - 1) for n in reach]
    return conv(pad(x, ((0, 0), *sides, (0, 0))), kernel, padding="valid")


def _in_phases(x, kernel, stride, conv, pad):
    """Computes outputs by a convolution for each pixel of a block."""
    high, wide, filters, _ = kernel.shape
    rows, columns = (
        [_taps(phase, size, stride) for phase in range(stride)]
        for size in (high, wide)
    )
    phases = []
    for down, vertical in rows:
        for right, horizontal in columns:
            # A convolution reads forwards: the largest `t` is its first tap.
            taps = ops.flip(kernel[down, right], axis=(0, 1))
            padding = [(max(t), -min(t)) for t in (vertical, horizontal)]
            phases.append(
                conv(
                    pad(x, ((0, 0), *padding, (0, 0))),
                    ops.transpose(taps, (0, 1, 3, 2)),
                    padding="valid",
                )
            )
    _, height, width, _ = ops.shape(x)
    blocks = ops.stack(phases, axis=3)
    return _depth_to_space(blocks, height, width, stride, filters)


def _taps(phase, kernel_size, stride):
    """Returns the weights of a phase of the output, and their offsets.

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


def _depth_to_space(blocks, height, width, stride, filters):
    """Lays blocks of `stride x stride` pixels, each in the channels, out."""
    x = ops.reshape(blocks, (-1, height, width, stride, stride, filters))
    x = ops.transpose(x, (0, 1, 3, 2, 4, 5))
    return ops.reshape(x, (-1, height * stride, width * stride, filters))


def upscale_conv(inputs, kernel, bias, conv, conv_transpose):
    """Computes a convolution of upscaled feature maps, fused where faster.

    The same values come from a transposed convolution of stride 2 whose kernel
    is the sum of the mirrored one at four places a pixel apart: 16 products a
    pixel instead of 36 for a kernel of 3 x 3. That takes an odd kernel, and is
    used in float32 for sides of at least 8 pixels.

    Args:
        inputs: `(batch, height, width, channels)`.
        kernel: `(size, size, channels, filters)`.
        bias: `(filters,)` or `None`.
        conv, conv_transpose: The functions of a framework's `cpu_kernels`.
    """
    sides = inputs.shape[1:3]
    is_fusible = (
        kernel.shape[0] == kernel.shape[1]
        and kernel.shape[0] % 2 == 1
        and keras.backend.standardize_dtype(inputs.dtype) == "float32"
        and all(side and side >= _FUSED_UPSCALE_FROM for side in sides)
    )
    if not is_fusible:
        return conv(nn.upscale(inputs), kernel, bias=bias)
    # Input pixel `i` is repeated at `2 i` and `2 i + 1`, so it adds the sum of
    # two neighbouring weights of each axis, in mirrored order, to an output.
    kernel = ops.flip(kernel, axis=(0, 1))
    for axis in (0, 1):
        ahead, behind = ([(0, 0)] * 4 for _ in "12")
        ahead[axis], behind[axis] = (0, 1), (1, 0)
        kernel = ops.pad(kernel, ahead) + ops.pad(kernel, behind)
    kernel = ops.transpose(kernel, (0, 1, 3, 2))
    return conv_transpose(inputs, kernel, (2, 2), bias, True, "auto")
