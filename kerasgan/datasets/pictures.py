import struct

import numpy as np

from kerasgan.utils.look_up import look_up

CHANNELS = {"grayscale": 1, "rgb": 3, "rgba": 4}
_MODES = {"grayscale": "L", "rgb": "RGB", "rgba": "RGBA"}

# What Pillow raises for files that are broken in one way or another.
BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error)

# Told by the content, not by the name: others are not opened at all.
_FORMATS = ("JPEG", "PNG", "WEBP")


def standardize_size(image_size):
    """Returns `(height, width)` of an integer or a pair of integers."""
    size = image_size
    if not isinstance(size, (tuple, list)):
        size = (size, size)
    is_valid = len(size) == 2 and all(
        isinstance(n, (int, np.integer)) and n > 0 for n in size
    )
    if not is_valid:
        raise ValueError(
            "`image_size` must be one positive integer or two, (height, "
            f"width), in pixels. Received: image_size={image_size!r}"
        )
    return tuple(int(n) for n in size)


def check_batches(batch_size, seed, color_mode):
    """Raises `ValueError` for settings that make no batches."""
    look_up(color_mode, CHANNELS, "color_mode")
    if not isinstance(batch_size, (int, np.integer)) or batch_size < 1:
        raise ValueError(
            "`batch_size` must be a positive integer. "
            f"Received: batch_size={batch_size!r}"
        )
    if seed is not None and (
        not isinstance(seed, (int, np.integer)) or seed < 0
    ):
        raise ValueError(
            "`seed` must be an integer of at least 0, or None. "
            f"Received: seed={seed!r}"
        )


def read_picture(path, image_size, color_mode, crop_to_aspect_ratio):
    """Returns the picture in a file as a uint8 array.

    Args:
        path: Name of a PNG, JPEG or WebP file.
        image_size: `(height, width)` of the array.
        color_mode: `"grayscale"`, `"rgb"` or `"rgba"`.
        crop_to_aspect_ratio: Whether to cut out the centre, or else stretch.

    Returns:
        uint8 array, `(height, width, channels)`.

    Raises:
        OSError: If the file cannot be read, or has more pixels than
            `PIL.Image.MAX_IMAGE_PIXELS`; the message names it.
    """
    from PIL import Image
    from PIL import ImageOps

    try:
        with Image.open(path, formats=_FORMATS) as image:
            # Lets a JPEG of many pixels be decoded at a fraction of them.
            image.draft(None, (2 * max(image_size),) * 2)
            _check_pixels(image.size, Image.MAX_IMAGE_PIXELS)
            upright = ImageOps.exif_transpose(image)
        return fit_picture(
            upright, image_size, color_mode, crop_to_aspect_ratio
        )
    except (*BROKEN, Image.DecompressionBombError) as error:
        raise OSError(f"Cannot read the image '{path}': {error}") from error


def _check_pixels(size, limit):
    # Pillow itself only warns up to twice its limit.
    if limit is not None and size[0] * size[1] > limit:
        raise ValueError(
            f"{size[0]} x {size[1]} pixels are more than the {limit} that "
            "`PIL.Image.MAX_IMAGE_PIXELS` allows. Shrink the picture, or "
            "raise the limit if you trust the file."
        )


def fit_picture(image, image_size, color_mode, crop_to_aspect_ratio):
    """Returns a Pillow image as a uint8 array of a size and colour.

    What is transparent becomes white unless `color_mode` is `"rgba"`.

    Args:
        image: A `PIL.Image.Image`.
        image_size: `(height, width)` of the array.
        color_mode: `"grayscale"`, `"rgb"` or `"rgba"`.
        crop_to_aspect_ratio: Whether to cut out the centre, or else stretch.

    Returns:
        uint8 array, `(height, width, channels)`.
    """
    from PIL import Image
    from PIL import ImageOps

    if image.mode.startswith("I"):  # 16 bits, which `convert` would clip
        values = np.asarray(image).astype(np.int64) // 256
        image = Image.fromarray(values.clip(0, 255).astype(np.uint8))
    mode = _MODES[color_mode]
    if mode != "RGBA" and image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    image = image.convert(mode)
    height, width = image_size
    lanczos = Image.Resampling.LANCZOS
    if crop_to_aspect_ratio:
        image = ImageOps.fit(image, (width, height), lanczos)
    else:
        image = image.resize((width, height), lanczos)
    return np.asarray(image).reshape(height, width, CHANNELS[color_mode])
