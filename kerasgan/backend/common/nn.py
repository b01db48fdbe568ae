"""How networks and convolutions are computed where Keras does it well."""

import keras


def lay_out_kernels(variables):
    """Leaves kernels as Keras lays them out in memory.

    Args:
        variables: List of Keras variables.
    """


def call_network(network, inputs, training):
    """Returns `network(inputs, training=training)`.

    Args:
        network: Built Keras model.
        inputs: Tensor, or structure of tensors.
        training: Bool.
    """
    return network(inputs, training=training)


def call_layer(layer, inputs):
    """Returns `layer(inputs)`.

    Args:
        layer: Built Keras layer that does not ask whether it trains.
        inputs: Tensor.
    """
    return layer(inputs)


def conv(inputs, kernel, strides=(1, 1), padding="same", bias=None):
    """Returns `keras.ops.conv` of maps whose channels come last, and a bias.

    Args:
        inputs: `(batch, height, width, channels)`.
        kernel: `(height, width, channels, filters)`.
        strides: Tuple of two integers.
        padding: `"same"` or `"valid"`.
        bias: `(filters,)` to add, or `None`.
    """
    maps = keras.ops.conv(
        inputs, kernel, strides, padding, data_format="channels_last"
    )
    return maps if bias is None else maps + bias


def conv_transpose(inputs, kernel, strides, bias=None):
    """Returns `keras.ops.conv_transpose`, padded "same", and a bias.

    Args:
        inputs: `(batch, height, width, channels)`.
        kernel: `(height, width, filters, channels)`, no side shorter than
            its stride.
        strides: Tuple of two integers.
        bias: `(filters,)` to add, or `None`.
    """
    maps = keras.ops.conv_transpose(
        inputs, kernel, strides, "same", data_format="channels_last"
    )
    return maps if bias is None else maps + bias


def upscale(inputs):
    """Returns maps of twice the size, each pixel of which is there four times.

    Args:
        inputs: `(batch, height, width, channels)`.
    """
    height, width, channels = inputs.shape[1:]
    x = keras.ops.reshape(inputs, (-1, height, 1, width, 1, channels))
    x = keras.ops.concatenate([x, x], axis=4)
    x = keras.ops.concatenate([x, x], axis=2)
    return keras.ops.reshape(x, (-1, 2 * height, 2 * width, channels))


def average_pool(inputs, size):
    """Returns the means over squares of `size` pixels a side.

    Args:
        inputs: `(batch, height, width, channels)`.
        size: Integer.
    """
    return keras.ops.average_pool(
        inputs, size, strides=size, data_format="channels_last"
    )
