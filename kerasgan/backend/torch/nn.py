"""Networks and convolutions on PyTorch, as fast as hand-written modules.

Around each convolution Keras copies feature maps whose channels are last to
channels first and back; it normalizes batches by elementary operations; and
each call of each layer passes many checks. Known layers are computed without
that here.
"""

import keras
import torch
from torch.nn import functional

from kerasgan.backend.common.cpu_switch import CPU_KERNELS
from kerasgan.backend.common.fast_forward import activated
from kerasgan.backend.common.fast_forward import call
from kerasgan.backend.common.fast_forward import is_plain_normalization
from kerasgan.backend.common.fast_forward import native_convolutions
from kerasgan.backend.common.nn import upscale
from kerasgan.backend.torch import convolutions
from kerasgan.backend.torch import cpu_kernels
from kerasgan.backend.torch.convolutions import average_pool

__all__ = [
    "average_pool",
    "call_network",
    "conv",
    "conv_transpose",
    "instance_normalization",
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


def upscale_conv(inputs, kernel, bias=None):
    """See `kerasgan.backend.common.contract.upscale_conv`."""
    if _on_cpu(inputs):
        return cpu_kernels.upscale_conv(inputs, kernel, bias)
    return convolutions.conv(upscale(inputs), kernel, bias=bias)


def instance_normalization(inputs, epsilon, scale=None):
    """See `kerasgan.backend.common.contract.instance_normalization`."""
    outputs, _ = _InstanceNormalization.apply(inputs, epsilon)
    return outputs if scale is None else outputs * scale


def call_network(network, inputs, training=None):
    """See `kerasgan.backend.common.contract.call_network`."""
    return call(network, inputs, training, _is_plain, _NATIVE)


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
    operations lose what is left after a mean far from 0. The factors are
    outputs too, so that the gradient can be differentiated.
    """

    @staticmethod
    def forward(inputs, epsilon):
        axes = tuple(range(1, inputs.ndim - 1))
        x = inputs - inputs.mean(axes, keepdim=True)
        variance = x.square().mean(axes, keepdim=True)
        factors = torch.rsqrt(variance + epsilon)
        return x.mul_(factors), factors

    @staticmethod
    def setup_context(context, inputs, output):
        context.save_for_backward(*output)
        context.set_materialize_grads(False)

    @staticmethod
    def backward(context, cotangent, of_factors):
        x, factors = context.saved_tensors
        axes = tuple(range(1, x.ndim - 1))
        gradient = 0.0
        if cotangent is not None:
            share = (cotangent * x).mean(axes, keepdim=True)
            gradient = cotangent - cotangent.mean(axes, keepdim=True)
            gradient = torch.addcmul(gradient, x, share, value=-1) * factors
        if of_factors is not None:
            places = x[:1, ..., :1].numel()
            gradient = gradient - x * (of_factors * factors**2 / places)
        return gradient, None


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


_NATIVE = {
    keras.layers.AveragePooling2D: (_is_plain_pooling, _average_pooling),
    keras.layers.Dense: (_is_plain_dense, _dense),
    **native_convolutions(conv, conv_transpose),
    keras.layers.BatchNormalization: (
        is_plain_normalization,
        _batch_normalization,
    ),
}
