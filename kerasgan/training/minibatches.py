"""Joins the minibatches of a step, whatever kind of data set they come from.

An epoch of n images is the same for all kinds: groups of `count` whole
minibatches, and of what is left at the end as many equal and smaller ones.
"""

import itertools
import types

import keras
import numpy as np

from kerasgan.backend import data as data_backend
from kerasgan.backend.data import is_last_group_usable
from kerasgan.training.data import is_array
from kerasgan.training.wrapped_dataset import WrappedDataset


def group(x, y, batch_size, count, steps_per_epoch):
    """Joins every `count` minibatches of the user's size into one batch.

    Args:
        x: Array or data set.
        y: Labels, if `x` is an array and has some.
        batch_size: Integer, in images, where `x` is an array.
        count: Integer, how many minibatches one training step consumes.
        steps_per_epoch: Integer or `None`, as given to `fit`.

    Returns:
        `(x, y, batch_size, steps_per_epoch)` to give to Keras.

    Raises:
        ValueError: If there are fewer batches than a step consumes, or of an
            array fewer images.
    """
    if count == 1:
        return x, y, batch_size, steps_per_epoch
    if is_array(x):
        # Every step, the last and smaller one too, must split evenly.
        usable = len(x) - len(x) % count
        _require(usable, count, len(x), "images")
        y = y if y is None else y[:usable]
        return x[:usable], y, count * (batch_size or 32), steps_per_epoch
    if hasattr(x, "rebatch"):  # tf.data
        _require(data_backend.count_batches(x, count), count)
        x = data_backend.join_batches(x, count)
    elif isinstance(x, keras.utils.PyDataset):
        if x.num_batches is not None:
            _require(x.num_batches, count)
        x = _GroupedDataset(x, count)
    elif isinstance(x, types.GeneratorType):
        first = list(itertools.islice(x, count))
        _require(len(first), count)
        x = _groups(itertools.chain(first, x), count)
    else:
        x, steps_per_epoch = _group_iterable(x, count, steps_per_epoch)
    return x, y, batch_size, steps_per_epoch


def _group_iterable(x, count, steps_per_epoch):
    # A DataLoader or a Grain data set: iterable as often as one likes.
    if hasattr(x, "__len__"):
        _require(len(x), count)
        if steps_per_epoch is None:
            steps_per_epoch = len(x) // count + is_last_group_usable(
                len(x) % count,
                _rows(next(iter(x))),
                count,
                lambda: _rows_of_last(x),
            )
    if steps_per_epoch is None:
        raise ValueError(
            "`steps_per_epoch` must be given with `discriminator_steps > 1` "
            f"and a data set without a length. Received: {type(x).__name__}"
        )
    passes = itertools.repeat(x)
    groups = itertools.chain.from_iterable(_groups(x, count) for x in passes)
    # Keras takes generators only, not iterators in general.
    return (group for group in groups), steps_per_epoch


def _rows_of_last(x):
    sampler, rows = getattr(x, "sampler", None), getattr(x, "batch_size", None)
    if rows and hasattr(sampler, "__len__"):  # a DataLoader's
        is_cut = getattr(x, "drop_last", False)
        return rows if is_cut else len(sampler) - rows * (len(x) - 1)
    *_, last = x
    return _rows(last)


def _require(usable, count, received=None, unit="batches"):
    if usable < count:
        received = usable if received is None else received
        raise ValueError(
            f"One step of this game takes {count} minibatches, one for each "
            f"of its `discriminator_steps`, so it needs at least {count} "
            f"{unit}. Give more data or lower `discriminator_steps`. "
            f"Received: {received} {unit}"
        )


def _rows(batch):
    return len(keras.tree.flatten(batch)[0])


def _joined(batches, count):
    """Returns batches as one that splits evenly, `None` for too few rows."""
    batches = [b if isinstance(b, (tuple, list)) else (b,) for b in batches]
    parts = [
        np.concatenate([keras.ops.convert_to_numpy(part) for part in parts])
        for parts in zip(*batches)
    ]
    usable = len(parts[0]) - len(parts[0]) % count
    return tuple(part[:usable] for part in parts) if usable else None


def _groups(batches, count):
    batches = iter(batches)
    while several := list(itertools.islice(batches, count)):
        joined = _joined(several, count)
        if joined is not None:
            yield joined


class _GroupedDataset(WrappedDataset):
    """Every `count` batches of another data set as one."""

    def __init__(self, dataset, count):
        super().__init__(dataset)
        self.count = count
        self.batches = batches = dataset.num_batches
        if batches is not None:
            self.batches = batches // count + is_last_group_usable(
                batches % count,
                _rows(dataset[0]),
                count,
                lambda: _rows(dataset[batches - 1]),
            )

    @property
    def num_batches(self):
        return self.batches

    def __getitem__(self, index):
        start = index * self.count
        end = start + self.count
        if self.dataset.num_batches is not None:
            end = min(end, self.dataset.num_batches)
        batches = [self.dataset[i] for i in range(start, end)]
        return _joined(batches, self.count)
