"""Checks what `fit` is given."""

import math
import types
import warnings

import keras
import numpy as np


def is_array(x):
    """Whether `x` is an array of examples, of any framework."""
    return hasattr(x, "shape") and hasattr(x, "dtype") and len(x.shape) > 0


def peek(x):
    """Returns the first batch of a data set, and the data set as it was.

    Args:
        x: `tf.data.Dataset`, `keras.utils.PyDataset`, torch `DataLoader`,
            Grain data set or Python generator.

    Returns:
        The batch, and the object to train on: `x`, or for a generator one
        that yields the batch again.
    """
    try:
        if isinstance(x, keras.utils.PyDataset):
            if x.num_batches == 0:
                raise StopIteration
            return x[0], x
        if not hasattr(x, "__iter__"):
            raise ValueError(
                "`x` must be an array, a `tf.data.Dataset`, a "
                "`keras.utils.PyDataset`, a torch `DataLoader`, a Grain data "
                f"set or a generator of tuples. Received: {type(x).__name__}"
            )
        batch = next(iter(x))
    except StopIteration:
        raise ValueError(
            "`x` has no images in it. Give at least one batch. Received: "
            f"an empty {type(x).__name__}"
        ) from None
    if isinstance(x, types.GeneratorType):
        x = _chain(batch, x)
    return batch, x


def _chain(first, rest):
    # Keras takes generators only, not iterators in general.
    yield first
    yield from rest


def check_images(images, shape, name="x"):
    """Raises unless the images are what a game can train on.

    Args:
        images: Array, `(batch, *shape)`: uint8, or float in [-1, 1] where
            `shape` is `(height, width, channels)`.
        shape: Shape of one real example, as the discriminator takes it.
        name: What to call the images in messages.

    Raises:
        ValueError: If dtype, shape or values are not that.
    """
    expected = "(batch, " + ", ".join(str(s) for s in shape) + ")"
    if images is None:
        raise ValueError(f"`{name}` must be given. Received: None")
    if tuple(images.shape[1:]) != tuple(shape):
        raise ValueError(
            f"`{name}` must have the shape {expected}, which is what the "
            "discriminator takes. Resize the images, or add a channel axis "
            f"with `x[..., None]`. Received: shape {tuple(images.shape)}"
        )
    if images.shape[0] == 0:
        raise ValueError(
            f"`{name}` has no images in it. Received: shape "
            f"{tuple(images.shape)}"
        )
    dtype = keras.backend.standardize_dtype(images.dtype)
    is_image = len(shape) == 3
    if dtype == "uint8" and is_image:
        return
    if "float" not in dtype:
        raise ValueError(
            f"`{name}` must be uint8 in [0, 255], which is scaled in the "
            f"training step, or float in [-1, 1]. Received: dtype {dtype}"
        )
    low, high = _range(images)
    if not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError(
            f"`{name}` must be finite. Received: values that are NaN or "
            "infinite. Remove those images, or repair them with "
            "`numpy.nan_to_num`"
        )
    if not is_image:
        return
    if low < -1.001 or high > 1.001:
        raise ValueError(
            f"`{name}` must be uint8 in [0, 255] or float in [-1, 1]. Keep "
            "the bytes as uint8, or scale with `x / 127.5 - 1`. Received: "
            f"{dtype} values from {low:g} to {high:g}"
        )


def warn_of_scale(images, name="x"):
    """Warns of float images that no network has made, if none is below 0.

    Args:
        images: Array, `(batch, height, width, channels)`, that was checked.
        name: What to call the images in the message.
    """
    dtype = keras.backend.standardize_dtype(images.dtype)
    if "float" not in dtype or len(images.shape) != 4:
        return
    low, high = _range(images)
    if low >= 0:
        warnings.warn(
            f"`{name}` is {dtype} and lies within [{low:g}, {high:g}], while "
            "images are expected in [-1, 1]. If they are in [0, 1], scale "
            "them with `2 * x - 1`.",
            stacklevel=4,
        )


def _range(x, rows=4096):
    # In slices, so that a large array is never copied whole.
    slices = [x[i : i + rows] for i in range(0, len(x), rows)]
    arrays = [keras.ops.convert_to_numpy(s) for s in slices]
    # NaN survives both: np.min and np.max propagate it.
    low = np.min([np.min(a.astype("float32")) for a in arrays])
    high = np.max([np.max(a.astype("float32")) for a in arrays])
    return float(low), float(high)


def split(x, y, share):
    """Returns `(x, y, validation_data)`, the last share held out.

    Args:
        x: Array of images.
        y: Array of labels, or `None`.
        share: Float in (0, 1).

    Raises:
        ValueError: If `x` is not an array, or a side would be empty.
    """
    if not is_array(x):
        raise ValueError(
            "`validation_split` needs `x` as an array. Give "
            f"`validation_data` instead. Received: {type(x).__name__}"
        )
    at = int(len(x) * (1 - share))
    if not 0 < at < len(x):
        raise ValueError(
            "`validation_split` must leave images on both sides. Received: "
            f"validation_split={share} of {len(x)} images"
        )
    if y is None:
        return x[:at], None, x[at:]
    return x[:at], y[:at], (x[at:], y[at:])


def part(x, index, count):
    """Returns one of `count` minibatches that stand one after the other.

    Args:
        x: Tensor, `(count * batch, ...)`, or `None`.
        index: Integer, which of them.
        count: Integer.
    """
    if x is None:
        return None
    return keras.ops.reshape(x, (count, -1, *x.shape[1:]))[index]
