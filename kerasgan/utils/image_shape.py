"""Shapes of images and of points, as users give them."""

import operator

import keras

_CHANNELS = (1, 3, 4)
_LAST = "channels come last in kerasgan"


def as_shape(shape, argument="image_shape"):
    """Returns a shape as a tuple of Python's integers, or raises.

    Args:
        shape: What the user gave.
        argument: Name of the argument, for the message.

    Raises:
        ValueError: If it is not some whole numbers of at least 1.
    """
    sizes = _integers(shape)
    if not sizes or None in sizes or min(sizes) < 1:
        example = "(32, 32, 3)"
        if isinstance(shape, int) and not isinstance(shape, bool):
            example = f"({shape}, {shape}, 3)"
        raise ValueError(
            f"`{argument}` must be a tuple of whole numbers, such as "
            f"{example}. Received: {argument}={shape!r}"
        )
    return sizes


def as_image_shape(shape, least=8, argument="image_shape", is_size_free=False):
    """Returns `(height, width, channels)` as Python's integers, or raises.

    Args:
        shape: What the user gave.
        least: Integer, the shortest side that is allowed.
        argument: Name of the argument, for the message.
        is_size_free: Bool, whether height and width may be `None`.

    Raises:
        ValueError: If it is another; the message says what to write.
    """
    sizes = _integers(shape)
    if (
        sizes is None
        or len(sizes) != 3
        or sizes[2] is None
        or (None in sizes and not is_size_free)
        or any(n is not None and n < 1 for n in sizes)
    ):
        free = "height and width may be None, for images of any size"
        raise ValueError(
            f"`{argument}` must be three whole numbers, (height, width, "
            f"channels){'; ' + free if is_size_free else ''}. "
            f"{_advice(sizes, shape, argument)}Received: {argument}={shape!r}"
        )
    if is_channels_first(sizes):
        channels, height, width = sizes
        raise ValueError(
            f"`{argument}` must be (height, width, channels): {_LAST}. Write "
            f"`{argument}=({height}, {width}, {channels})`, and turn the "
            "images with `numpy.moveaxis(x, 1, -1)`. Received: "
            f"{argument}={shape!r}"
        )
    if any(n is not None and n < least for n in sizes[:2]):
        raise ValueError(
            f"`{argument}` must be at least {least} pixels high and wide. "
            f"Received: {argument}={shape!r}"
        )
    return sizes


def is_channels_first(shape):
    """Whether three sizes are those of an image with its channels first."""
    first, *others = shape
    return first in _CHANNELS and all(n is None or n > 4 for n in others)


def turning(name, received, shape=None):
    """Returns how to turn images whose channels are first, or nothing.

    Args:
        name: Name of the argument that the images are.
        received: Their shape, without the batch.
        shape: The shape that is needed, or `None` where any is.
    """
    received = tuple(received)
    if len(received) != 3 or (shape is not None and len(shape) != 3):
        return ""
    if shape is not None:
        *size, channels = shape
        if received[0] != channels or channels == received[2]:
            return ""
        if None not in size and received[1:] != tuple(size):
            return ""
    elif not is_channels_first(received):
        return ""
    return (
        f"These have their channels first; {_LAST}: turn them with "
        f"`numpy.moveaxis({name}, 1, -1)`, batches of a PyTorch `DataLoader` "
        f"in its `collate_fn` with `{name}.permute(0, 2, 3, 1)`. "
    )


def check_channels_last():
    """Raises `ValueError` where Keras is set to have channels first."""
    if keras.config.image_data_format() != "channels_last":
        raise ValueError(
            f"Images are (height, width, channels): {_LAST}. Call "
            "`keras.config.set_image_data_format('channels_last')` first, and "
            "turn images with `numpy.moveaxis(x, 1, -1)`. Received: "
            "keras.config.image_data_format() == 'channels_first'"
        )


def _integers(shape):
    """Returns a tuple of integers and `None`s, or `None`."""
    if isinstance(shape, (str, bytes)) or not hasattr(shape, "__iter__"):
        return None
    sizes = []
    for n in shape:
        if isinstance(n, bool):
            return None
        try:
            sizes.append(n if n is None else operator.index(n))
        except TypeError:
            return None
    return tuple(sizes)


def _advice(sizes, shape, argument):
    if sizes is not None and len(sizes) == 2:
        height, width = sizes
        return (
            f"Write `{argument}=({height}, {width}, 1)` for grey images and "
            f"`({height}, {width}, 3)` for RGB. "
        )
    if isinstance(shape, int) and not isinstance(shape, bool):
        return (
            f"Write `{argument}=({shape}, {shape}, 1)` for grey images and "
            f"`({shape}, {shape}, 3)` for RGB. "
        )
    return ""
