"""Networks on TensorFlow, whose batches are normalised by one operation.

Keras normalises a batch by elementary operations, each of which passes over
all maps, forward and backward. Besides, TensorFlow's variance, which it uses,
has the right gradient, but the gradient of that gradient, by which R1 and
other penalties train, lacks a term. That of the one operation is right.

Images have few channels, and what leads back to them from maps of many is slow
on processors: the last transposed convolution of a generator, and the gradient
of the first convolution of a discriminator. Both are sums of one product.
"""

import keras
import tensorflow as tf

from kerasgan.backend.common import nn as networks
from kerasgan.backend.common import subpixel
from kerasgan.backend.common.known_networks import fits
from kerasgan.backend.common.known_networks import graph_of
from kerasgan.backend.common.known_networks import is_plain_normalization
from kerasgan.backend.common.known_networks import keep_statistics
from kerasgan.backend.common.known_networks import native_convolutions
from kerasgan.backend.common.known_networks import run


def call_network(network, inputs, training):
    """See `kerasgan.backend.common.nn.call_network`."""
    graph = graph_of(network) if training else None
    if graph is None or not fits(graph, inputs, _is_plain):
        return network(inputs, training=training)
    return run(graph, inputs, training, _NATIVE)


def conv(inputs, kernel, strides=(1, 1), padding="same", bias=None):
    """See `kerasgan.backend.common.nn.conv`."""
    kernel = tf.convert_to_tensor(kernel)
    is_thin = (
        inputs.dtype == kernel.dtype == tf.float32
        and is_on_processor(inputs)
        and kernel.shape[2] <= subpixel.FEW_CHANNELS
        and subpixel.is_adjoint(inputs, kernel, strides, padding)
    )
    if is_thin:
        maps = _conv(inputs, kernel, strides)
    else:
        maps = networks.conv(inputs, kernel, strides, padding)
    return _with_bias(maps, bias)


def conv_transpose(inputs, kernel, strides, bias=None):
    """See `kerasgan.backend.common.nn.conv_transpose`."""
    maps = networks.conv_transpose(inputs, kernel, strides)
    return _with_bias(maps, bias)


def _with_bias(maps, bias):
    # Its gradient comes in one pass with the kernel's; that of `+` does not.
    return maps if bias is None else tf.nn.bias_add(maps, bias)


def prefers_subpixel(inputs, kernel, training):
    """See `kerasgan.backend.jax.nn.prefers_subpixel`.

    On processors it is so where it makes images. On a GPU that has not been
    measured.
    """
    return (
        kernel.shape[2] <= subpixel.FEW_CHANNELS
        and inputs.dtype == tf.float32
        and is_on_processor(inputs)
    )


def subpixel_conv_transpose(inputs, kernel, strides, bias=None):
    """See `kerasgan.backend.jax.nn.subpixel_conv_transpose`."""

    @tf.custom_gradient
    def compute(inputs, kernel):
        def gradients(cotangent):
            return (
                conv(cotangent, kernel, strides),
                _gradient_of_kernel(cotangent, kernel, inputs, strides),
            )

        return subpixel.conv_transpose(inputs, kernel, strides), gradients

    # Not the variable itself, for which TensorFlow would ask another form.
    return _with_bias(compute(inputs, tf.convert_to_tensor(kernel)), bias)


def _conv(inputs, kernel, strides):
    """Returns the convolution that `subpixel_conv_transpose` transposes."""

    @tf.custom_gradient
    def compute(inputs, kernel):
        def gradients(cotangent):
            return (
                subpixel_conv_transpose(cotangent, kernel, strides),
                _gradient_of_kernel(inputs, kernel, cotangent, strides),
            )

        return tf.nn.conv2d(inputs, kernel, strides, "SAME"), gradients

    return compute(inputs, kernel)


def _gradient_of_kernel(images, kernel, maps, strides):
    return tf.raw_ops.Conv2DBackpropFilter(
        input=images,
        filter_sizes=kernel.shape,
        out_backprop=maps,
        strides=[1, *strides, 1],
        padding="SAME",
    )


def is_on_processor(inputs):
    """Returns whether a tensor is where the forms here were measured."""
    return not tf.config.list_logical_devices("GPU")


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
    maps = inputs[:, tf.newaxis, tf.newaxis, :] if flat else inputs
    maps, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
        x=maps,
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
    return maps[:, 0, 0, :] if flat else maps


_NATIVE = {
    **native_convolutions(conv, conv_transpose),
    keras.layers.BatchNormalization: (_is_fusible, _batch_normalization),
}
