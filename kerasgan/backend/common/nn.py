"""Convolutions and pooling by `keras.ops`, and the upscaling of all."""

import keras


def conv(inputs, kernel, strides=(1, 1), padding="same", bias=None):
    """Computes `contract.conv` by `keras.ops.conv`."""
    outputs = keras.ops.conv(
        inputs, kernel, strides, padding, data_format="channels_last"
    )
    return outputs if bias is None else outputs + bias


def conv_transpose(inputs, kernel, strides, bias=None):
    """Computes `contract.conv_transpose` by `keras.ops.conv_transpose`."""
    outputs = keras.ops.conv_transpose(
        inputs, kernel, strides, "same", data_format="channels_last"
    )
    return outputs if bias is None else outputs + bias


def centred_kernel(kernel):
    """Returns the kernel of `conv_transpose` for one of 3x3 that is centred.

    It is 4x4 with zeros as its last row and column.
    """
    return keras.ops.pad(kernel, ((0, 1), (0, 1), (0, 0), (0, 0)))


def reflection_pad(inputs, padding):
    """Computes `contract.reflection_pad` by `keras.ops`."""
    for axis, sides in zip((1, 2), padding):
        inputs = reflect(inputs, axis, *sides)
    return inputs


def reflect(x, axis, before, after):
    """Returns a tensor continued along an axis; the edge is there once.

    Args:
        x: Tensor.
        axis: Integer, at least 0.
        before, after: Integers below the side, how many rows to add.
    """
    parts = [x]
    if before:
        parts.insert(0, _mirrored(x, axis, slice(1, before + 1)))
    if after:
        parts.append(_mirrored(x, axis, slice(-after - 1, -1)))
    return keras.ops.concatenate(parts, axis) if len(parts) > 1 else x


def _mirrored(x, axis, rows):
    rows = (slice(None),) * axis + (rows,)
    return keras.ops.flip(x[rows], axis=axis)


def instance_normalization(inputs, epsilon, scale=None, offset=None):
    """Computes `contract.instance_normalization` by `keras.ops`."""
    axes = tuple(range(1, len(inputs.shape) - 1))
    x = inputs - keras.ops.mean(inputs, axis=axes, keepdims=True)
    variance = keras.ops.mean(keras.ops.square(x), axis=axes, keepdims=True)
    factors = keras.ops.rsqrt(variance + epsilon)
    x = x * (factors if scale is None else factors * scale)
    return x if offset is None else x + offset


def average_pool(inputs, size):
    """Computes `contract.average_pool` by `keras.ops.average_pool`."""
    return keras.ops.average_pool(
        inputs, size, strides=size, data_format="channels_last"
    )


def upscale(inputs):
    """Doubles the height and width of feature maps: nearest neighbours.

    Args:
        inputs: `(batch, height, width, channels)`.

    Returns:
        `(batch, 2 * height, 2 * width, channels)`, each pixel of `inputs`
        there four times.
    """
    height, width, channels = inputs.shape[1:]
    x = keras.ops.reshape(inputs, (-1, height, 1, width, 1, channels))
    x = keras.ops.concatenate([x, x], axis=4)
    x = keras.ops.concatenate([x, x], axis=2)
    return keras.ops.reshape(x, (-1, 2 * height, 2 * width, channels))
