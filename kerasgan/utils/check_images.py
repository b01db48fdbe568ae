"""What every door takes for images: bytes, or numbers in [-1, 1]."""

import math
import warnings

import keras
import numpy as np

from kerasgan.utils.caller import frames_of_ours
from kerasgan.utils.image_shape import turning

RULE = "uint8 in [0, 255] or float in [-1, 1]"
# Rounding may leave a float a little outside.
_MOST = 1.001
_LARGEST = float(np.finfo("float32").max)
# Rows looked at once, so that a large array is never copied whole.
_ROWS = 4096


def check_images(images, name="images", shape=None):
    """Raises unless images are uint8 in [0, 255] or float in [-1, 1].

    Real images and generated ones, for training, for scores and for
    callbacks. Quick enough for each batch of a training: bytes are known by
    their dtype, and of floats the least and the greatest are looked for.

    Args:
        images: Array or tensor `(n, ...)`; see `as_array` for how anything
            else becomes one.
        name: Name of the argument, for the message.
        shape: Shape of one example, as a network takes it; without three
            axes these are points, which may be any finite floats. Defaults
            to `None`: images of any height, width and channels, and none at
            all.

    Raises:
        ValueError: If dtype, shape or values are not that.

    Example:

    ```python
    import numpy as np
    from kerasgan.utils.check_images import check_images

    check_images(np.zeros((3, 8, 8, 1), "uint8"), shape=(8, 8, 1))
    ```
    """
    _check_shape(images, name, shape)
    is_image = shape is None or len(shape) == 3
    dtype = _dtype_of(images)
    if dtype == "uint8" and is_image:
        return
    if "float" not in dtype:
        raise other_dtype(name, dtype, is_image)
    low, high = value_range(images)
    if not _is_finite(low, high):
        raise _not_finite(images, name)
    if is_image and (low < -_MOST or high > _MOST):
        raise _other_scale(name, dtype, low, high)


def other_dtype(name, dtype, is_image=True):
    """Returns the error for numbers that are no pixels and no floats."""
    if not is_image:
        return ValueError(
            f"`{name}` must be floats, since only bytes of images have a "
            f"scale. Received: dtype {dtype}. Convert the points with "
            "`.astype('float32')`"
        )
    advice = "Convert whole numbers from 0 to 255 with `.astype('uint8')`"
    if dtype == "bool":
        advice = (
            "Turn black and white into bytes with `255 * x.astype('uint8')`"
        )
    return ValueError(
        f"`{name}` must be {RULE}. Received: dtype {dtype}. {advice}"
    )


def check_drawable(images, name):
    """Raises unless images can be drawn, clipped to [-1, 1] if need be.

    A generator without a bound may overshoot. Floats none of which is below
    0, and some above 1, are on another scale.

    Args:
        images: NumPy array of floats.
        name: Name of the argument, for the message.
    """
    low, high = value_range(images)
    if not _is_finite(low, high):
        raise _not_finite(images, name)
    if low >= 0.0 and high > _MOST:
        raise _other_scale(name, images.dtype, low, high)


def warn_of_scale(images, name="images"):
    """Warns if images, which were checked, lie within [0, 1].

    For what users give: of the images that a model draws, all may be bright.

    Args:
        images: Array or tensor.
        name: Name of the argument, for the message.
    """
    dtype = _dtype_of(images)
    # The first rows say enough of images in [-1, 1].
    if "float" not in dtype or any(low < 0 for low, _ in _ranges(images)):
        return
    low, high = value_range(images)
    if high == 0.0:
        return  # Grey all over, or no images at all.
    warnings.warn(
        f"`{name}` is {dtype} and lies within [{low:g}, {high:g}], while "
        "images are expected in [-1, 1]. If they are in [0, 1], scale them "
        "with `2 * x - 1`.",
        stacklevel=frames_of_ours(),
    )


def value_range(values):
    """Returns the least and the greatest, NaN if there is one.

    Args:
        values: Array or tensor of floats.
    """
    ranges = np.array([*_ranges(values)] or [(0.0, 0.0)])
    return float(np.min(ranges[:, 0])), float(np.max(ranges[:, 1]))


def _ranges(values):
    for start in range(0, len(values), _ROWS):
        rows = values
        if len(values) > _ROWS:
            # Not of fewer: JAX compiles a slice for each number of rows.
            rows = values[start : start + _ROWS]
        if not isinstance(rows, np.ndarray):
            rows = keras.ops.convert_to_numpy(rows)
        if rows.dtype.itemsize < 4:
            # NumPy is slow with halves.
            rows = rows.astype("float32")
        yield rows.min(), rows.max()


def _dtype_of(images):
    if isinstance(images, np.ndarray):
        return images.dtype.name
    return keras.backend.standardize_dtype(images.dtype)


def _check_shape(images, name, shape):
    received = tuple(images.shape)
    if shape is None:
        advice = turning(name, received[1:])
        if len(received) != 4 or 0 in received[1:] or advice:
            raise ValueError(
                f"`{name}` must have shape (n, height, width, channels). "
                f"{advice}Received: shape {received}"
            )
        return
    if received[1:] != tuple(shape):
        expected = "(batch, " + ", ".join(str(size) for size in shape) + ")"
        advice = "Resize the images, or add a channel axis with `x[..., None]`"
        if received[2:] == tuple(shape):
            advice = "Join a list of batches with `numpy.concatenate`"
        advice = turning(name, received[1:], shape).rstrip(". ") or advice
        raise ValueError(
            f"`{name}` must have the shape {expected}, which is what the "
            f"discriminator takes. {advice}. Received: shape {received}"
        )
    if received[0] == 0:
        raise ValueError(
            f"`{name}` has no images in it. Received: shape {received}"
        )


def _is_finite(low, high):
    # As float32, which is computed with.
    return max(-low, high) <= _LARGEST and not math.isnan(low)


def _not_finite(images, name):
    values = keras.ops.convert_to_numpy(images)
    with np.errstate(over="ignore"):
        finite = np.isfinite(values.astype("float32"))
    return ValueError(
        f"`{name}` must be finite. Received: {int((~finite).sum())} values of "
        f"{finite.size} that are NaN or infinite. Leave those examples out; a "
        "generator whose training diverged makes such."
    )


def _other_scale(name, dtype, low, high):
    return ValueError(
        f"`{name}` must be {RULE}. Keep the bytes as uint8, or scale with "
        f"`x / 127.5 - 1`. Received: {dtype} values from {low:g} to {high:g}"
    )
