import contextlib
import functools
import http.client
import os
import socket
import tempfile
import threading
import urllib.request
import warnings

import keras
import numpy as np

from kerasgan.datasets.files import check
from kerasgan.datasets.files import check_digest
from kerasgan.datasets.files import file_names
from kerasgan.datasets.files import read_folder

_PROBE_SECONDS = 5.0
_STALL_SECONDS = 30.0  # longest silence of a server in mid-download
_CLASSES = 10
_COLUMNS = 100


def find(dataset, split, folder=None):
    """Returns images and labels from the first place that has them.

    Args:
        dataset: An `ImageDataset`.
        split: `"train"` or `"test"`.
        folder: Folder that must have the files, or `None` to look in the
            usual places.

    Returns:
        `(images, labels)` as uint8 arrays.

    Raises:
        OSError: If no place has the files or a file is broken.
    """
    if folder is not None:
        found = read_folder(dataset, split, folder)
        if found is None:
            raise OSError(
                f"`folder` must hold {file_names(dataset, split)} for the "
                f"{split} split of '{dataset.name}'. Received: "
                f"folder='{folder}', which does not. Without `folder`, the "
                "usual places are searched."
            )
        return found
    if not dataset.files:
        return read_subset(dataset, split)
    looked_in = [dataset.debian] if dataset.debian else []
    looked_in += keras_caches(dataset)
    for place in looked_in:
        found = read_folder(dataset, split, place)
        if found is not None:
            return found
    found, reason = from_keras(dataset, split)
    if found is not None:
        return found
    if split in dataset.subset:
        _, count, _ = dataset.subset[split]
        _warn_once(
            f"Using the {count:,} images, {count // _CLASSES:,} a class, of "
            f"the {split} split of '{dataset.name}' that ship with kerasgan: "
            f"the full {dataset.counts[split]:,} are not on this machine and "
            f"could not be downloaded ({reason}). To train on all of them, "
            "install Debian's `dataset-fashion-mnist` or give a `folder` "
            f"with {file_names(dataset, split)}."
        )
        return read_subset(dataset, split)
    places = ", ".join(f"'{place}'" for place in looked_in)
    raise OSError(
        f"'{dataset.name}' is not on this machine (looked in {places}) and "
        f"could not be downloaded ({reason}). Connect to the internet, or "
        f"give a `folder` with {file_names(dataset, split)}."
    )


def keras_caches(dataset):
    """Returns the folders in which Keras may have put the files."""
    home = os.environ.get("KERAS_HOME") or os.path.join("~", ".keras")
    # Keras falls back to the second where it cannot write to the first.
    spare = os.path.join(tempfile.gettempdir(), ".keras")
    return [
        os.path.join(os.path.expanduser(h), "datasets", dataset.cache_folder)
        for h in (home, spare)
    ]


def from_keras(dataset, split):
    """Returns what Keras' own loader gives, and why it gave nothing.

    Keras downloads a set that it does not have; a short question to the
    server comes first, so that a machine with no internet does not wait.

    Args:
        dataset: An `ImageDataset`.
        split: `"train"` or `"test"`.

    Returns:
        `((images, labels), None)`, or `(None, reason)`.

    Raises:
        OSError: If the arrays are not what they should be.
    """
    cached = dataset.cache_file is not None and any(
        os.path.isfile(os.path.join(folder, dataset.cache_file))
        for folder in keras_caches(dataset)
    )
    if not cached and not reachable(dataset.url):
        return None, f"no answer from {dataset.url}"
    loader = getattr(keras.datasets, dataset.name)
    stall = socket.getdefaulttimeout()
    try:
        if stall is None:
            socket.setdefaulttimeout(_STALL_SECONDS)
        train, test = loader.load_data()
    except Exception as error:  # Keras raises a bare Exception
        return None, str(error)
    finally:
        socket.setdefaulttimeout(stall)
    images, labels = train if split == "train" else test
    if images.ndim == 4 and images.shape[1:] != dataset.image_shape:
        # `image_data_format` is "channels_first" in the user's settings.
        images = np.ascontiguousarray(images.transpose(0, 2, 3, 1))
    return check(dataset, split, "Keras' loader", images, labels), None


def reachable(url):
    """Returns whether an address answers within a few seconds."""
    answers = []

    def ask():
        request = urllib.request.Request(url, method="HEAD")
        with (
            contextlib.suppress(OSError, http.client.HTTPException),
            urllib.request.urlopen(request, timeout=_PROBE_SECONDS),
        ):
            answers.append(True)

    # A thread, because a name look-up has no time-out of its own.
    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(_PROBE_SECONDS)
    return bool(answers)


def read_subset(dataset, split):
    """Returns the images and labels that ship with the package.

    Image `10 * k + c` is the k-th of class `c`, so that any run of images
    has all classes.

    Args:
        dataset: An `ImageDataset` with a `subset`.
        split: `"train"` or `"test"`.

    Returns:
        `(images, labels)` as uint8 arrays.

    Raises:
        OSError: If the packaged picture is damaged.
    """
    from PIL import Image

    name, count, digest = dataset.subset[split]
    path = os.path.join(os.path.dirname(__file__), "data", name)
    height, width, _ = dataset.image_shape
    try:
        with Image.open(path) as picture:
            mosaic = np.asarray(picture)
        images = mosaic.reshape(-1, height, _COLUMNS, width)
        images = images.transpose(0, 2, 1, 3)
        images = images.reshape(_CLASSES, -1, height, width, 1)
    except (OSError, ValueError, SyntaxError) as error:
        raise OSError(
            f"'{path}' must be a picture of {count} images. Received: "
            f"{error}. Install kerasgan again."
        ) from error
    images = np.ascontiguousarray(images.swapaxes(0, 1))
    images = images.reshape(-1, height, width, 1)
    check_digest(f"pixels of '{path}'", images, digest)
    labels = np.tile(np.arange(_CLASSES, dtype=np.uint8), count // _CLASSES)
    return images, labels


@functools.cache
def _warn_once(message):
    warnings.warn(message, stacklevel=4)
