"""Images as the bytes of a file."""

import numpy as np

from kerasgan.utils.as_array import as_array
from kerasgan.utils.check_images import check_drawable
from kerasgan.utils.check_images import other_dtype


def to_uint8(images, rank, argument):
    """Returns images as uint8 pixels, or says what is wrong with them.

    Args:
        images: Float images in [-1, 1] (values outside are clipped) or uint8
            images, with 1, 3 or 4 channels last.
        rank: How many axes `images` must have.
        argument: Name of the argument that the user gave, for the message.

    Returns:
        A uint8 array of the same shape.

    Raises:
        ValueError: If the shape or the type is not one of an image, or if
            there are values that are not finite or plainly on another scale.

    Example:

    ```python
    import numpy as np
    from kerasgan.utils.pixels import to_uint8

    pixels = to_uint8(np.zeros((1, 2, 2, 1)), rank=4, argument="images")
    assert pixels.dtype == "uint8" and pixels.max() == 128
    ```
    """
    axes = "(height, width, channels)"
    if rank == 4:
        axes = "(batch, height, width, channels)"
    images = as_array(images, argument, f"images of shape {axes}")
    if images.ndim != rank or images.shape[-1] not in (1, 3, 4):
        raise ValueError(
            f"`{argument}` must have shape {axes} with 1 (grey), 3 (RGB) or 4 "
            f"(RGBA) channels. Received: shape {images.shape}."
        )
    if 0 in images.shape:
        raise ValueError(
            f"`{argument}` must hold at least one pixel. "
            f"Received: shape {images.shape}."
        )
    if images.dtype != np.uint8:
        if images.dtype.kind != "f":
            raise other_dtype(argument, images.dtype)
        check_drawable(images, argument)
    return to_bytes(images)


def to_bytes(images):
    """Returns images, which were checked, as uint8.

    Args:
        images: uint8, or finite floats, of which those outside of [-1, 1]
            are clipped.
    """
    if images.dtype == np.uint8:
        return images
    images = np.clip(images.astype("float32"), -1.0, 1.0)
    # The inverse of x / 127.5 - 1, so that uint8 images come back unchanged.
    return np.rint((images + 1.0) * 127.5).astype("uint8")


def from_bytes(images):
    """Returns images, which were checked, as float32.

    Args:
        images: uint8, which become `x / 127.5 - 1`, or floats.
    """
    if images.dtype == np.uint8:
        return images.astype("float32") / np.float32(127.5) - np.float32(1.0)
    return images.astype("float32", copy=False)
