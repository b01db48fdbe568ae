"""What metrics take for images."""

import numpy as np

from kerasgan.utils.as_array import as_array
from kerasgan.utils.check_images import check_images
from kerasgan.utils.pixels import to_bytes


def check_image_batch(images, argument="images"):
    """Returns images as a NumPy array, or says what is wrong with them.

    Args:
        images: Array or tensor `(n, height, width, channels)`: uint8, or
            float in [-1, 1].
        argument: Name of the argument that the user gave, for the message.

    Raises:
        ValueError: If shape, type or values are not that.
    """
    rule = "images of one size, (n, height, width, channels)"
    images = as_array(images, argument, rule)
    check_images(images, argument)
    return images


def to_floats(images, quantize=True):
    """Returns images as float32 in [-1, 1].

    Args:
        images: What `check_image_batch` returned.
        quantize: Whether float images are rounded to the 256 levels that a
            file keeps, so that images score the same before and after saving.
            Defaults to `True`.
    """
    if not quantize and images.dtype != np.uint8:
        return np.clip(images.astype("float32"), -1.0, 1.0)
    images = to_bytes(images).astype("float32")
    return images / np.float32(127.5) - np.float32(1.0)
