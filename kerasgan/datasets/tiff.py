"""TIFF files of any type of numbers and any number of channels."""

import numpy as np

from kerasgan.utils.save_image import to_pillow

_BEGINNINGS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_BITS, _SAMPLES, _FORMAT = 258, 277, 339  # tags
_KINDS = {1: "uint", 2: "int", 3: "float"}
# What Pillow gives as it is in the file.
_PLAIN = {"1": None, "P": None, "L": "uint8", "RGB": "uint8", "RGBA": "uint8"}
_PLAIN |= {"I;16": "uint16", "I;16B": "uint16", "I": "int32", "F": "float32"}


def is_tiff(path):
    """Whether a file is a TIFF, by its first bytes.

    Args:
        path: Name of a file.
    """
    with open(path, "rb") as file:
        return file.read(4) in _BEGINNINGS


def inspect_tiff(path):
    """Returns `(mode, dtype, channels, (height, width))` of a TIFF.

    Args:
        path: Name of the file. Of several pictures in it the first is meant,
            unless they are the channels of one.

    Returns:
        Pillow's mode, or `None` where Pillow would change what is in it.
    """
    from PIL import Image
    from PIL import UnidentifiedImageError

    try:
        with Image.open(path, formats=("TIFF",)) as image:
            mode = image.mode
            is_plain = getattr(image, "n_frames", 1) == 1 and mode in _PLAIN
            if is_plain and _dtype(image) in (_PLAIN[mode], None):
                dtype = _PLAIN[mode] or "uint8"
                return mode, dtype, len(image.getbands()), image.size[::-1]
    except (UnidentifiedImageError, SyntaxError):
        pass  # It cannot read it; the other one may.
    with _opened(path) as series:
        shape, dtype = _layout(series)[0], series.dtype
    return None, str(dtype), shape[2], shape[:2]


def load_tiff(path):
    """Returns what is in a TIFF as it is.

    Args:
        path: Name of the file.

    Returns:
        A Pillow image of 8 bits and one of Pillow's modes; or an array
        `(height, width, channels)` of anything else.
    """
    from PIL import Image

    mode, dtype, _, _ = inspect_tiff(path)
    if mode is not None:
        with Image.open(path, formats=("TIFF",)) as image:
            image.load()
            if dtype == "uint8":
                return image.copy()
            return np.asarray(image)[..., None]
    with _opened(path) as series:
        shape, axis = _layout(series)
        array = np.moveaxis(series.asarray().reshape(series.shape), axis, -1)
    array = array.reshape(shape)
    if array.dtype == np.uint8 and shape[2] in (1, 3, 4):
        return to_pillow(array)
    return array


def _dtype(image):
    """Returns the dtype that the tags of a Pillow image say, or `None`."""
    bits = np.ravel(image.tag_v2.get(_BITS, (1,)))
    kind = np.ravel(image.tag_v2.get(_FORMAT, (1,)))
    if len(image.getbands()) != image.tag_v2.get(_SAMPLES, 1):
        return "another"
    if len({*bits}) > 1 or bits[0] < 8:
        return None if max(bits) <= 8 else "another"
    return f"{_KINDS.get(int(kind[0]), 'another')}{bits[0]}"


def _layout(series):
    """Returns `(height, width, channels)`, and which axis the channels are."""
    axes, shape = series.axes, series.shape
    if len(shape) == 2:
        return (*shape, 1), -1
    if len(shape) != 3 or "Y" not in axes or "X" not in axes:
        raise OSError(
            "it must hold one picture, or several of which each is a channel. "
            f"Received: axes {axes} of {shape}"
        )
    axis = next(i for i, name in enumerate(axes) if name not in "YX")
    rest = [n for i, n in enumerate(shape) if i != axis]
    return (*rest, shape[axis]), axis


class _opened:
    """A context of the first series of a TIFF; raises `OSError`."""

    def __init__(self, path):
        try:
            import tifffile
        except ImportError as error:
            raise ImportError(
                f"'{path}' is a TIFF of more than 8 bits or 4 channels, which "
                "needs the package tifffile: `pip install 'kerasgan[tiff]'`."
            ) from error
        self.errors = tifffile.TiffFileError
        try:
            self.file = tifffile.TiffFile(path)
        except tifffile.TiffFileError as error:
            raise OSError(str(error)) from error

    def __enter__(self):
        return self.file.series[0]

    def __exit__(self, kind, error, trace):
        self.file.close()
        if isinstance(error, self.errors):
            raise OSError(str(error)) from error
