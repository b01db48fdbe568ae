"""Networks and convolutions on PyTorch, as fast as hand-written modules.

Around each convolution Keras copies feature maps whose channels are last to
channels first and back; it normalizes batches by elementary operations; and
each call of each layer passes many checks. Known layers are computed without
that here.
"""

import keras
import torch
from torch.nn import functional

from kerasgan.backend.common import nn
from kerasgan.backend.common.cpu_switch import CPU_KERNELS
from kerasgan.backend.common.fast_forward import activated
from kerasgan.backend.common.fast_forward import call
from kerasgan.backend.common.fast_forward import is_padded_convolution
from kerasgan.backend.common.fast_forward import is_plain_normalization
from kerasgan.backend.common.fast_forward import native_convolutions
from kerasgan.backend.common.nn import centred_kernel
from kerasgan.backend.common.nn import upscale
from kerasgan.backend.common.subpixel import FEW_CHANNELS
from kerasgan.backend.torch import convolutions
from kerasgan.backend.torch import cpu_kernels
from kerasgan.backend.torch.convolutions import average_pool

__all__ = [
    "average_pool",
    "call_network",
    "centred_conv_transpose",
    "conv",
    "conv_transpose",
    "instance_normalization",
    "reflection_pad",
    "set_memory_format",
    "upscale_conv",
]


def conv(inputs, kernel, strides=(1, 1), padding="same", bias=None):
    """See `kerasgan.backend.common.contract.conv`."""
    if _on_cpu(inputs):
        return cpu_kernels.conv(inputs, kernel, strides, padding, bias)
    return convolutions.conv(inputs, kernel, strides, padding, bias)


def conv_transpose(
    inputs, kernel, strides, bias=None, training=False, subpixel="auto"
):
    """See `kerasgan.backend.common.contract.conv_transpose`."""
    if _on_cpu(inputs) or subpixel is True:
        return cpu_kernels.conv_transpose(
            inputs, kernel, strides, bias, training, subpixel
        )
    return convolutions.conv_transpose(inputs, kernel, strides, bias)


def centred_conv_transpose(
    inputs, kernel, bias=None, training=False, subpixel="auto"
):
    """See `kerasgan.backend.common.contract.centred_conv_transpose`."""
    has_few = kernel.shape[2] <= FEW_CHANNELS and _on_cpu(inputs)
    if subpixel is True or (subpixel == "auto" and has_few):
        kernel = centred_kernel(kernel)
        return conv_transpose(inputs, kernel, (2, 2), bias, training, subpixel)
    inputs, kernel, bias = convolutions.channels_first(inputs, kernel, bias)
    outputs = functional.conv_transpose2d(
        inputs, kernel, bias, stride=2, padding=1, output_padding=1
    )
    return convolutions.channels_last(outputs)


def upscale_conv(inputs, kernel, bias=None):
    """See `kerasgan.backend.common.contract.upscale_conv`."""
    if _on_cpu(inputs):
        return cpu_kernels.upscale_conv(inputs, kernel, bias)
    return convolutions.conv(upscale(inputs), kernel, bias=bias)


def instance_normalization(inputs, epsilon, scale=None, offset=None):
    """See `kerasgan.backend.common.contract.instance_normalization`."""
    scale, offset = map(convolutions.tensor_of, (scale, offset))
    outputs, normalized, _ = _InstanceNormalization.apply(
        inputs, epsilon, scale, offset
    )
    return normalized if outputs is None else outputs


def reflection_pad(inputs, padding):
    """See `kerasgan.backend.common.contract.reflection_pad`."""
    is_random = (
        inputs.device.type != "cpu"
        and torch.are_deterministic_algorithms_enabled()
    )
    if is_random or not inputs.is_floating_point():
        # GPUs add up the gradient in any order.
        return nn.reflection_pad(inputs, padding)
    (top, bottom), (left, right) = padding
    outputs = functional.pad(
        inputs.permute(0, 3, 1, 2), (left, right, top, bottom), mode="reflect"
    )
    return convolutions.channels_last(outputs)


def call_network(network, inputs, training=None):
    """See `kerasgan.backend.common.contract.call_network`."""
    return call(network, inputs, training, _is_plain, _NATIVE, _JOINT)


def set_memory_format(variables):
    """See `kerasgan.backend.common.contract.set_memory_format`.

    In memory the filters come first and the channels last. Otherwise each call
    copies the kernel and each update copies its gradient. Optimizers'
    variables of these shapes have to be alike. Of a single filter the channels
    come first too: PyTorch cannot differentiate its convolution in half
    precision otherwise.
    """
    for variable in variables:
        value = variable.value
        if value.ndim == 4 and value.shape[3] == 1:
            in_order = value.data.permute(3, 2, 0, 1).contiguous()
            value.data = in_order.permute(2, 3, 1, 0)
        elif value.ndim == 4:
            in_order = value.data.permute(3, 0, 1, 2).contiguous()
            value.data = in_order.permute(1, 2, 3, 0)


def _on_cpu(inputs):
    """Returns whether a tensor is on a CPU and CPU kernels are switched on."""
    return inputs.device.type == "cpu" and CPU_KERNELS.is_on


def _is_plain(x):
    """Whether a tensor has numbers, and no mask or other precision."""
    return (
        isinstance(x, torch.Tensor)
        and x.dtype in (torch.float32, torch.int32, torch.int64)
        and x.device.type != "meta"
        and getattr(x, "_keras_mask", None) is None
    )


class _InstanceNormalization(torch.autograd.Function):
    """Instance normalization whose gradient takes a few passes over the maps.

    That of the elementary operations takes more. PyTorch's own
    operations lose what is left after a mean far from 0. The normalized maps
    and the factors are outputs too, so that the gradient can be
    differentiated.
    """

    # A `setup_context` of its own would have PyTorch inspect the signature at
    # each call.
    @staticmethod
    def forward(context, inputs, epsilon, scale, offset):
        axes = tuple(range(1, inputs.ndim - 1))
        x = inputs - inputs.mean(axes, keepdim=True)
        variance = x.square().mean(axes, keepdim=True)
        factors = variance.add_(epsilon).rsqrt_()
        x.mul_(factors)
        outputs = None
        if scale is not None and offset is not None:
            outputs = torch.addcmul(offset, x, scale)
        elif scale is not None:
            outputs = x * scale
        elif offset is not None:
            outputs = x + offset
        context.has_offset = offset is not None
        context.save_for_backward(x, factors, scale)
        context.set_materialize_grads(False)
        return outputs, x, factors

    @staticmethod
    def backward(context, of_outputs, of_x, of_factors):
        x, factors, scale = context.saved_tensors
        axes = tuple(range(1, x.ndim - 1))
        of_scale = of_offset = None
        gradient = 0.0
        if of_outputs is not None:
            share = (of_outputs * x).mean(axes, keepdim=True)
            mean = of_outputs.mean(axes, keepdim=True)
            both = factors
            places = x[:1, ..., :1].numel()
            if scale is not None:
                both = factors * scale
                of_scale = places * share.flatten(0, -2).sum(0)
            if context.has_offset:
                of_offset = places * mean.flatten(0, -2).sum(0)
            gradient = _centred(of_outputs, x, mean, share, both)
        if of_x is not None:
            share = (of_x * x).mean(axes, keepdim=True)
            mean = of_x.mean(axes, keepdim=True)
            gradient = gradient + _centred(of_x, x, mean, share, factors)
        if of_factors is not None:
            places = x[:1, ..., :1].numel()
            gradient = gradient - x * (of_factors * factors**2 / places)
        return gradient, None, of_scale, of_offset


def _centred(cotangent, x, mean, share, factors):
    """Returns `(cotangent - mean - x * share) * factors` in two passes."""
    gradient = torch.addcmul(-mean * factors, cotangent, factors)
    return gradient.addcmul_(x, share * factors, value=-1)


def _batch_normalization(layer, inputs, training):
    x = inputs.permute(0, 3, 1, 2) if inputs.ndim == 4 else inputs
    scale = layer.gamma.value if layer.scale else None
    offset = layer.beta.value if layer.center else None
    moving = [layer.moving_mean, layer.moving_variance]
    if training and layer.trainable:
        x, mean, inverse = torch.native_batch_norm(
            x, scale, offset, None, None, True, 0.0, layer.epsilon
        )
        variance = inverse.detach().pow(-2) - layer.epsilon
        for variable, value in zip(moving, (mean.detach(), variance)):
            share = 1.0 - layer.momentum
            variable.assign(torch.lerp(variable.value, value, share))
    else:
        mean, variance = (variable.value for variable in moving)
        x = functional.batch_norm(
            x, mean, variance, scale, offset, eps=layer.epsilon
        )
    return x.permute(0, 2, 3, 1) if inputs.ndim == 4 else x


def _is_plain_dense(layer):
    return not layer.lora_enabled and layer.quantization_mode is None


def _dense(layer, inputs, training):
    outputs = torch.matmul(inputs, layer.kernel.value)
    if layer.use_bias:
        outputs = outputs + layer.bias.value
    return activated(layer, outputs)


def _is_plain_pooling(layer):
    return (
        layer.data_format == "channels_last"
        and layer.padding == "valid"
        and len({*layer.pool_size, *layer.strides}) == 1
    )


def _average_pooling(layer, inputs, training):
    return average_pool(inputs, layer.pool_size[0])


def _is_plain_relu(layer):
    return layer.max_value is None and not layer.threshold


def _leaky_relu(layer, inputs, training):
    slope = float(layer.negative_slope)
    return functional.leaky_relu(inputs, slope) if slope else inputs.relu()


def _padded_convolution(padding, layer, inputs, training):
    """Computes a convolution whose own zeros are those of the layer before."""
    bias = layer.bias if layer.use_bias else None
    inputs, kernel, bias = convolutions.channels_first(
        inputs, layer.kernel, bias
    )
    outputs = convolutions.padded_conv(
        inputs, kernel, layer.strides, padding.padding, bias
    )
    return activated(layer, convolutions.channels_last(outputs))


_JOINT = {
    (keras.layers.ZeroPadding2D, keras.layers.Conv2D): (
        is_padded_convolution,
        _padded_convolution,
    )
}
_NATIVE = {
    keras.layers.AveragePooling2D: (_is_plain_pooling, _average_pooling),
    keras.layers.LeakyReLU: (lambda layer: True, _leaky_relu),
    keras.layers.ReLU: (_is_plain_relu, _leaky_relu),
    keras.layers.Dense: (_is_plain_dense, _dense),
    **native_convolutions(conv, conv_transpose),
    keras.layers.BatchNormalization: (
        is_plain_normalization,
        _batch_normalization,
    ),
}
