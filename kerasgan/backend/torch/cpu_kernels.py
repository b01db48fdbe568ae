"""Kernels for the speed of PyTorch on CPUs; on other devices nothing here runs.

* Convolutions to or from at most four channels, as images have them: oneDNN's
  kernels for the input gradient of the former, and for the latter transposed,
  are slow. Both are one matrix product here; see `common/subpixel.py`.
* Strided convolutions whose padding is uneven are mirrored.
* Adam's update is one pass over the weights instead of a dozen.
"""

import contextlib
import functools

import keras
import torch
from torch.nn import functional
from torch.optim.adam import adam

from kerasgan.backend.common import subpixel
from kerasgan.backend.common.fast_forward import margins
from kerasgan.backend.torch import convolutions

# So many steps after the first, Adam's corrections of its bias are 1.
_NO_BIAS = torch.tensor(1e12)


def conv(inputs, kernel, strides=(1, 1), padding="same", bias=None):
    """Computes `contract.conv`; few channels have a cheap input gradient."""
    if (
        inputs.requires_grad
        and inputs.dtype == torch.float32
        and kernel.shape[2] <= subpixel.FEW_CHANNELS
        and subpixel.is_adjoint(inputs, kernel, strides, padding)
    ):
        kernel, bias = map(convolutions.tensor_of, (kernel, bias))
        return _ThinConv.apply(inputs, kernel, bias, strides)
    return _mirrored_conv(inputs, kernel, strides, padding, bias)


def conv_transpose(inputs, kernel, strides, bias, training, as_subpixel):
    """Computes `contract.conv_transpose` in the faster form for `"auto"`.

    The sub-pixel form is so for at most four filters, in training or not.
    """
    if as_subpixel == "auto":
        as_subpixel = (
            kernel.shape[2] <= subpixel.FEW_CHANNELS
            and inputs.dtype == torch.float32
            and subpixel.has_form(kernel, strides)
        )
    if as_subpixel:
        return subpixel_conv_transpose(inputs, kernel, strides, bias)
    inputs, kernel, bias = convolutions.channels_first(inputs, kernel, bias)
    sides = convolutions.transpose_sides(inputs, kernel, strides)
    axes, sides = _mirrored_sides(sides, strides)
    outputs = convolutions.cut_conv_transpose(
        _mirror(inputs, axes), _mirror(kernel, axes), strides, sides, bias
    )
    return convolutions.channels_last(_mirror(outputs, axes))


def upscale_conv(inputs, kernel, bias):
    """Computes `contract.upscale_conv`, fused where that is faster."""
    return subpixel.upscale_conv(inputs, kernel, bias, conv, conv_transpose)


def subpixel_conv_transpose(inputs, kernel, strides, bias=None):
    """Computes `contract.conv_transpose` as a sub-pixel convolution.

    Its gradients are convolutions with the same kernel.
    """
    compute = _SubpixelConvTranspose.apply
    if not torch.is_grad_enabled():
        compute = _subpixel
    outputs = compute(inputs, convolutions.tensor_of(kernel), strides)
    return outputs if bias is None else outputs + convolutions.tensor_of(bias)


def _subpixel(inputs, kernel, strides):
    return subpixel.conv_transpose(inputs, kernel, strides, conv, _pad)


def _pad(x, sides):
    # `keras.ops.pad` takes longer than the function that it calls.
    return functional.pad(x, [n for side in sides[::-1] for n in side])


class _SubpixelConvTranspose(torch.autograd.Function):
    """Transposed convolution with the gradients of the stock form."""

    @staticmethod
    def forward(context, inputs, kernel, strides):
        context.strides = strides
        context.save_for_backward(inputs, kernel)
        return _subpixel(inputs, kernel, strides)

    @staticmethod
    def backward(context, cotangent):
        inputs, kernel = context.saved_tensors
        return (
            conv(cotangent, kernel, context.strides),
            _kernel_gradient(cotangent, kernel, inputs, context.strides),
            None,
        )


class _ThinConv(torch.autograd.Function):
    """Convolution of at most four channels with a cheap input gradient."""

    @staticmethod
    def forward(context, inputs, kernel, bias, strides):
        context.strides, context.has_bias = strides, bias is not None
        context.save_for_backward(inputs, kernel)
        return _mirrored_conv(inputs, kernel, strides, "same", bias)

    @staticmethod
    def backward(context, cotangent):
        inputs, kernel = context.saved_tensors
        strides = context.strides
        of_bias = cotangent.sum((0, 1, 2)) if context.has_bias else None
        return (
            subpixel_conv_transpose(cotangent, kernel, strides),
            _kernel_gradient(inputs, kernel, cotangent, strides),
            of_bias,
            None,
        )


def _kernel_gradient(images, kernel, cotangent, strides):
    """Returns the gradient of `conv(images, kernel, strides)` for the kernel.

    Zeros are added to images here: of few channels, that costs little.
    """
    images, kernel, _ = convolutions.channels_first(images, kernel, None)
    sizes = zip(images.shape[2:], kernel.shape[2:], strides)
    (top, bottom), (left, right) = (margins(*size) for size in sizes)
    images = functional.pad(images, (left, right, top, bottom))
    gradient = torch.nn.grad.conv2d_weight(
        images, kernel.shape, cotangent.permute(0, 3, 1, 2), stride=strides
    )
    return gradient.permute(2, 3, 1, 0)


def _mirrored_conv(inputs, kernel, strides, padding, bias):
    inputs, kernel, bias = convolutions.channels_first(inputs, kernel, bias)
    sides = convolutions.conv_sides(inputs, kernel, strides, padding)
    axes, sides = _mirrored_sides(sides, strides)
    outputs = convolutions.padded_conv(
        _mirror(inputs, axes), _mirror(kernel, axes), strides, sides, bias
    )
    return convolutions.channels_last(_mirror(outputs, axes))


def _mirrored_sides(sides, strides):
    """Returns the axes to mirror a convolution in, and its sides then.

    PyTorch pads and cuts as much behind as before. Less behind it can do: a
    row of zeros that no step reaches does not count, and `output_padding`
    cuts less. More behind, as Keras has it where the sum is odd, would need a
    copy with zeros, or a larger result to cut: both are slower than to mirror.

    Args:
        sides: For height and width, zeros or cuts before and behind.
        strides: Tuple of two integers.
    """
    uneven = [
        behind > before and stride > 1
        for (before, behind), stride in zip(sides, strides)
    ]
    axes = [axis for axis, mirror in zip((2, 3), uneven) if mirror]
    sides = [
        side[::-1] if mirror else side for side, mirror in zip(sides, uneven)
    ]
    return axes, sides


def _mirror(x, axes):
    return x.flip(axes) if axes else x


@contextlib.contextmanager
def fused_updates(optimizer):
    """A context in which Adam reads and writes its moments once a step.

    Keras computes the same formula from elementary operations, each of which
    passes over all weights. Clipping, decay, accumulation and constraints,
    around that formula, stay Keras' own.

    Args:
        optimizer: Keras optimizer, not a wrapper. Others than Adam are left
            as they are.
    """
    kinds = (keras.optimizers.Adam, keras.optimizers.AdamW)
    # A user's subclass has an update of its own.
    is_fusible = (
        isinstance(optimizer, kinds)
        and hasattr(type(optimizer), "_parallel_update_step")
        and not optimizer.amsgrad
    )
    if not is_fusible:
        yield
        return
    optimizer._parallel_update_step = functools.partial(_update, optimizer)
    try:
        yield
    finally:
        del optimizer._parallel_update_step


def _update(optimizer, gradients, variables, learning_rate):
    values = [variable.value for variable in variables]
    if not all(_is_plain(value) for value in values):
        own = type(optimizer)._parallel_update_step
        own(optimizer, gradients, variables, learning_rate)
        return
    places = [optimizer._get_variable_index(v) for v in variables]
    gradients = [_laid_out_as(v, g) for v, g in zip(values, gradients)]
    means = [optimizer._momentums[at].value for at in places]
    squares = [optimizer._velocities[at].value for at in places]
    # PyTorch copies tensors that are not in the order of their shape.
    views = zip(*map(_in_order, values, gradients, means, squares))
    step = keras.ops.cast(optimizer.iterations + 1, "float32")
    # Keras' formula has both corrections of the bias in the learning rate, so
    # PyTorch gets a count of steps for which its own corrections are 1. The
    # rate is a tensor, which is never read back from the device.
    rate = learning_rate * torch.sqrt(1.0 - optimizer.beta_2**step)
    rate = rate / (1.0 - optimizer.beta_1**step)
    adam(
        *map(list, views),
        [],
        [_NO_BIAS] * len(values),
        fused=True,
        amsgrad=False,
        beta1=optimizer.beta_1,
        beta2=optimizer.beta_2,
        lr=keras.ops.convert_to_tensor(rate),
        weight_decay=0.0,
        eps=optimizer.epsilon,
        maximize=False,
    )


def _is_plain(value):
    return value.dtype == torch.float32 and value.device.type == "cpu"


def _laid_out_as(value, gradient):
    """Returns a gradient in the order of its weight in memory."""
    if gradient.stride() == value.stride():
        return gradient
    return torch.empty_like(value).copy_(gradient)


def _in_order(*tensors):
    """Returns views of tensors, as the first one lies in memory."""
    if tensors[0].is_contiguous():
        return tensors
    strides = tensors[0].stride()
    axes = sorted(range(len(strides)), key=lambda axis: -strides[axis])
    return [tensor.permute(axes) for tensor in tensors]
