import os

import numpy as np

from kerasgan.datasets.load import load
from kerasgan.utils import check_count


def stacked_mnist(
    count: int = 128_000,
    split: str = "train",
    seed: int | None = 0,
    folder: str | os.PathLike | None = None,
    digits=None,
) -> tuple[np.ndarray, np.ndarray]:
    """Stacks three random digits as the colours of one image.

    Every pair of count and seed gives the same images. The digits are drawn
    independently, so that there are 1,000 equally likely modes, up to the
    small differences in how often MNIST has each digit: a test of mode
    dropping on images.

    Args:
        count: Number of images, 2,352 bytes each. Default 128,000, the size
            of the usual training set.
        split: `"train"` (default) or `"test"`, of MNIST.
        seed: Integer, or `None` for other images in each call. Default 0.
        folder: Folder with MNIST, as for `kerasgan.datasets.load`. Defaults to
            `None`.
        digits: `(images, labels)` to stack instead of MNIST's: uint8
            `(n, height, width, 1)` and integers in [0, 10) `(n,)`. Default
            `None`.

    Returns:
        `(images, labels)`: uint8 images, `(count, 28, 28, 3)`, and int32
        labels, `(count,)`, which are the three digits read as one number
        from 0 to 999: red hundreds, green tens, blue ones.

    Raises:
        ValueError: If `count` is not positive or `digits` is not as
            described.
        OSError: If MNIST is not found.

    Example:

    ```python
    import kerasgan

    digits = kerasgan.datasets.load("fashion_mnist_subset", "test")
    images, labels = kerasgan.datasets.stacked_mnist(10, digits=digits)
    assert images.shape == (10, 28, 28, 3)
    ```

    Reference:

    - Metz, Poole, Pfau, Sohl-Dickstein, 2017, [Unrolled generative
        adversarial networks](https://arxiv.org/abs/1611.02163)
    """
    check_count("count", count)
    images, labels = digits or load("mnist", split, folder)
    shape = np.shape(images)
    if len(shape) != 4 or shape[-1] != 1 or np.shape(labels) != shape[:1]:
        raise ValueError(
            "`digits` must be images of shape (n, height, width, 1) and "
            f"labels of shape (n,). Received: shapes {shape} and "
            f"{np.shape(labels)}"
        )
    if images.dtype != np.uint8 or np.min(labels) < 0 or np.max(labels) > 9:
        raise ValueError(
            "`digits` must be uint8 images and labels in [0, 10). Received: "
            f"{images.dtype} images and labels from {np.min(labels)} to "
            f"{np.max(labels)}"
        )
    rng = np.random.default_rng(seed)
    chosen = rng.integers(len(images), size=(count, 3))
    stacked = np.empty((count, *shape[1:3], 3), np.uint8)
    for channel in range(3):
        stacked[..., channel] = images[chosen[:, channel], ..., 0]
    return stacked, (labels[chosen] @ [100, 10, 1]).astype(np.int32)
