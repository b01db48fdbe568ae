"""Kernels for the speed of TensorFlow on CPUs; with a GPU nothing here runs.

Convolutions to or from at most four channels, as images have them: oneDNN's
kernels for the input gradient of the former, and for the latter transposed,
are slow. Both are one matrix product here; see `common/subpixel.py`.
"""

import tensorflow as tf

from kerasgan.backend.common import subpixel
from kerasgan.backend.tensorflow import convolutions


def conv(inputs, kernel, strides=(1, 1), padding="same", bias=None):
    """Computes `contract.conv`; few channels have a cheap input gradient."""
    kernel = tf.convert_to_tensor(kernel)
    is_thin = (
        inputs.dtype == kernel.dtype == tf.float32
        and kernel.shape[2] <= subpixel.FEW_CHANNELS
        and subpixel.is_adjoint(inputs, kernel, strides, padding)
    )
    if is_thin:
        outputs = _thin_conv(inputs, kernel, strides)
        return convolutions.add_bias(outputs, bias)
    return convolutions.conv(inputs, kernel, strides, padding, bias)


def conv_transpose(inputs, kernel, strides, bias, training, as_subpixel):
    """Computes `contract.conv_transpose` in the faster form for `"auto"`.

    The sub-pixel form is so for at most four filters, in training or not.
    """
    if as_subpixel == "auto":
        as_subpixel = (
            kernel.shape[2] <= subpixel.FEW_CHANNELS
            and inputs.dtype == tf.float32
            and subpixel.has_form(kernel, strides)
        )
    if as_subpixel:
        return subpixel_conv_transpose(inputs, kernel, strides, bias)
    return convolutions.conv_transpose(inputs, kernel, strides, bias)


def upscale_conv(inputs, kernel, bias):
    """Computes `contract.upscale_conv`, fused where that is faster."""
    return subpixel.upscale_conv(inputs, kernel, bias, conv, conv_transpose)


def subpixel_conv_transpose(inputs, kernel, strides, bias=None):
    """Computes `contract.conv_transpose` as a sub-pixel convolution.

    Its gradients are convolutions with the same kernel.
    """

    @tf.custom_gradient
    def compute(inputs, kernel):
        def gradients(cotangent):
            return (
                conv(cotangent, kernel, strides),
                _kernel_gradient(cotangent, kernel, inputs, strides),
            )

        return subpixel.conv_transpose(inputs, kernel, strides), gradients

    # Not the variable itself, for which TensorFlow would ask another form.
    outputs = compute(inputs, tf.convert_to_tensor(kernel))
    return convolutions.add_bias(outputs, bias)


def _thin_conv(inputs, kernel, strides):
    """Computes the convolution that `subpixel_conv_transpose` transposes."""

    @tf.custom_gradient
    def compute(inputs, kernel):
        def gradients(cotangent):
            return (
                subpixel_conv_transpose(cotangent, kernel, strides),
                _kernel_gradient(inputs, kernel, cotangent, strides),
            )

        return tf.nn.conv2d(inputs, kernel, strides, "SAME"), gradients

    return compute(inputs, kernel)


def _kernel_gradient(images, kernel, cotangent, strides):
    return tf.raw_ops.Conv2DBackpropFilter(
        input=images,
        filter_sizes=kernel.shape,
        out_backprop=cotangent,
        strides=[1, *strides, 1],
        padding="SAME",
    )
