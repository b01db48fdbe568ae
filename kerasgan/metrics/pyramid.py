"""The Laplacian pyramid of images."""

import numpy as np

_TAPS = np.array([1, 4, 6, 4, 1], "float32") / 16
_SMALLEST = 16


def laplacian_pyramid(images):
    """Returns the levels of images, the finest first.

    Each level is what the next coarser one lacks; the last is what is left.
    A level of odd size, or whose half is below 16 pixels, is the last.

    Args:
        images: Float32 array `(n, height, width, channels)`.

    Returns:
        List of float32 arrays. Each level enlarged to the size of the one
        before and added to it gives the images again.
    """
    levels = []
    while (
        min(images.shape[1:3]) // 2 >= _SMALLEST
        and images.shape[1] % 2 == images.shape[2] % 2 == 0
    ):
        smaller = _filter(images)[:, ::2, ::2]
        levels.append(images - enlarge(smaller))
        images = smaller
    return [*levels, images]


def enlarge(images):
    """Returns images of twice the size, interpolated by the same filter."""
    count, height, width, channels = images.shape
    spread = np.zeros((count, 2 * height, 2 * width, channels), "float32")
    spread[:, ::2, ::2] = images
    return 4.0 * _filter(spread)


def _filter(images):
    for axis in (1, 2):
        padding = [(0, 0)] * 4
        padding[axis] = (2, 2)
        padded = np.pad(images, padding, "reflect")
        size = images.shape[axis]
        images = sum(
            tap * np.take(padded, np.arange(at, at + size), axis=axis)
            for at, tap in enumerate(_TAPS)
        )
    return images
