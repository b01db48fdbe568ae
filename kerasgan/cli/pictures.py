"""Pictures that a command reads for a model, and tables that it writes."""

import csv
import os
import pathlib

import numpy as np

from kerasgan.datasets.catalog import DATASETS
from kerasgan.datasets.find_images import find_images
from kerasgan.datasets.from_directory import validate_images
from kerasgan.datasets.load import load
from kerasgan.datasets.pictures import read_picture
from kerasgan.utils.atomic_files import replacing

_MODES = {1: "grayscale", 3: "rgb"}


def read_pictures(pictures, image_shape):
    """Returns pictures as a model takes them, and their names.

    They are cropped and resized to the model's size.

    Args:
        pictures: A picture, or a folder of them.
        image_shape: Tuple `(height, width, channels)`.

    Returns:
        uint8 array, `(n, height, width, channels)`, and a list of names.

    Raises:
        ValueError: If the model's images are of no colours that files have.
        OSError: If a picture cannot be read.

    Example:

    ```python
    from kerasgan.cli.pictures import read_pictures

    try:
        read_pictures("no such folder", (8, 8, 1))
    except OSError as error:
        print(error)
    ```
    """
    *size, channels = image_shape
    if channels not in _MODES:
        raise ValueError(
            "Pictures are read for models of 1 or 3 channels. Received: a "
            f"model of images with {channels}. `kerasgan.latent` takes arrays "
            "in Python."
        )
    root = pathlib.Path(pictures).expanduser()
    if root.is_dir():
        names = find_images(root)
    else:
        root, names = root.parent, [root.name]

    def read(index):
        return read_picture(
            root / names[index], tuple(size), _MODES[channels], True
        )

    validate_images(read, len(names))
    images = np.stack([read(index) for index in range(len(names))])
    return images, [os.fspath(name) for name in names]


def read_data(data, image_shape, most, seed, split="test"):
    """Returns images of a named data set or of a folder, at most so many.

    Args:
        data: Name of a data set, or a folder.
        image_shape: Tuple `(height, width, channels)`.
        most: Integer.
        seed: Integer, for which.
        split: `"test"` (default) or `"train"`, of a data set.

    Returns:
        uint8 array.

    Raises:
        ValueError: If the images of a data set are not of the model's shape.

    Example:

    ```python
    from kerasgan.cli.pictures import read_data

    images = read_data("fashion_mnist_subset", (28, 28, 1), 5, seed=0)
    assert len(images) == 5
    ```
    """
    if data in DATASETS:
        images, _ = load(data, split)
        if images.shape[1:] != tuple(image_shape):
            raise ValueError(
                f"The images of '{data}' must have the model's shape "
                f"{tuple(image_shape)}. Received: {images.shape[1:]}"
            )
    else:
        images, _ = read_pictures(data, image_shape)
    if len(images) > most:
        chosen = np.random.default_rng(seed).permutation(len(images))[:most]
        images = images[np.sort(chosen)]
    return images


def new_folder(out):
    """Returns a folder that is new or empty, to write to.

    Args:
        out: Path.

    Raises:
        OSError: If something is in it.

    Example:

    ```python
    import tempfile
    from kerasgan.cli.pictures import new_folder

    with tempfile.TemporaryDirectory() as folder:
        assert new_folder(f"{folder}/here").is_dir()
    ```
    """
    out = pathlib.Path(out).expanduser()
    names = os.listdir(out) if out.is_dir() else []
    names = [name for name in names if not name.startswith(".")]
    if names:
        raise FileExistsError(
            f"`--out` must be a new or empty folder. Received: '{out}', "
            f"which holds '{min(names)}'. Choose another name."
        )
    out.mkdir(parents=True, exist_ok=True)
    return out


def write_table(path, columns):
    """Writes a CSV file, which appears when it is complete.

    Args:
        path: File to write.
        columns: Dict from names to columns of one length.

    Example:

    ```python
    import tempfile
    from kerasgan.cli.pictures import write_table

    with tempfile.TemporaryDirectory() as folder:
        write_table(f"{folder}/table.csv", {"a": [1], "b": [0.5]})
    ```
    """
    with (
        replacing(pathlib.Path(path), "--out") as temporary,
        open(temporary, "w", newline="", encoding="utf-8") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in zip(*columns.values()):
            writer.writerow(
                [f"{x:.6g}" if isinstance(x, float) else x for x in row]
            )


def write_array(path, array):
    """Writes a NumPy file, which appears when it is complete.

    Args:
        path: File to write; it ends in `.npy`.
        array: Array.

    Example:

    ```python
    import tempfile
    import numpy as np
    from kerasgan.cli.pictures import write_array

    with tempfile.TemporaryDirectory() as folder:
        write_array(f"{folder}/latents.npy", np.zeros(3))
    ```
    """
    with (
        replacing(pathlib.Path(path), "--out") as temporary,
        open(temporary, "wb") as file,
    ):
        np.save(file, array)
