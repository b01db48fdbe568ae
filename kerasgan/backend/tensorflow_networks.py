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

from kerasgan.backend import networks
from kerasgan.backend import subpixel
from kerasgan.backend.known_networks import fits
from kerasgan.backend.known_networks import graph_of
from kerasgan.backend.known_networks import is_plain_normalization
from kerasgan.backend.known_networks import native_convolutions
from kerasgan.backend.known_networks import run


def call_network(network, inputs, training):
    """See `kerasgan.backend.networks.call_network`."""
    graph = graph_of(network) if training else None
    if graph is None or not fits(graph, inputs, _is_plain):
        return network(inputs, training=training)
    return run(graph, inputs, training, _NATIVE)


def conv(inputs, kernel, strides=(1, 1), padding="same", bias=None):
    """See `kerasgan.backend.networks.conv`."""
    kernel = tf.convert_to_tensor(kernel)
    is_plain = inputs.dtype == kernel.dtype == tf.float32
    if not (
        is_plain
        and _is_on_processor()
        and subpixel.is_gradient_of(inputs, kernel, strides, padding)
    ):
        return networks.conv(inputs, kernel, strides, padding, bias)
    maps = _conv(inputs, kernel, strides)
    return maps if bias is None else tf.nn.bias_add(maps, bias)


def prefers_subpixel(layer, inputs, training):
    """Returns whether a transposed convolution is faster as a sub-pixel one.

    It is on processors where it makes images. On a GPU that has not been
    measured.

    Args:
        layer: `kerasgan.layers.Conv2DTranspose` that has the sub-pixel form.
        inputs: What it is called with.
        training: Bool.
    """
    return (
        layer.filters <= subpixel.FEW_CHANNELS
        and layer.compute_dtype == "float32"
        and _is_on_processor()
    )


def subpixel_conv_transpose(inputs, kernel, strides):
    """Returns `conv_transpose` of equal strides, made of other operations.

    Its gradients are not theirs, but what they are equal to: convolutions
    with the same kernel.

    Args:
        inputs, kernel, strides: See `kerasgan.backend.subpixel`.
    """

    @tf.custom_gradient
    def compute(inputs, kernel):
        def gradients(cotangent):
            return (
                conv(cotangent, kernel, strides),
                _gradient_of_kernel(cotangent, kernel, inputs, strides),
            )

        return subpixel.conv_transpose(inputs, kernel, strides), gradients

    # Not the variable itself, for which TensorFlow would ask another form.
    return compute(inputs, tf.convert_to_tensor(kernel))


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


def _is_on_processor():
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
    for variable, value in (
        (layer.moving_mean, mean),
        (layer.moving_variance, variance),
    ):
        share = layer.momentum
        variable.assign(variable.value * share + value * (1.0 - share))
    return maps[:, 0, 0, :] if flat else maps


_NATIVE = {
    **native_convolutions(conv, networks.conv_transpose),
    keras.layers.BatchNormalization: (_is_fusible, _batch_normalization),
}
