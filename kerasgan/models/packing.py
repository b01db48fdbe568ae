"""Several images as one, for discriminators that see them side by side."""

from keras import ops


def pack(images, count):
    """Joins every `count` images of a batch along their last axis.

    Args:
        images: `(count * n, ..., channels)`. A rest that does not fill a
            pack is left out; too few for one are repeated to fill it.
        count: Integer.

    Returns:
        `(n, ..., count * channels)`.
    """
    if count == 1:
        return images
    *sizes, channels = images.shape[1:]
    n = ops.shape(images)[0]
    packs = n // count
    # The last batch of a data set may be that small.
    packs = max(packs, 1) if isinstance(n, int) else ops.maximum(packs, 1)
    images = ops.take(images, ops.arange(packs * count) % n, axis=0)
    images = ops.reshape(images, (packs, count, *sizes, channels))
    images = ops.moveaxis(images, 1, -2)
    return ops.reshape(images, (packs, *sizes, count * channels))
