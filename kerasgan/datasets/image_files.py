import copy
import dataclasses
import os

import numpy as np

from kerasgan.datasets.from_directory import validate_images
from kerasgan.datasets.geometry import several
from kerasgan.datasets.pictures import CHANNELS
from kerasgan.datasets.pictures import convert_picture
from kerasgan.datasets.pictures import inspect_picture
from kerasgan.datasets.pictures import load_picture
from kerasgan.datasets.pictures import reading
from kerasgan.datasets.tiff import inspect_tiff
from kerasgan.datasets.tiff import is_tiff
from kerasgan.datasets.tiff import load_tiff

_PALETTES = ("P", "PA")
_MOST_CLASSES = 256


class ImageFiles:
    """The pictures of one side of a translation, all made alike.

    The number of channels is the largest that a file needs. Where all files
    have more than 8 bits, or other numbers of channels than 1, 3 and 4, they
    are of one type, and become float32 in [-1, 1]; others are uint8.

    Args:
        folder: String.
        names: List of names of files in it.
        color_mode: `"grayscale"`, `"rgb"`, `"rgba"` or `None`: as the files
            are.
        labels: `False`, `True` or a list of the values that stand for
            classes, in the order of the channels.
        part: `None`, or `"left"` or `"right"` for one half of each picture.
        value_range: `(least, greatest)`, or `None` for the range of a type of
            integers.

    Raises:
        OSError: If files cannot be read; the message names them.
        ValueError: If `labels` or `value_range` do not fit, or files are of
            different types.
    """

    classes = part = value_range = raw = None

    def __init__(
        self,
        folder,
        names,
        color_mode=None,
        labels=False,
        part=None,
        value_range=None,
    ):
        self.paths = [os.path.join(folder, name) for name in names]
        self.part = part
        headers = self._headers()
        self.sizes = [self._size_of(header.size) for header in headers]
        self.widths = [header.size[1] for header in headers]
        modes = [header.mode for header in headers]
        self.color_mode = color_mode
        self.raw = _raw_type(self.paths, headers, color_mode, labels)
        if self.raw is None and color_mode is None:
            clear = [header.is_clear for header in headers]
            self.color_mode = _color_mode(modes, clear)
        self.suffix = ".tif" if any(h.is_tiff for h in headers) else ".png"
        #: Whether a class is a number of a palette or grey, not a colour.
        self.are_numbers = all(
            h.channels == 1 or h.mode in _PALETTES or h.mode[0] in "1LI"
            for h in headers
        )
        if labels is not False:
            self.classes = self._classes(labels)
        self.value_range = self._range(value_range)

    @classmethod
    def of_type(cls, about, paths):
        """Returns pictures that are made as others were.

        Args:
            about: Dict, what `about` of the others said.
            paths: List of names of files.

        Raises:
            OSError: If files cannot be read, or are of another type; the
                message names them.
        """
        files = object.__new__(cls)
        files.paths = [os.fspath(path) for path in paths]
        files.color_mode, files.suffix = about["color_mode"], about["suffix"]
        files.are_numbers = about["are_numbers"]
        files.raw = about["raw"] and tuple(about["raw"])
        files.value_range = about["value_range"]
        if about["classes"]:
            files._set_classes(_packed(about["classes"], files.are_numbers))
        headers = files._headers()
        files.sizes = [header.size for header in headers]
        files.widths = [header.size[1] for header in headers]

        def check(index):
            header = headers[index]
            found = header.dtype, header.channels
            if files.raw not in (None, found) and files.classes is None:
                raise OSError(
                    f"'{files.paths[index]}' must be of {_shown(files.raw)}. "
                    f"Received: {_shown(found)}"
                )

        validate_images(check, len(files.paths))
        return files

    @property
    def about(self):
        """Dict of what the pictures are, of what JSON can hold."""
        return {
            "channels": self.channels,
            "raw": self.raw and list(self.raw),
            "value_range": self.value_range and list(self.value_range),
            "color_mode": self.color_mode,
            "suffix": self.suffix,
            "classes": self.classes,
            "are_numbers": self.are_numbers,
        }

    def __len__(self):
        return len(self.paths)

    @property
    def channels(self):
        if self.classes is not None:
            return len(self.classes)
        return self.raw[1] if self.raw else CHANNELS[self.color_mode]

    @property
    def dtype(self):
        return "float32" if self.raw and self.classes is None else "uint8"

    def load(self, index, side=None):
        """Returns a picture; classes of one are numbers of channels.

        Args:
            index: Integer.
            side: Integer, pixels that suffice for each side, or `None`.

        Returns:
            A Pillow image; or a float32 array `(height, width, channels)` of
            pictures that are no bytes.
        """
        from PIL import Image

        path = self.paths[index]
        # A JPEG at a fraction of its size would blur classes, and halves.
        is_whole = self.part is not None or self.classes is not None
        with reading(path):
            image = self._cut(_load(path, None if is_whole else side))
            if self.classes is None and self.raw:
                return _floats(image)
            if self.classes is None and isinstance(image, np.ndarray):
                raise ValueError(
                    f"it must have 8 bits and 1, 3 or 4 channels. Received: "
                    f"{_shown((image.dtype, image.shape[2]))}"
                )
            if self.classes is None:
                return convert_picture(image, self.color_mode)
            values = self._values(image)
        places = np.searchsorted(self._sorted, values)
        places = np.minimum(places, len(self._sorted) - 1)
        if (self._sorted[places] != values).any():
            raise ValueError(
                f"'{path}' must have the classes {self.classes} only. "
                "Received: a pixel of another value"
            )
        return Image.fromarray(self._order[places].astype("int32"))

    def finish(self, array):
        """Returns pixels of `load` as `(height, width, channels)`."""
        if self.classes is not None:
            one_hot = array[..., None] == np.arange(len(self.classes))
            return 255 * one_hot.astype("uint8")
        array = array.reshape(*array.shape[:2], self.channels)
        if self.raw:
            least, greatest = self.value_range
            scaled = (array - least) * (2.0 / (greatest - least)) - 1.0
            # Lanczos' filter overshoots.
            return np.clip(scaled, -1.0, 1.0).astype("float32")
        return array

    def take(self, indices):
        """Returns some of the pictures, made as all of them are.

        Args:
            indices: Sequence of integers.
        """
        part = copy.copy(self)
        for name in ("paths", "sizes", "widths"):
            held = getattr(self, name)
            setattr(part, name, [held[i] for i in indices])
        return part

    def validate(self):
        """Reads all files, to report those that are broken one by one."""
        validate_images(self.load, len(self.paths))

    def _headers(self):
        headers = {}

        def inspect(index):
            with reading(self.paths[index]):
                headers[index] = _inspect(self.paths[index])

        validate_images(inspect, len(self.paths))
        return [headers[i] for i in range(len(self.paths))]

    def _size_of(self, size):
        height, width = size
        return (height, width if self.part is None else width // 2)

    def _cut(self, image):
        if self.part is None:
            return image
        is_array = isinstance(image, np.ndarray)
        width, height = image.shape[1::-1] if is_array else image.size
        left = 0 if self.part == "left" else width - width // 2
        if is_array:
            return image[:, left : left + width // 2]
        return image.crop((left, 0, left + width // 2, height))

    def _range(self, value_range):
        """Returns the values that become -1 and 1, `None` of bytes."""
        if self.classes is not None or not self.raw:
            if value_range is not None and self.classes is None:
                raise ValueError(
                    "`value_range` is for pictures of more than 8 bits, and "
                    f"'{self.paths[0]}' has 8. Received: value_range="
                    f"{value_range}"
                )
            return None
        if value_range is not None:
            return tuple(float(n) for n in value_range)
        dtype = np.dtype(self.raw[0])
        if dtype.kind not in "iu":
            raise ValueError(
                "`value_range` must say which values of pictures of floats "
                "become -1 and 1, such as value_range=(0, 1). Received: "
                f"value_range=None and '{self.paths[0]}' of {dtype}"
            )
        limits = np.iinfo(dtype)
        return float(limits.min), float(limits.max)

    def _values(self, image):
        """Returns what stands for a class at each place, `(height, width)`."""
        if isinstance(image, np.ndarray):
            return image[..., 0].astype("int64")
        if self.are_numbers:
            if image.mode == "PA":
                image = image.getchannel("P")
            return np.asarray(image).astype("int64")
        colours = np.asarray(image.convert("RGB")).astype("int64")
        return colours @ (65536, 256, 1)

    def _classes(self, labels):
        """Returns the values of classes; those of files if not given."""
        if labels is True:
            found = {}

            def collect(index):
                with reading(self.paths[index]):
                    image = self._cut(_load(self.paths[index]))
                    found[index] = np.unique(self._values(image))

            validate_images(collect, len(self.paths))
            values = np.unique(np.concatenate([*found.values()]))
            if len(values) > _MOST_CLASSES:
                raise ValueError(
                    f"`labels=True` takes at most {_MOST_CLASSES} classes: "
                    "each value or colour is one. Received: pictures with "
                    f"{len(values)}. Are they photographs, or JPEG files, "
                    "which change colours?"
                )
        else:
            values = _packed(labels, self.are_numbers)
        return self._set_classes(values)

    def _set_classes(self, values):
        self._order = np.argsort(values)
        self._sorted = values[self._order]
        self.classes = [int(value) for value in values]
        if not self.are_numbers:
            self.classes = [
                tuple(int(v) >> k & 255 for k in (16, 8, 0)) for v in values
            ]
        return self.classes


@dataclasses.dataclass(frozen=True)
class _Header:
    mode: str
    is_clear: bool
    size: tuple
    dtype: str
    channels: int
    is_tiff: bool

    @property
    def is_raw(self):
        """Whether it is no picture of 8 bits."""
        return self.dtype != "uint8" or self.channels not in (1, 3, 4)


def _inspect(path):
    if is_tiff(path):
        mode, dtype, channels, size = inspect_tiff(path)
        clear = dtype == "uint8" and channels == 4
        mode = mode or {3: "RGB", 4: "RGBA"}.get(channels, "L")
        return _Header(mode, clear, size, dtype, channels, True)
    mode, clear, size = inspect_picture(path)
    grey = mode[0] in "1LI" and not clear
    # Grey of 16 bits with a transparent one is read as bytes.
    dtype = "uint16" if mode.startswith("I") and grey else "uint8"
    return _Header(mode, clear, size, dtype, 1 if grey else 3, False)


def _load(path, side=None):
    return load_tiff(path) if is_tiff(path) else load_picture(path, side)


def _floats(image):
    """Returns a picture of more than 8 bits as float32."""
    array = np.asarray(image).astype("float32")
    if not np.isfinite(array).all():
        raise ValueError(
            "it has values that are not finite. Write others where nothing "
            "is known"
        )
    return array if array.ndim == 3 else array[..., None]


def _raw_type(paths, headers, color_mode, labels):
    """Returns dtype and channels of pictures that are no bytes, or `None`."""
    found = [(header.dtype, header.channels) for header in headers]
    raw = [header.is_raw for header in headers]
    if labels is not False:
        return None
    is_grey = all(channels == 1 for _, channels in found)
    is_free = color_mode is None or (color_mode == "grayscale" and is_grey)
    if all(raw) and is_free:
        is_mixed = len({*found}) > 1
    elif any(r and h.is_tiff for r, h in zip(raw, headers)):
        is_mixed = True
    else:
        return None
    if is_mixed:
        first = {}
        for path, kind in zip(paths, found):
            first.setdefault(kind, f"'{path}' of {_shown(kind)}")
        asked = "" if color_mode is None else f" and color_mode={color_mode!r}"
        raise ValueError(
            "Pictures of more than 8 bits or 4 channels must all be of one "
            f"type. Received: {several([*first.values()])}{asked}"
        )
    return found[0]


def _shown(kind):
    dtype, channels = kind
    return f"{dtype} with {channels} channel{'s' * (channels != 1)}"


def _packed(labels, are_numbers):
    shape = () if are_numbers else (3,)
    try:
        values = np.array([*labels], "int64")
        is_right = values.ndim and values.shape[1:] == shape and len(values)
    except (TypeError, ValueError):
        is_right = False
    if is_right:
        values = values if are_numbers else values @ (65536, 256, 1)
        is_right = len(np.unique(values)) == len(values)
    if not is_right:
        what = "whole numbers" if are_numbers else "colours (red, green, blue)"
        raise ValueError(
            f"`labels` must be True, False or a list of different {what}, as "
            f"these pictures have them. Received: labels={labels!r}"
        )
    return values


def _color_mode(modes, clear):
    if any(clear):
        return "rgba"
    return "grayscale" if all(m[0] in "1LIF" for m in modes) else "rgb"
