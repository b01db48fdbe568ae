import os

import numpy as np

from kerasgan.datasets.catalog import DATASETS
from kerasgan.datasets.sources import find
from kerasgan.utils.look_up import look_up


def load(
    name: str, split: str = "train", folder: str | os.PathLike | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Loads the images and labels of a well-known dataset by its name.

    The files are taken from the first place that has them: `folder` if it is
    given (and no other place then), Debian's package `dataset-fashion-mnist`
    for Fashion-MNIST, the cache of Keras (`KERAS_HOME`, else `~/.keras`), and
    the download of `keras.datasets`. Where none has Fashion-MNIST, for want
    of a connection, a part of it that ships with kerasgan is used, and a
    warning says so once: of each of the ten classes the first 1,000 training
    images (100 test images) in file order. Contents are compared with known
    SHA-256 digests.

    | name | training, test images | shape | classes |
    |---|---|---|---|
    | `fashion_mnist` | 60,000, 10,000 | 28 x 28 x 1 | 10 |
    | `fashion_mnist_subset` (packaged) | 10,000, 1,000 | 28 x 28 x 1 | 10 |
    | `mnist` | 60,000, 10,000 | 28 x 28 x 1 | 10 |
    | `cifar10` | 50,000, 10,000 | 32 x 32 x 3 | 10 |
    | `cifar100` | 50,000, 10,000 | 32 x 32 x 3 | 100, the fine labels |

    Args:
        name: Name of the dataset, from the table.
        split: `"train"` (default) or `"test"`.
        folder: Folder with the files as their authors publish them: the IDX
            files of MNIST and Fashion-MNIST, packed by gzip or not, or the
            binary version of CIFAR; or with `<name>.npz` in the form of
            Keras' `mnist.npz` (arrays `x_train`, `y_train`, `x_test`,
            `y_test`). `None` (default) looks in the usual places.

    Returns:
        `(images, labels)`: NumPy arrays, uint8 in [0, 255] of shape
        `(count, height, width, channels)` and int32 of shape `(count,)`.

    Raises:
        ValueError: If the name or the split is not known.
        OSError: If the dataset is not found, or a file is truncated, of
            another format, or has another digest.

    Example:

    ```python
    import kerasgan

    images, labels = kerasgan.datasets.load("fashion_mnist_subset", "test")
    assert images.shape == (1000, 28, 28, 1)
    assert labels[:3].tolist() == [0, 1, 2]
    ```

    Reference:

    - Xiao, Rasul, Vollgraf, 2017, [Fashion-MNIST](
        https://arxiv.org/abs/1708.07747)
    """
    dataset = look_up(name, DATASETS, "name")
    if split not in dataset.counts:
        raise ValueError(
            f"`split` must be 'train' or 'test'. Received: split={split!r}"
        )
    if folder is not None and not os.path.isdir(folder):
        raise OSError(
            "`folder` must be a folder that exists. Received: "
            f"folder='{folder}'. Give the folder with the files, or leave "
            "`folder` out to look in the usual places."
        )
    images, labels = find(dataset, split, folder)
    return images, labels.astype(np.int32)
