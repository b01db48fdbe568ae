"""Bilinear resizing that is the same on every backend."""

import numpy as np


def _bilinear(size, target):
    """Returns the matrix `(target, size)`, as Pillow and antialiasing do."""
    ratio = size / target
    width = max(ratio, 1.0)
    centers = (np.arange(target) + 0.5) * ratio
    pixels = np.arange(size) + 0.5
    distance = np.abs(pixels - centers[:, None]) / width
    weights = np.maximum(1.0 - distance, 0.0)
    return weights / weights.sum(axis=1, keepdims=True)


def _bilinear_2015(size, target):
    """Returns the matrix of TensorFlow 1: `align_corners=False`, no more."""
    at = np.arange(target) * (size / target)
    lower = np.floor(at).astype("int64")
    upper = np.minimum(lower + 1, size - 1)
    weights = np.zeros((target, size))
    np.add.at(weights, (np.arange(target), lower), 1.0 - (at - lower))
    np.add.at(weights, (np.arange(target), upper), at - lower)
    return weights


RESIZINGS = {"bilinear": _bilinear, "bilinear_2015": _bilinear_2015}


def resize(images, size, kind):
    """Returns images of another size.

    Args:
        images: Float32 array `(n, height, width, channels)`.
        size: Tuple `(height, width)`.
        kind: A key of `RESIZINGS`.
    """
    matrix = RESIZINGS[kind]
    for axis, target in ((1, size[0]), (2, size[1])):
        if images.shape[axis] != target:
            weights = matrix(images.shape[axis], target).astype("float32")
            images = np.tensordot(images, weights, axes=(axis, 1))
            images = np.moveaxis(images, -1, axis)
    return np.ascontiguousarray(images)
