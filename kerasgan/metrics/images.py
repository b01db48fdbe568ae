"""What metrics take for images."""

import numpy as np

from kerasgan.metrics.histograms import check_finite
from kerasgan.metrics.histograms import to_numpy


def check_image_batch(images, argument="images"):
    """Returns images as a NumPy array, or says what is wrong with them.

    Args:
        images: Array or tensor `(n, height, width, channels)`: uint8, or
            float in [-1, 1].
        argument: Name of the argument that the user gave, for the message.

    Raises:
        ValueError: If shape, type or values are not that.
    """
    if isinstance(images, (list, tuple)):
        shapes = list(dict.fromkeys(np.shape(image) for image in images))
        if len(shapes) > 1:
            raise ValueError(
                f"`{argument}` must all have one size. Received: an image of "
                f"shape {shapes[1]} after one of shape {shapes[0]}. Crop or "
                "resize them first, as `kerasgan.datasets.from_directory` "
                "does."
            )
    images = to_numpy(images)
    if images.ndim != 4 or 0 in images.shape[1:]:
        raise ValueError(
            f"`{argument}` must have shape (n, height, width, channels). "
            f"Received: shape {images.shape}"
        )
    if images.dtype == np.uint8:
        return images
    if "float" not in images.dtype.name:
        raise ValueError(
            f"`{argument}` must be uint8 in [0, 255] or float in [-1, 1]. "
            f"Received: dtype {images.dtype}. Convert whole numbers with "
            "`.astype('uint8')`."
        )
    check_finite(argument, images)
    if np.abs(images).max(initial=0) > 1.001:
        raise ValueError(
            f"`{argument}` must be uint8 in [0, 255] or float in [-1, 1]. "
            f"Received: {images.dtype} from {images.min():g} to "
            f"{images.max():g}. Scale pixels with `images / 127.5 - 1`."
        )
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


def to_bytes(images):
    """Returns images as uint8, as a file keeps them.

    Args:
        images: What `check_image_batch` returned.
    """
    if images.dtype == np.uint8:
        return images
    images = np.clip(images.astype("float32"), -1.0, 1.0)
    return np.rint((images + 1.0) * 127.5).astype("uint8")


def check_label_batch(labels, count, argument="labels"):
    """Returns labels as an integer array `(count,)`, or raises."""
    labels = np.asarray(to_numpy(labels))
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.shape != (count,) or labels.dtype.kind not in "iu":
        raise ValueError(
            f"`{argument}` must be whole numbers, one an image: shape "
            f"({count},). Received: shape {labels.shape}, dtype "
            f"{labels.dtype}"
        )
    if count and labels.min() < 0:
        raise ValueError(
            f"`{argument}` must be at least 0. Received: {labels.min()}"
        )
    return labels.astype("int64")
