import hashlib
import os
import zipfile
import zlib

import numpy as np

from kerasgan.datasets.idx import read_idx


def read_folder(dataset, split, folder):
    """Returns images and labels from the files that a folder holds.

    Args:
        dataset: An `ImageDataset`.
        split: `"train"` or `"test"`.
        folder: Folder with the files as their authors publish them (IDX for
            the MNIST family, packed by gzip or not; the binary version of
            CIFAR), or with `<name>.npz` as Keras keeps it.

    Returns:
        `(images, labels)` as uint8 arrays of shapes
        `(count, height, width, channels)` and `(count,)`; `None` if the
        folder does not have all the files.

    Raises:
        OSError: If a file is broken or is not the one it should be.
    """
    npz = os.path.join(folder, f"{dataset.name}.npz")
    if os.path.isfile(npz):
        return check(dataset, split, npz, *_read_npz(npz, split))
    paths = []
    for name in dataset.files.get(split, ()):
        path = os.path.join(folder, name)
        packed = () if dataset.label_bytes else (path + ".gz",)
        found = [p for p in (path, *packed) if os.path.isfile(p)]
        if not found:
            return None
        paths.append(found[0])
    if not paths:
        return None
    if dataset.label_bytes:
        images, labels = _read_records(dataset, paths)
    else:
        images, labels = (read_idx(path) for path in paths)
    return check(dataset, split, folder, images, labels)


def file_names(dataset, split):
    """Returns words for the files that `read_folder` looks for."""
    npz = f"'{dataset.name}.npz'"
    names = dataset.files.get(split, ())
    published = " and ".join(f"'{name}'" for name in names)
    packed = "" if dataset.label_bytes else " (or with .gz)"
    return f"{published}{packed}, or {npz}" if published else npz


def check(dataset, split, origin, images, labels):
    """Returns images and labels with shapes and contents verified.

    Args:
        dataset: An `ImageDataset`.
        split: `"train"` or `"test"`.
        origin: Where the arrays come from, for messages.
        images: uint8 array, `(count, height, width[, channels])`.
        labels: Array of integers, `(count,)` or `(count, 1)`.

    Returns:
        `(images, labels)` as uint8 arrays of shapes
        `(count, height, width, channels)` and `(count,)`.

    Raises:
        OSError: If a shape, the type, a label or a digest is another.
    """
    count = dataset.counts[split]
    labels = np.asarray(labels)
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if images.ndim == 3:
        images = images[..., None]
    expected = (count, *dataset.image_shape)
    if images.shape != expected or labels.shape != (count,):
        raise OSError(
            f"The {split} split of '{dataset.name}' must have images of shape "
            f"{expected} and labels of shape {(count,)}. Received: shapes "
            f"{images.shape} and {labels.shape} in '{origin}'. Fetch the files "
            "again, or load another folder with "
            "`kerasgan.datasets.from_directory`."
        )
    if images.dtype != np.uint8 or labels.dtype.kind not in "ui":
        raise OSError(
            f"'{dataset.name}' must have uint8 images and integer labels. "
            f"Received: {images.dtype} and {labels.dtype} in '{origin}'. "
            "Fetch the files again."
        )
    if labels.min() < 0 or labels.max() >= dataset.num_classes:
        raise OSError(
            f"Labels of '{dataset.name}' must lie in "
            f"[0, {dataset.num_classes}). Received: labels from "
            f"{labels.min()} to {labels.max()} in '{origin}'. "
            "Fetch the files again."
        )
    labels = labels.astype(np.uint8)
    for what, array, expected in zip(
        ("images", "labels"),
        (images, labels),
        dataset.sha256.get(split, ()),
        strict=False,
    ):
        check_digest(f"{what} of '{origin}'", array, expected)
    return images, labels


def check_digest(what, array, expected):
    """Raises `OSError` unless the bytes of an array have the digest."""
    received = hashlib.sha256(np.ascontiguousarray(array)).hexdigest()
    if received != expected:
        raise OSError(
            f"The {what} must have the SHA-256 digest {expected}. "
            f"Received: {received}. The file is damaged or another one; "
            "fetch it again."
        )


def _read_npz(path, split):
    try:
        with open(path, "rb") as file, np.load(file) as arrays:
            return arrays[f"x_{split}"], arrays[f"y_{split}"]
    except (
        OSError,
        EOFError,
        KeyError,
        ValueError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        raise OSError(
            f"'{path}' must be a NumPy archive with the arrays 'x_{split}' "
            f"and 'y_{split}'. Received: {error}. Fetch the file again."
        ) from error


def _read_records(dataset, paths):
    height, width, channels = dataset.image_shape
    size = dataset.label_bytes + height * width * channels
    parts = []
    for path in paths:
        data = np.fromfile(path, np.uint8)
        if not data.size or data.size % size:
            raise OSError(
                f"'{path}' must hold records of {size} bytes each. Received: "
                f"{data.size} bytes. Fetch the file again."
            )
        parts.append(data.reshape(-1, size))
    records = np.concatenate(parts)
    images = records[:, dataset.label_bytes :]
    images = images.reshape(-1, channels, height, width)
    images = np.ascontiguousarray(images.transpose(0, 2, 3, 1))
    return images, records[:, dataset.label_bytes - 1]
