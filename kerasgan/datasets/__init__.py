"""Named datasets, folders of pictures and made-up distributions."""

from kerasgan.datasets.class_pairs import ClassPairs
from kerasgan.datasets.from_directory import from_directory
from kerasgan.datasets.from_tfds import from_tfds
from kerasgan.datasets.gaussian_grid import gaussian_grid
from kerasgan.datasets.gaussian_ring import gaussian_ring
from kerasgan.datasets.image_batches import ImageBatches
from kerasgan.datasets.image_pairs import ImagePairs
from kerasgan.datasets.list_datasets import list_datasets
from kerasgan.datasets.load import load
from kerasgan.datasets.omniglot import omniglot
from kerasgan.datasets.paired import paired
from kerasgan.datasets.pairs_by_class import pairs_by_class
from kerasgan.datasets.side_by_side import side_by_side
from kerasgan.datasets.stacked_mnist import stacked_mnist
from kerasgan.datasets.unpaired import unpaired
from kerasgan.datasets.unpaired_arrays import UnpairedArrays

__all__ = [
    "ClassPairs",
    "ImageBatches",
    "ImagePairs",
    "UnpairedArrays",
    "from_directory",
    "from_tfds",
    "gaussian_grid",
    "gaussian_ring",
    "list_datasets",
    "load",
    "omniglot",
    "paired",
    "pairs_by_class",
    "side_by_side",
    "stacked_mnist",
    "unpaired",
]


def __dir__():
    return list(__all__)
