import contextlib
import functools
import importlib
import numbers
import struct
import zlib

import numpy as np

from kerasgan.utils import check_count
from kerasgan.utils.look_up import look_up

CHANNELS = {"grayscale": 1, "rgb": 3, "rgba": 4}
_MODES = {"grayscale": "L", "rgb": "RGB", "rgba": "RGBA"}

# What Pillow raises for files that are broken in one way or another.
BROKEN = (
    *(OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error),
    *(LookupError, ArithmeticError, RuntimeError),
)

# How far apart greys of few bits are as bytes, by Pillow's raw modes.
_GREY_STEPS = {"L;2": 85, "L;4": 17}

_ORIENTATION = 0x0112  # in Exif
_TURNED = (5, 6, 7, 8)  # of which height and width change places

# Told by the content, not by the name: others are not opened at all, such as
# EPS, for which Pillow would start another program.
_FORMATS = (
    *("JPEG", "PNG", "WEBP", "GIF", "BMP", "DIB", "TIFF", "MPO", "AVIF"),
    *("HEIF", "JPEG2000", "PPM", "QOI", "TGA", "PSD", "PCX", "SGI", "DDS"),
    "ICO",
)

# Packages that let Pillow read more, and what makes them do so.
_PLUG_INS = {"HEIF": ("pillow_heif", "register_heif_opener")}
_PLUG_INS["AVIF"] = ("pillow_avif", None)

_BYTES = 255


@functools.cache
def readable_formats():
    """Returns the formats that Pillow reads here, with its plug-ins.

    Example:

    ```python
    from kerasgan.datasets.pictures import readable_formats

    assert "PNG" in readable_formats()
    ```
    """
    from PIL import Image
    from PIL import features

    Image.init()
    missing = set(_FORMATS) - set(Image.OPEN)
    if not features.check("avif"):
        missing.add("AVIF")  # it is registered all the same, to say so
    for name in missing & set(_PLUG_INS):
        package, function = _PLUG_INS[name]
        with contextlib.suppress(ImportError):
            package = importlib.import_module(package)
            if function is not None:
                getattr(package, function)()
            missing.remove(name)
    return tuple(name for name in _FORMATS if name not in missing)


def standardize_size(image_size):
    """Returns `(height, width)` of an integer or a pair of integers."""
    size = image_size
    if not isinstance(size, (tuple, list)):
        size = (size, size)
    is_valid = len(size) == 2 and all(
        isinstance(n, numbers.Integral) and not isinstance(n, bool) and n > 0
        for n in size
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
    check_count("batch_size", batch_size)
    if seed is not None:
        check_count("seed", seed, least=0)


def read_picture(path, image_size, color_mode, crop_to_aspect_ratio):
    """Returns the picture in a file as a uint8 array.

    Args:
        path: Name of a file that Pillow reads.
        image_size: `(height, width)` of the array.
        color_mode: `"grayscale"`, `"rgb"` or `"rgba"`.
        crop_to_aspect_ratio: Whether to cut out the centre, or else stretch.

    Returns:
        uint8 array, `(height, width, channels)`.

    Raises:
        OSError: If the file cannot be read, or has more pixels than
            `PIL.Image.MAX_IMAGE_PIXELS`; the message names it.
    """
    with reading(path):
        # Lets a JPEG of many pixels be decoded at a fraction of them.
        image = load_picture(path, 2 * max(image_size))
        return fit_picture(image, image_size, color_mode, crop_to_aspect_ratio)


@contextlib.contextmanager
def reading(path):
    """Raises `OSError`, which names a file, for whatever Pillow raises."""
    from PIL import Image
    from PIL import UnidentifiedImageError

    try:
        yield
    except UnidentifiedImageError as error:
        raise OSError(
            f"Cannot read the image '{path}': it is no picture, or of a "
            "format that Pillow does not read"
        ) from error
    except (*BROKEN, Image.DecompressionBombError) as error:
        raise OSError(f"Cannot read the image '{path}': {error}") from error


def load_picture(path, side=None):
    """Returns the Pillow image in a file, upright; see `reading`.

    Args:
        path: Name of a file that Pillow reads.
        side: Integer, pixels that suffice for each side, or `None` for all.
    """
    from PIL import Image
    from PIL import ImageOps

    with Image.open(path, formats=readable_formats()) as image:
        if side is not None:
            image.draft(None, (side, side))
        _check_pixels(image.size, Image.MAX_IMAGE_PIXELS)
        _scale_transparency(image)
        return ImageOps.exif_transpose(image)


def inspect_picture(path):
    """Returns `(mode, has_transparency, (height, width))` without decoding.

    Args:
        path: Name of a file that Pillow reads; see `reading`.
    """
    from PIL import Image

    with Image.open(path, formats=readable_formats()) as image:
        width, height = image.size
        if image.getexif().get(_ORIENTATION) in _TURNED:
            width, height = height, width
        return image.mode, image.has_transparency_data, (height, width)


def _check_pixels(size, limit):
    # Pillow itself only warns up to twice its limit.
    if limit is not None and size[0] * size[1] > limit:
        raise ValueError(
            f"{size[0]} x {size[1]} pixels are more than the {limit} that "
            "`PIL.Image.MAX_IMAGE_PIXELS` allows. Shrink the picture, or "
            "raise the limit if you trust the file."
        )


def _scale_transparency(image):
    """Brings the transparent colour of a PNG to the 8 bits of its pixels.

    Pillow leaves it as the file has it, in samples of 2, 4 or 16 bits. (Of 16
    bits in colour it gives the upper 8 alone: colours that agree in these are
    one to us. Grey ones of 16 bits stay so.)
    """
    colour = image.info.get("transparency")
    raw = str(image.tile[0][3]) if image.tile else ""
    if isinstance(colour, int) and raw in _GREY_STEPS:
        image.info["transparency"] = colour * _GREY_STEPS[raw]
    elif isinstance(colour, tuple) and raw == "RGB;16B":
        image.info["transparency"] = tuple(sample >> 8 for sample in colour)


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

    image = convert_picture(image, color_mode)
    height, width = image_size
    lanczos = Image.Resampling.LANCZOS
    if crop_to_aspect_ratio:
        image = ImageOps.fit(image, (width, height), lanczos)
    else:
        image = image.resize((width, height), lanczos)
    return np.asarray(image).reshape(height, width, CHANNELS[color_mode])


def convert_picture(image, color_mode):
    """Returns a Pillow image of 8 bits a channel, as many as asked for.

    What is transparent becomes white unless `color_mode` is `"rgba"`.

    Args:
        image: A `PIL.Image.Image`.
        color_mode: `"grayscale"`, `"rgb"` or `"rgba"`.
    """
    from PIL import Image

    if image.mode == "F":
        image = Image.fromarray(_to_bytes(np.asarray(image)))
    if image.mode.startswith("I"):  # 16 bits, which `convert` would clip
        values = np.asarray(image).astype(np.int64)
        colour = image.info.get("transparency")
        seen = values != (colour if isinstance(colour, int) else -1)
        values = (values // 256).clip(0, 255).astype(np.uint8)
        image = Image.fromarray(values)
        if not seen.all():
            alpha = Image.fromarray(np.where(seen, 255, 0).astype(np.uint8))
            image = Image.merge("LA", (image, alpha))
    mode = _MODES[color_mode]
    if mode != "RGBA" and image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    return image.convert(mode)


def _to_bytes(values):
    """Returns floats, of which files do not say the scale, as bytes."""
    if not np.isfinite(values).all() or values.min() < 0:
        raise ValueError("its pixels are floats that are no brightness")
    most = max(float(values.max()), np.finfo("float32").tiny)
    scale = _BYTES if most <= 1 else 1 if most <= _BYTES else _BYTES / most
    return np.rint(values * scale).astype(np.uint8)
