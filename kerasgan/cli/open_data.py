import dataclasses
import os
import pathlib
from collections.abc import Callable

import numpy as np

import kerasgan
from kerasgan.cli import translators
from kerasgan.datasets.catalog import DATASETS
from kerasgan.datasets.from_directory import find_images
from kerasgan.datasets.from_directory import infer_labels
from kerasgan.datasets.from_directory import validate_images
from kerasgan.datasets.pictures import read_picture


@dataclasses.dataclass(frozen=True)
class Source:
    """Images that can be fetched by their indices.

    Args:
        name: Name of the data set, or the folder's whole path.
        fetch: Function from an array of indices to images, or to a tuple of
            images and labels.
        count: Number of images.
        image_shape: `(height, width, channels)`.
        num_classes: Number of classes if `fetch` gives labels, or `None`.
        pairs: `kerasgan.datasets.ImagePairs` of two kinds of images, or
            `None`; there is no `fetch` then.
        held_out: The same of those that are not trained on, or `None`.
    """

    name: str
    fetch: Callable
    count: int
    image_shape: tuple
    num_classes: int | None = None
    pairs: kerasgan.datasets.ImagePairs | None = None
    held_out: kerasgan.datasets.ImagePairs | None = None


def open_data(data, image_size, grayscale, labeled):
    """Returns the `Source` that `--data` names.

    Args:
        data: Name of a data set, or a folder.
        image_size: `(height, width)` for a folder, or `None` for 64 by 64.
        grayscale: Whether a folder is read without colours.
        labeled: Whether labels are wanted: those of the data set, or the
            names of the folders in the folder.

    Raises:
        ValueError: If the name is unknown or the path is no folder, or if an
            option for folders is given with a name.
        OSError: If the images cannot be read.

    Example:

    ```python
    from kerasgan.cli.open_data import open_data

    source = open_data("fashion_mnist_subset", None, False, labeled=False)
    assert source.fetch([0, 1]).shape == (2, 28, 28, 1)
    ```
    """
    folder = pathlib.Path(data).expanduser()
    if data not in DATASETS and folder.is_dir():
        return _open_folder(folder, image_size, grayscale, labeled)
    if data not in DATASETS and (os.sep in data or folder.exists()):
        raise ValueError(
            "`--data` must be the name of a data set or a folder of images. "
            f"Received: '{data}', which is no folder."
        )
    if image_size or grayscale:
        raise ValueError(
            "`--image-size` and `--grayscale` are for a folder of images. "
            f"Received: `--data {data}`, whose images come as they are. "
            "Leave them out."
        )
    images, labels = kerasgan.datasets.load(data)

    def fetch(indices):
        return (
            (images[indices], labels[indices]) if labeled else images[indices]
        )

    classes = int(labels.max()) + 1 if labeled else None
    return Source(data, fetch, len(images), images.shape[1:], classes)


def open_pairs(options, is_paired, validate=True):
    """Returns the `Source` of two kinds of images, of folders.

    Args:
        options: Dict of the options of `kerasgan train`: `data`, `targets`,
            `pairs`, `image_size`, `crop`, `grayscale`, `seed` and
            `held_out`.
        is_paired: Whether images of the same name belong together.
        validate: Whether to read every file once now. Defaults to `True`.

    Raises:
        ValueError: If the options do not say where both kinds are, or images
            do not fit together.
        OSError: If the images cannot be read.

    Example:

    ```python
    from kerasgan.cli.open_data import open_pairs

    try:
        open_pairs({"data": "here", "targets": None, "pairs": None}, True)
    except ValueError as error:
        print(error)
    ```
    """
    data, targets, both = (options[k] for k in ("data", "targets", "pairs"))
    is_right = both is None and None not in (data, targets)
    if is_paired and both is not None:
        is_right = data is targets is None
    if not is_right:
        given = {"--data": data, "--targets": targets, "--pairs": both}
        given = [f"{k} {v}" for k, v in given.items() if v is not None]
        raise ValueError(
            "A model that translates learns from two kinds of images: "
            "`--data FOLDER --targets FOLDER`"
            + (
                ", or `--pairs FOLDER` of pictures with both halves side by "
                "side."
                if is_paired
                else "."
            )
            + f" Received: {' '.join(given) or 'none of them'}."
        )
    modes = options.get("color_mode")
    settings = {
        "image_size": options["image_size"],
        "crop": options["crop"],
        "color_mode": "grayscale" if options["grayscale"] else modes,
        "seed": options["seed"],
        "validate": validate,
    }
    ranges = options.get("value_range"), options.get("target_range")
    if any(ranges):
        settings["value_range"] = ranges
    labels = options.get("classes") or options.get("labels")
    if labels and is_paired:
        settings["labels"] = labels
    elif labels:
        raise ValueError(
            "`--labels` is for pictures that belong together, as those of "
            "pix2pix. Received: --labels. Leave it out."
        )
    if both is not None:
        folders = [folder_of(both)]
        pairs = kerasgan.datasets.side_by_side(*folders, **settings)
    else:
        folders = [folder_of(data), folder_of(targets)]
        make = kerasgan.datasets.unpaired
        if is_paired:
            make = kerasgan.datasets.paired
        pairs = make(*folders, **settings)
    pairs, held_out = translators.without_held_out(
        pairs, options.get("held_out")
    )
    return Source(
        " and ".join(map(str, folders)),
        None,
        pairs.count,
        pairs.input_shape,
        pairs=pairs,
        held_out=held_out,
    )


def folder_of(path):
    """Returns a folder's whole path.

    Args:
        path: String, as the user wrote it.

    Example:

    ```python
    from kerasgan.cli.open_data import folder_of

    assert folder_of("here").is_absolute()
    ```
    """
    return pathlib.Path(path).expanduser().resolve()


def _open_folder(folder, image_size, grayscale, labeled):
    folder = folder.resolve()
    size = tuple(image_size or (64, 64))
    names = find_images(folder)
    labels, class_names = (
        infer_labels(folder, names) if labeled else (None, None)
    )
    mode = "grayscale" if grayscale else "rgb"

    def read(index):
        return read_picture(folder / names[index], size, mode, True)

    def fetch(indices):
        images = np.stack([read(index) for index in indices])
        return (images, labels[indices]) if labeled else images

    validate_images(read, len(names))
    return Source(
        str(folder),
        fetch,
        len(names),
        (*size, 1 if grayscale else 3),
        len(class_names) if labeled else None,
    )
