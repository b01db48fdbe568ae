"""Convolutions of PyTorch itself, on any device.

Around each convolution Keras copies feature maps whose channels are last to
channels first and back. Here they are views: the channels stay last in memory.
"""

import keras
import torch
from torch.nn import functional

from kerasgan.backend.common.fast_forward import margins


def conv(inputs, kernel, strides=(1, 1), padding="same", bias=None):
    """See `kerasgan.backend.common.contract.conv`.

    The bias is added in one pass with the convolution, and so is its gradient.
    """
    inputs, kernel, bias = channels_first(inputs, kernel, bias)
    sides = conv_sides(inputs, kernel, strides, padding)
    return channels_last(padded_conv(inputs, kernel, strides, sides, bias))


def conv_transpose(inputs, kernel, strides, bias=None):
    """See `kerasgan.backend.common.contract.conv_transpose`."""
    inputs, kernel, bias = channels_first(inputs, kernel, bias)
    sides = transpose_sides(inputs, kernel, strides)
    outputs = cut_conv_transpose(inputs, kernel, strides, sides, bias)
    return channels_last(outputs)


def average_pool(inputs, size):
    """See `kerasgan.backend.common.contract.average_pool`."""
    outputs = functional.avg_pool2d(inputs.permute(0, 3, 1, 2), size)
    return channels_last(outputs)


def channels_first(inputs, kernel, bias):
    """Returns views as PyTorch's functions take them, and the bias.

    Args:
        inputs: `(batch, height, width, channels)`.
        kernel: `(height, width, a, b)`, a tensor or a variable.
        bias: `(filters,)` or `None`.

    Returns:
        `(batch, channels, height, width)`, `(b, a, height, width)`, and the
        bias as a tensor.
    """
    kernel = tensor_of(kernel).permute(3, 2, 0, 1)
    return inputs.permute(0, 3, 1, 2), kernel, tensor_of(bias)


def tensor_of(x):
    """Returns a tensor of a tensor, variable or array, and `None` of `None`.

    `keras.ops.convert_to_tensor` takes longer than many an operation.
    """
    if x is None or isinstance(x, torch.Tensor):
        return x
    if isinstance(x, keras.Variable):
        return x.value
    return keras.ops.convert_to_tensor(x)


def channels_last(x):
    """Returns `(batch, channels, height, width)` with the channels last."""
    return x.permute(0, 2, 3, 1)


def conv_sides(inputs, kernel, strides, padding):
    """Returns the zeros before and behind, for the height and the width."""
    if padding == "valid":
        return [(0, 0), (0, 0)]
    sizes = zip(inputs.shape[2:], kernel.shape[2:], strides)
    return [margins(*size) for size in sizes]


def transpose_sides(inputs, kernel, strides):
    """Returns the rows to cut before and behind, for height and width.

    They are the zeros that the convolution would add that is transposed.
    """
    sizes = [n * s for n, s in zip(inputs.shape[2:], strides)]
    return [margins(*size) for size in zip(sizes, kernel.shape[2:], strides)]


def padded_conv(inputs, kernel, strides, sides, bias):
    """Computes a convolution of views with zeros at their sides.

    PyTorch adds as many zeros behind as before, so more behind are added by a
    copy, and so are all where a step would reach those that are too many.
    """
    (top, bottom), (left, right) = sides
    more = (0, max(right - left, 0), 0, max(bottom - top, 0))
    measures = zip(inputs.shape[2:], kernel.shape[2:], strides, sides)
    if not all(map(_can_end_even, *zip(*measures))):
        inputs = functional.pad(inputs, (left, right, top, bottom))
        top = left = 0
    elif any(more):
        inputs = functional.pad(inputs, more)
    return functional.conv2d(
        inputs, kernel, bias, stride=strides, padding=(top, left)
    )


def _can_end_even(size, kernel_size, stride, sides):
    """Whether as many zeros behind as before give no further step."""
    before, behind = sides
    excess = max(before - behind, 0)
    return (size + before + behind - kernel_size) % stride + excess < stride


def cut_conv_transpose(inputs, kernel, strides, sides, bias):
    """Computes a transposed convolution of views, and cuts its sides."""
    height, width = (n * s for n, s in zip(inputs.shape[2:], strides))
    outputs = functional.conv_transpose2d(
        inputs,
        kernel,
        bias,
        stride=strides,
        padding=[before for before, _ in sides],
        output_padding=[max(before - behind, 0) for before, behind in sides],
    )
    return outputs[:, :, :height, :width]
