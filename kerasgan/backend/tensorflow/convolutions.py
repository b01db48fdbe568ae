"""Convolutions of TensorFlow itself, on any device: those of Keras.

The gradient of a bias that `bias_add` added is computed with the kernel's in
one pass; that of `+` is not.
"""

import tensorflow as tf

from kerasgan.backend.common import nn as common
from kerasgan.backend.common.nn import average_pool

__all__ = ["add_bias", "average_pool", "conv", "conv_transpose"]


def conv(inputs, kernel, strides=(1, 1), padding="same", bias=None):
    """See `kerasgan.backend.common.contract.conv`."""
    return add_bias(common.conv(inputs, kernel, strides, padding), bias)


def conv_transpose(inputs, kernel, strides, bias=None):
    """See `kerasgan.backend.common.contract.conv_transpose`."""
    return add_bias(common.conv_transpose(inputs, kernel, strides), bias)


def add_bias(outputs, bias):
    """Adds a bias of `(filters,)`, or none."""
    return outputs if bias is None else tf.nn.bias_add(outputs, bias)
