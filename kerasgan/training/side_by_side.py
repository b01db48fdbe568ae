"""Lays out what belongs together as rows of pictures."""

import numpy as np

from kerasgan.utils.pixels import from_bytes


def beside(*columns):
    """Returns images of several kinds row by row, and how many make a row.

    Grey images become coloured beside coloured ones, and small ones large
    beside large ones.

    Args:
        *columns: Arrays of images, float in [-1, 1] or uint8, as many of each
            kind; `None` is left out.

    Returns:
        Float32 array `(rows * kinds, height, width, channels)`, and the number
        of kinds.
    """
    shown = [
        _shown(from_bytes(np.asarray(x))) for x in columns if x is not None
    ]
    channels = max(x.shape[-1] for x in shown)
    sides = [max(x.shape[axis] for x in shown) for axis in (1, 2)]
    shown = [_enlarged(_coloured(x, channels), sides) for x in shown]
    rows = np.stack(shown, axis=1)
    return rows.reshape((-1, *rows.shape[2:])), len(shown)


def _shown(images):
    """Returns the channels that a picture can show."""
    channels = images.shape[-1]
    if channels in (1, 3):
        return images
    return images[..., : 1 if channels == 2 else 3]


def _coloured(images, channels):
    return np.repeat(images, channels // images.shape[-1], axis=-1)


def _enlarged(images, sides):
    for axis, side in enumerate(sides, start=1):
        images = np.repeat(images, side // images.shape[axis], axis=axis)
    return images
