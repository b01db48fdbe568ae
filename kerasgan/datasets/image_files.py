import copy
import os

import numpy as np

from kerasgan.datasets.from_directory import validate_images
from kerasgan.datasets.pictures import CHANNELS
from kerasgan.datasets.pictures import convert_picture
from kerasgan.datasets.pictures import inspect_picture
from kerasgan.datasets.pictures import load_picture
from kerasgan.datasets.pictures import reading

_PALETTES = ("P", "PA")
_MOST_CLASSES = 256


class ImageFiles:
    """The pictures of one side of a translation, all made alike.

    The number of channels is the largest that a file needs. Files of 16 bits
    a pixel become float32 in [-1, 1] where all are grey; others are uint8.

    Args:
        folder: String.
        names: List of names of files in it.
        color_mode: `"grayscale"`, `"rgb"`, `"rgba"` or `None`: as the files
            are.
        labels: `False`, `True` or a list of the values that stand for
            classes, in the order of the channels.
        part: `None`, or `"left"` or `"right"` for one half of each picture.

    Raises:
        OSError: If files cannot be read; the message names them.
        ValueError: If `labels` do not fit.
    """

    def __init__(self, folder, names, color_mode=None, labels=False, part=None):
        self.paths = [os.path.join(folder, name) for name in names]
        self.part = part
        headers = {}

        def inspect(index):
            with reading(self.paths[index]):
                headers[index] = inspect_picture(self.paths[index])

        validate_images(inspect, len(self.paths))
        modes, clear, sizes = zip(*(headers[i] for i in range(len(names))))
        self.sizes = [self._size_of(size) for size in sizes]
        self.widths = [width for _, width in sizes]
        self.classes = None
        self.color_mode = color_mode or _color_mode(modes, clear)
        is_deep = all(mode.startswith("I") for mode in modes)
        self.is_deep = is_deep and self.color_mode == "grayscale"
        #: Whether a class is a number of a palette or grey, not a colour.
        self.are_numbers = all(m in _PALETTES or m[0] in "1LI" for m in modes)
        if labels is not False:
            self.classes = self._classes(labels)

    def __len__(self):
        return len(self.paths)

    @property
    def channels(self):
        if self.classes is not None:
            return len(self.classes)
        return CHANNELS[self.color_mode]

    @property
    def dtype(self):
        return "float32" if self.is_deep and self.classes is None else "uint8"

    def load(self, index, side=None):
        """Returns a Pillow image; classes of one are numbers of channels.

        Args:
            index: Integer.
            side: Integer, pixels that suffice for each side, or `None`.
        """
        from PIL import Image

        path = self.paths[index]
        # A JPEG at a fraction of its size would blur classes, and halves.
        is_whole = self.part is not None or self.classes is not None
        with reading(path):
            image = self._cut(load_picture(path, None if is_whole else side))
            if self.classes is None and self.is_deep:
                return Image.fromarray(np.asarray(image).astype("float32"))
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
        if self.is_deep:
            # Lanczos' filter overshoots.
            scaled = np.clip(array[..., None] / 32767.5 - 1.0, -1.0, 1.0)
            return scaled.astype("float32")
        return array.reshape(*array.shape[:2], self.channels)

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

    def _size_of(self, size):
        height, width = size
        return (height, width if self.part is None else width // 2)

    def _cut(self, image):
        if self.part is None:
            return image
        width, height = image.size
        left = 0 if self.part == "left" else width - width // 2
        return image.crop((left, 0, left + width // 2, height))

    def _values(self, image):
        """Returns what stands for a class at each place, `(height, width)`."""
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
                    image = self._cut(load_picture(self.paths[index]))
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
        self._order = np.argsort(values)
        self._sorted = values[self._order]
        if self.are_numbers:
            return [int(value) for value in values]
        return [tuple(int(v) >> k & 255 for k in (16, 8, 0)) for v in values]


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
