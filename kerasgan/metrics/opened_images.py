"""Images of `evaluate` that are given as a folder, or as a data set's name."""

import difflib
import itertools
import os
import pathlib

import numpy as np

from kerasgan.metrics.features.chosen import CLASSIFIERS


def is_place(given):
    """Whether a user named images, in place of giving them."""
    return isinstance(given, (str, os.PathLike))


def open_images(source, argument, shape, most, seed):
    """Returns the images that a user named.

    Args:
        source: Name of a data set of `kerasgan.datasets.load`, of which the
            test split is read, or folder of pictures.
        argument: Name of the argument, for messages.
        shape: Shape of one image, to which pictures of a folder are cropped
            and resized; or `None`: they must be of one size.
        most: Integer, pictures that are read at most, drawn by the seed.
        seed: Integer.

    Returns:
        Array, or a tuple of images and labels.

    Raises:
        ValueError: If there is neither such a folder nor such a data set, or
            sizes differ.
    """
    from kerasgan import datasets

    path = pathlib.Path(source).expanduser()
    if str(source) in datasets.list_datasets():
        return datasets.load(str(source), "test")
    if not path.is_dir():
        known = datasets.list_datasets()
        near = difflib.get_close_matches(str(source), known, n=1)
        hint = f"Did you mean '{near[0]}'? " if near else ""
        raise ValueError(
            f"`{argument}` must be images, a folder of them or the name of a "
            f"data set: {', '.join(known)}. {hint}Received: '{source}', which "
            "is neither a folder nor such a name"
        )
    if shape is None:
        shape = _shape_in(path, argument)
    *size, channels = shape
    pictures = datasets.from_directory(
        path,
        tuple(size),
        color_mode={1: "grayscale", 3: "rgb", 4: "rgba"}.get(channels, "rgb"),
        shuffle=True,
        seed=seed,
    )
    parts, count = [], 0
    for part in itertools.islice(iter(pictures), len(pictures)):
        parts.append(np.asarray(part))
        count += len(part)
        if count >= most:
            break
    return np.concatenate(parts)[:most]


def shape_of(gan):
    """Returns the shape of the images that `evaluate` was given, or `None`."""
    if hasattr(gan, "generate"):
        return tuple(gan.image_shape)
    images = gan[0] if isinstance(gan, (tuple, list)) and len(gan) == 2 else gan
    shape = tuple(getattr(images, "shape", ()))
    return shape[1:] if len(shape) == 4 else None


def _shape_in(folder, argument):
    """Returns the one shape of all pictures of a folder, or raises."""
    from PIL import Image

    from kerasgan.datasets.from_directory import find_images

    shapes = {}
    for name in find_images(folder):
        with Image.open(folder / name) as picture:
            channels = 1 if picture.mode in ("1", "L", "I;16") else 3
            shape = (picture.height, picture.width, channels)
            shapes.setdefault(shape, name)
    sizes = {shape[:2] for shape in shapes}
    if len(sizes) > 1:
        (a, first), (b, second) = list(shapes.items())[:2]
        raise ValueError(
            f"`{argument}` must be a folder of pictures of one size: read "
            "others by `kerasgan.datasets.from_directory`. Received: "
            f"'{first}' of {a[0]}x{a[1]} and '{second}' of {b[0]}x{b[1]} pixels"
        )
    return max(shapes, key=lambda shape: shape[2])


def data_set_of(real):
    """Returns the classifier's name that is of a named data set, or `None`."""
    name = str(real).removesuffix("_subset") if is_place(real) else None
    return name if name in CLASSIFIERS else None
