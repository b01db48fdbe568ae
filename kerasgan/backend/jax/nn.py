"""Networks and convolutions on JAX."""

import contextlib

import jax
import keras

from kerasgan.backend.common import nn
from kerasgan.backend.common.cpu_switch import CPU_KERNELS
from kerasgan.backend.common.fast_forward import call
from kerasgan.backend.common.fast_forward import native_convolutions
from kerasgan.backend.common.nn import upscale
from kerasgan.backend.common.stock_layers import replaced
from kerasgan.backend.jax import convolutions
from kerasgan.backend.jax import cpu_kernels
from kerasgan.backend.jax.convolutions import average_pool

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
    kernel = nn.centred_kernel(kernel)
    return conv_transpose(inputs, kernel, (2, 2), bias, training, subpixel)


def upscale_conv(inputs, kernel, bias=None):
    """See `kerasgan.backend.common.contract.upscale_conv`."""
    if _on_cpu(inputs):
        return cpu_kernels.upscale_conv(inputs, kernel, bias)
    return convolutions.conv(upscale(inputs), kernel, bias=bias)


def instance_normalization(inputs, epsilon, scale=None, offset=None):
    """See `kerasgan.backend.common.contract.instance_normalization`."""
    return nn.instance_normalization(inputs, epsilon, scale, offset)


def reflection_pad(inputs, padding):
    """See `kerasgan.backend.common.contract.reflection_pad`."""
    return nn.reflection_pad(inputs, padding)


def call_network(network, inputs, training=None):
    """See `kerasgan.backend.common.contract.call_network`."""
    # Compiled once, a step does not wait for Keras' checks of each call.
    if not _on_cpu(inputs):
        return network(inputs, training=training)
    return call(network, inputs, training, _is_plain, _NATIVE)


def stock_layers():
    """Returns the context of a step, in which stock layers are fast too."""
    if not _on_cpu(None):
        return contextlib.nullcontext()
    return replaced(_NATIVE, _is_plain)


def set_memory_format(variables):
    """See `kerasgan.backend.common.contract.set_memory_format`."""


def _on_cpu(inputs):
    """Returns whether the device is a CPU and CPU kernels are switched on."""
    return jax.default_backend() == "cpu" and CPU_KERNELS.is_on


def _is_plain(x):
    """Whether a tensor has numbers, and no mask or other precision."""
    return (
        isinstance(x, jax.Array)
        and x.dtype in ("float32", "int32", "int64")
        and getattr(x, "_keras_mask", None) is None
    )


_NATIVE = {
    **native_convolutions(conv, conv_transpose, sides=(1, 2, 3)),
    keras.layers.BatchNormalization: cpu_kernels.NATIVE_NORMALIZATION,
    keras.layers.DepthwiseConv2D: cpu_kernels.NATIVE_DEPTHWISE,
    keras.layers.SeparableConv2D: cpu_kernels.NATIVE_SEPARABLE,
}
