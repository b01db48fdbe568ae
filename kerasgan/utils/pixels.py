import keras
import numpy as np


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
            there are values that are not finite.

    Example:

    ```python
    import numpy as np
    from kerasgan.utils.pixels import to_uint8

    pixels = to_uint8(np.zeros((1, 2, 2, 1)), rank=4, argument="images")
    assert pixels.dtype == "uint8" and pixels.max() == 128
    ```
    """
    if not hasattr(images, "shape"):
        images = np.asarray(images)
    elif not isinstance(images, np.ndarray):
        images = keras.ops.convert_to_numpy(images)
    axes = "(height, width, channels)"
    if rank == 4:
        axes = "(batch, height, width, channels)"
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
    if images.dtype == np.uint8:
        return images
    if "float" not in images.dtype.name:
        raise ValueError(
            f"`{argument}` must be float in [-1, 1] or uint8 in [0, 255]. "
            f"Received: dtype {images.dtype}. Convert whole numbers with "
            "`.astype('uint8')`."
        )
    images = images.astype("float32")
    if not np.isfinite(images).all():
        count = int(images.size - np.isfinite(images).sum())
        raise ValueError(
            f"`{argument}` must be finite. Received: {count} values of "
            f"{images.size} that are NaN or infinite. A generator whose "
            "training diverged makes such images."
        )
    # The inverse of x / 127.5 - 1, so that uint8 images come back unchanged.
    return np.rint((np.clip(images, -1.0, 1.0) + 1.0) * 127.5).astype("uint8")
