"""Networks and convolutions on TensorFlow.

Keras normalizes a batch by elementary operations, each of which passes over
all feature maps, forward and backward. Besides, TensorFlow's variance, which
it uses, has the right gradient, but the gradient of that gradient, by which R1
and other penalties train, lacks a term. All gradients
of the fused operation that is used here are right.
"""

import keras
import tensorflow as tf

from kerasgan.backend.common import nn
from kerasgan.backend.common.cpu_switch import CPU_KERNELS
from kerasgan.backend.common.fast_forward import fits
from kerasgan.backend.common.fast_forward import graph_of
from kerasgan.backend.common.fast_forward import is_plain_normalization
from kerasgan.backend.common.fast_forward import keep_statistics
from kerasgan.backend.common.fast_forward import native_convolutions
from kerasgan.backend.common.fast_forward import run
from kerasgan.backend.common.nn import upscale
from kerasgan.backend.tensorflow import convolutions
from kerasgan.backend.tensorflow import cpu_kernels
from kerasgan.backend.tensorflow.convolutions import average_pool

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
    return tf.pad(inputs, [(0, 0), *padding, (0, 0)], "REFLECT")


def call_network(network, inputs, training=None):
    """See `kerasgan.backend.common.contract.call_network`."""
    graph = graph_of(network) if training else None
    if graph is None or not fits(graph, inputs, _is_plain):
        return network(inputs, training=training)
    return run(graph, inputs, training, _NATIVE)


def set_memory_format(variables):
    """See `kerasgan.backend.common.contract.set_memory_format`."""


def _on_cpu(inputs):
    """Returns whether no GPU is there and CPU kernels are switched on."""
    return CPU_KERNELS.is_on and not tf.config.list_logical_devices("GPU")


def _is_plain(x):
    """Whether a tensor has numbers, and no mask or other precision."""
    return (
        isinstance(x, tf.Tensor)
        and x.dtype in (tf.float32, tf.int32, tf.int64)
        and getattr(x, "_keras_mask", None) is None
    )


def _is_fusible(layer):
    return (
        is_plain_normalization(layer)
        and layer.trainable
        and layer.scale
        and layer.center
    )


def _batch_normalization(layer, inputs, training):
    flat = inputs.shape.rank == 2
    x = inputs[:, tf.newaxis, tf.newaxis, :] if flat else inputs
    x, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
        x=x,
        scale=layer.gamma.value,
        offset=layer.beta.value,
        mean=[],
        variance=[],
        epsilon=layer.epsilon,
    )
    # The operation returns the unbiased variance, Keras keeps the other.
    count = tf.cast(tf.size(inputs) // inputs.shape[-1], tf.float32)
    variance *= (count - 1.0) / count
    keep_statistics(layer, mean, variance)
    return x[:, 0, 0, :] if flat else x


_NATIVE = {
    **native_convolutions(conv, conv_transpose),
    keras.layers.BatchNormalization: (_is_fusible, _batch_normalization),
}
