import dataclasses
import os
import pathlib
from collections.abc import Callable

import numpy as np

import kerasgan
from kerasgan.cli import translators
from kerasgan.cli.generate import progress
from kerasgan.cli.words import hint_for
from kerasgan.datasets.catalog import DATASETS
from kerasgan.datasets.find_images import describe_left_out
from kerasgan.datasets.find_images import find_images
from kerasgan.datasets.from_directory import broken_images
from kerasgan.datasets.from_directory import infer_labels
from kerasgan.datasets.pictures import read_picture

_SHOWN = 5  # broken files in one message


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
        names: Names of the pictures in a folder, or `None`.
        labels: Array of the images' classes if `fetch` gives labels, or
            `None`.
        class_pairs: `kerasgan.datasets.ClassPairs` of the images, for models
            that learn from such, or `None`.
        left_out: Files of a folder that are not read, each with the reason.
    """

    name: str
    fetch: Callable
    count: int
    image_shape: tuple
    num_classes: int | None = None
    pairs: kerasgan.datasets.ImagePairs | None = None
    held_out: kerasgan.datasets.ImagePairs | None = None
    names: list | None = None
    labels: np.ndarray | None = None
    class_pairs: kerasgan.datasets.ClassPairs | None = None
    left_out: tuple = ()


def open_data(data, image_size, grayscale, labeled, skip_broken=False):
    """Returns the `Source` that `--data` names.

    Args:
        data: Name of a data set, or a folder.
        image_size: `(height, width)` for a folder, or `None` for 64 by 64.
        grayscale: Whether a folder is read without colours.
        labeled: Whether labels are wanted: those of the data set, or the
            names of the folders in the folder.
        skip_broken: Whether files of a folder that cannot be read are left
            out. Defaults to `False`.

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
        return _open_folder(folder, image_size, grayscale, labeled, skip_broken)
    check_data(data)
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
    return Source(
        data,
        fetch,
        len(images),
        images.shape[1:],
        classes,
        labels=labels if labeled else None,
    )


def check_data(data):
    """Raises `ValueError` unless there is a data set or folder of that name.

    Args:
        data: What the user gave.

    Example:

    ```python
    from kerasgan.cli.open_data import check_data

    check_data("mnist")
    ```
    """
    folder = pathlib.Path(data).expanduser()
    if data in DATASETS or folder.is_dir():
        return
    if folder.exists() or os.sep in data:
        raise ValueError(
            "`--data` must be the name of a data set or a folder of images. "
            f"Received: '{data}', which is no folder."
        )
    raise ValueError(
        f"There is neither a folder '{data}' here nor a data set of that name. "
        f"{hint_for(data, DATASETS, 'data sets')}"
    )


def pictures_in(folder, left_out=None):
    """Returns the names of the pictures in a folder.

    Args:
        folder: `pathlib.Path`.
        left_out: See `kerasgan.datasets.find_images.find_images`.

    Raises:
        ValueError: If there are none.
    """
    left_out = [] if left_out is None else left_out
    try:
        return find_images(folder, left_out)
    except ValueError:
        others = left_out and f" but {describe_left_out(left_out)}"
        raise ValueError(
            "`--data` must have files that are pictures, such as .jpg or "
            f".png, in it or in folders in it. Received: '{folder}', which has "
            f"none{others or ''}."
        ) from None


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


def _open_folder(folder, image_size, grayscale, labeled, skip_broken):
    folder = folder.resolve()
    size = tuple(image_size or (64, 64))
    left_out = []
    names = pictures_in(folder, left_out)
    mode = "grayscale" if grayscale else "rgb"

    def read(index):
        return read_picture(folder / names[index], size, mode, True)

    if labeled:
        _check_folders(folder, names)
    with progress(len(names), "Reading") as advance:
        broken = broken_images(read, len(names), advance)
    if broken and (not skip_broken or len(broken) == len(names)):
        shown = "; ".join([*broken.values()][:_SHOWN])
        more = len(broken) - _SHOWN
        advice = "Remove or replace them"
        if len(broken) < len(names):
            advice += ", or go on without them with `--skip-broken`"
        raise OSError(
            f"{len(broken)} of {len(names)} files are broken. {advice}: {shown}"
            f"{f' and {more} more' if more > 0 else ''}"
        )
    left_out += [(names[i], f"broken: {e}") for i, e in broken.items()]
    names = [name for i, name in enumerate(names) if i not in broken]
    labels, class_names = (
        infer_labels(folder, names) if labeled else (None, None)
    )

    def fetch(indices):
        images = np.stack([read(index) for index in indices])
        return (images, labels[indices]) if labeled else images

    return Source(
        str(folder),
        fetch,
        len(names),
        (*size, 1 if grayscale else 3),
        len(class_names) if labeled else None,
        names=names,
        labels=labels,
        left_out=tuple(left_out),
    )


def _check_folders(folder, names):
    """Raises `ValueError` unless a folder names the class of each picture."""
    loose = [name for name in names if os.sep not in name]
    if loose:
        raise ValueError(
            "A model of classes learns them from the folders in `--data`: each "
            "picture must be in a folder that names its class. Received: "
            f"'{folder}' with {len(loose)} pictures in no such folder, such as "
            f"'{loose[0]}'. Move them, or train a model without classes, such "
            "as `kerasgan train dcgan`."
        )
