"""Data of several devices: each gets its share of every batch."""

import itertools
import types

import keras
import numpy as np

from kerasgan.backend.common import data as data_backend
from kerasgan.training.data import is_array
from kerasgan.training.wrapped_dataset import WrappedDataset


def share(
    model,
    x,
    y=None,
    batch_size=None,
    minibatches=1,
    steps_per_epoch=None,
    is_shuffled=False,
):
    """Cuts data so that each device gets as many images of each batch.

    Args:
        model: The model, which has more than one replica.
        x: Array or data set that yields whole batches.
        y: Labels, if `x` is an array and has some.
        batch_size: Integer, images in a whole batch, where `x` is an array.
        minibatches: Integer, how many of them a batch consists of.
        steps_per_epoch: Integer or `None`, as given to `fit`.
        is_shuffled: Bool, whether the order of a data set or array changes
            with each epoch.

    Returns:
        `(x, y, batch_size, steps_per_epoch)` to give to Keras.

    Raises:
        ValueError: If a batch cannot be spread evenly.
    """
    sharing = _Sharing(model, minibatches)
    if not is_array(x):
        x, steps_per_epoch = _share_batches(
            x, sharing, steps_per_epoch, is_shuffled
        )
        return x, y, batch_size, steps_per_epoch
    batch_size = batch_size or 32 * minibatches
    sharing.check(batch_size, "`batch_size`")
    usable = len(x) - len(x) % sharing.unit
    if not usable:
        raise ValueError(
            f"`x` must have at least {sharing.unit} images, one for each "
            f"minibatch of each device. Received: {len(x)} images"
        )
    x, y = x[:usable], y if y is None else y[:usable]
    if sharing.parts == 1:
        return x, y, batch_size, steps_per_epoch
    # The same order in all processes, and another one after a resumption.
    seed = int(keras.ops.convert_to_numpy(model.steps_seen))
    batches = _ArrayBatches(x, y, batch_size, seed if is_shuffled else None)
    return _SharedDataset(batches, sharing), None, None, steps_per_epoch


def share_validation(model, data, batch_size):
    """Returns validation data cut as `share` does it."""
    if not isinstance(data, (tuple, list)) and not is_array(data):
        return share(model, data)[0]
    x, y, _ = keras.utils.unpack_x_y_sample_weight(data)
    unit = model._replicas
    batch_size = (batch_size or 32) // unit * unit or unit
    x, y, _, _ = share(model, x, y, batch_size)
    return x if y is None else (x, y)


def _share_batches(x, sharing, steps, is_shuffled):
    if hasattr(getattr(x, "sampler", None), "num_replicas"):
        raise ValueError(
            "`x` must yield whole batches, of which each process takes its "
            "part by itself. Leave out the DistributedSampler. Received: a "
            f"{type(x).__name__} with one"
        )
    if hasattr(x, "rebatch"):  # tf.data
        return data_backend.map_batches(x, sharing.cut, sharing.unit), steps
    if isinstance(x, keras.utils.PyDataset):
        rng = np.random.default_rng(0) if is_shuffled else None
        return _SharedDataset(x, sharing, rng), steps
    if isinstance(x, types.GeneratorType):
        return _shared(x, sharing), steps
    # A DataLoader or a Grain data set: iterable as often as one likes.
    steps = steps or (len(x) if hasattr(x, "__len__") else None)
    if steps is None:
        raise ValueError(
            "`steps_per_epoch` must be given for several devices and a data "
            f"set without a length. Received: {type(x).__name__}"
        )
    return _shared(
        itertools.chain.from_iterable(itertools.repeat(x)), sharing
    ), steps


class _Sharing:
    """Which rows of each batch this process takes, and in which order.

    Args:
        model: The model, which has more than one replica.
        minibatches: Integer, how many minibatches a batch consists of.
    """

    def __init__(self, model, minibatches):
        self.replicas = model._replicas
        self.minibatches = minibatches
        self.unit = minibatches * self.replicas
        self.part, self.parts = model._part_of_batch
        # Where a batch is split among replicas only after it was cut here.
        self.pieces = self.replicas if model._splits_rows else 1

    def check(self, rows, what):
        """Raises unless every device gets as many images."""
        if rows % self.unit:
            raise ValueError(
                f"{what} must be divisible by the number of devices. "
                f"Received: {rows / self.minibatches:g} images in a minibatch "
                f"on {self.replicas} devices"
            )

    def cut(self, x):
        """Returns this process' rows of an array of whole minibatches."""
        shape = tuple(x.shape[1:])
        if self.parts > 1:
            rows = x.shape[0] // self.minibatches // self.parts
            x = x.reshape(self.minibatches, self.parts, rows, *shape)
            return x[:, self.part].reshape(-1, *shape)
        if self.pieces > 1 and self.minibatches > 1:
            # Each replica gets some rows of each minibatch.
            x = x.reshape(self.minibatches, self.pieces, -1, *shape)
            return x.swapaxes(0, 1).reshape(-1, *shape)
        return x

    def cut_batch(self, batch):
        """Returns this process' part of a batch, `None` if it has none."""

        def cut(x):
            x = np.asarray(keras.ops.convert_to_numpy(x))
            return self.cut(x[: len(x) - len(x) % self.unit])

        batch = keras.tree.map_structure(cut, batch)
        return batch if len(keras.tree.flatten(batch)[0]) else None


class _SharedDataset(WrappedDataset):
    """This process' part of each batch of another data set.

    Keras would shuffle differently in each process, so it is done here.
    """

    def __init__(self, dataset, sharing, rng=None):
        super().__init__(dataset)
        self.sharing = sharing
        self.rng = rng
        batches = dataset.num_batches
        # A last and short batch may be too small for all.
        if batches and sharing.cut_batch(dataset[batches - 1]) is None:
            batches -= 1
        self.batches = batches
        self.order = None
        if rng is not None and batches:
            self.order = rng.permutation(batches)

    @property
    def num_batches(self):
        return self.batches

    def __getitem__(self, index):
        index = index if self.order is None else int(self.order[index])
        return self.sharing.cut_batch(self.dataset[index])

    def on_epoch_end(self):
        super().on_epoch_end()
        if self.order is not None:
            self.rng.shuffle(self.order)


class _ArrayBatches(keras.utils.PyDataset):
    """Batches of an array, in an order that depends on a seed alone."""

    def __init__(self, x, y, batch_size, seed):
        super().__init__()
        self.arrays = (x,) if y is None else (x, y)
        self.batch_size = batch_size
        self.rng = None if seed is None else np.random.default_rng(seed)
        self.order = np.arange(len(x))
        self.on_epoch_end()

    @property
    def num_batches(self):
        return -(-len(self.order) // self.batch_size)

    def __getitem__(self, index):
        start = index * self.batch_size
        rows = np.sort(self.order[start : start + self.batch_size])
        return tuple(array[rows] for array in self.arrays)

    def on_epoch_end(self):
        if self.rng is not None:
            self.rng.shuffle(self.order)


def _shared(batches, sharing):
    for batch in batches:
        batch = sharing.cut_batch(batch)
        if batch is not None:
            yield batch
