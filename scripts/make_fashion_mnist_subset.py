"""Makes the part of Fashion-MNIST that ships with kerasgan.

Of each class the first 1,000 training images and the first 100 test images,
in file order, become one grey PNG each: 100 images a row, class by class.

Usage, with Debian's `dataset-fashion-mnist` or a folder with the IDX files:

    python scripts/make_fashion_mnist_subset.py [folder]
"""

import hashlib
import pathlib
import sys

import numpy as np
from PIL import Image

from kerasgan import datasets

_COLUMNS = 100
_OUT = pathlib.Path(datasets.__file__).parent / "data"


def main(folder="/usr/share/datasets/fashion-mnist"):
    for split, per_class in (("train", 1000), ("test", 100)):
        images, labels = datasets.load("fashion_mnist", split, folder)
        chosen = [np.flatnonzero(labels == c)[:per_class] for c in range(10)]
        images = images[np.stack(chosen)]  # (10, per_class, 28, 28, 1)
        rows = images.reshape(-1, _COLUMNS, 28, 28)
        mosaic = rows.transpose(0, 2, 1, 3).reshape(-1, _COLUMNS * 28)
        path = _OUT / f"fashion_mnist_{split}_{10 * per_class}.png"
        Image.fromarray(mosaic).save(path, optimize=True)
        # As `load` gives them, image 10 * k + c is the k-th of class c.
        pixels = np.ascontiguousarray(images.swapaxes(0, 1))
        digest = hashlib.sha256(pixels).hexdigest()
        print(f"{path.name} {path.stat().st_size} bytes, pixels {digest}")


if __name__ == "__main__":
    main(*sys.argv[1:])
