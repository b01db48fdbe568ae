"""Checks what `fit` is given and cuts it into the minibatches of a game."""

import itertools
import types

import keras
import numpy as np

from kerasgan.backend import data as data_backend


def is_array(x):
    """Whether `x` is an array of examples, of any framework."""
    return hasattr(x, "shape") and hasattr(x, "dtype") and len(x.shape) > 0


def peek(x):
    """Returns the first batch of a data set, and the data set as it was.

    Args:
        x: `tf.data.Dataset`, `keras.utils.PyDataset`, torch `DataLoader`,
            Grain data set or Python generator.

    Returns:
        The batch, and the object to train on: `x`, or for a generator one
        that yields the batch again.
    """
    try:
        if isinstance(x, keras.utils.PyDataset):
            if x.num_batches == 0:
                raise StopIteration
            return x[0], x
        if not hasattr(x, "__iter__"):
            raise ValueError(
                "`x` must be an array, a `tf.data.Dataset`, a "
                "`keras.utils.PyDataset`, a torch `DataLoader`, a Grain data "
                f"set or a generator of tuples. Received: {type(x).__name__}"
            )
        batch = next(iter(x))
    except StopIteration:
        raise ValueError(
            "`x` has no images in it. Give at least one batch. Received: "
            f"an empty {type(x).__name__}"
        ) from None
    if isinstance(x, types.GeneratorType):
        x = _chain(batch, x)
    return batch, x


def _chain(first, rest):
    # Keras takes generators only, not iterators in general.
    yield first
    yield from rest


def group(x, y, batch_size, count, steps_per_epoch):
    """Joins every `count` minibatches of the user's size into one.

    Args:
        x: Array or data set.
        y: Labels, if `x` is an array and has some.
        batch_size: Integer, in images, where `x` is an array.
        count: Integer, how many minibatches one training step consumes.
        steps_per_epoch: Integer or `None`, as given to `fit`.

    Returns:
        `(x, y, batch_size, steps_per_epoch)` to give to Keras.

    Raises:
        ValueError: If there are fewer examples than minibatches.
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
        return (
            data_backend.join_batches(x, count),
            y,
            batch_size,
            steps_per_epoch,
        )
    if isinstance(x, keras.utils.PyDataset):
        if x.num_batches is not None:
            _require(x.num_batches, count, x.num_batches, "batches")
        return _GroupedDataset(x, count), y, batch_size, steps_per_epoch
    if isinstance(x, types.GeneratorType):
        return _groups(x, count), y, batch_size, steps_per_epoch
    # A DataLoader or a Grain data set: iterable as often as one likes.
    if hasattr(x, "__len__"):
        _require(len(x), count, len(x), "batches")
        steps_per_epoch = steps_per_epoch or len(x) // count
    if steps_per_epoch is None:
        raise ValueError(
            "`steps_per_epoch` must be given with `discriminator_steps > 1` "
            f"and a data set without a length. Received: {type(x).__name__}"
        )
    return _endless_groups(x, count), y, batch_size, steps_per_epoch


def split(x, y, share):
    """Returns `(x, y, validation_data)`, the last share held out.

    Args:
        x: Array of images.
        y: Array of labels, or `None`.
        share: Float in (0, 1).

    Raises:
        ValueError: If `x` is not an array, or a side would be empty.
    """
    if not is_array(x):
        raise ValueError(
            "`validation_split` needs `x` as an array. Give "
            f"`validation_data` instead. Received: {type(x).__name__}"
        )
    at = int(len(x) * (1 - share))
    if not 0 < at < len(x):
        raise ValueError(
            "`validation_split` must leave images on both sides. Received: "
            f"validation_split={share} of {len(x)} images"
        )
    if y is None:
        return x[:at], None, x[at:]
    return x[:at], y[:at], (x[at:], y[at:])


def part(x, index, count):
    """Returns one of `count` minibatches that stand one after the other.

    Args:
        x: Tensor, `(count * batch, ...)`, or `None`.
        index: Integer, which of them.
        count: Integer.
    """
    if x is None:
        return None
    return keras.ops.reshape(x, (count, -1, *x.shape[1:]))[index]


def _require(usable, count, received, unit):
    if usable < count:
        raise ValueError(
            f"One step of this game takes {count} minibatches, one for each "
            f"of its `discriminator_steps`, so it needs at least {count} "
            f"{unit}. Give more data or lower `discriminator_steps`. "
            f"Received: {received} {unit}"
        )


def _join(batches):
    batches = [b if isinstance(b, (tuple, list)) else (b,) for b in batches]
    return tuple(
        np.concatenate([keras.ops.convert_to_numpy(part) for part in parts])
        for parts in zip(*batches)
    )


def _groups(batches, count):
    batches = iter(batches)
    while len(several := list(itertools.islice(batches, count))) == count:
        yield _join(_same_size(several))


def _endless_groups(data, count):
    while True:
        yield from _groups(data, count)


def _same_size(batches):
    # A last batch may be short; what a step gets must split evenly.
    size = min(len(keras.tree.flatten(batch)[0]) for batch in batches)
    return [keras.tree.map_structure(lambda a: a[:size], b) for b in batches]


class _GroupedDataset(keras.utils.PyDataset):
    """Every `count` batches of another data set as one."""

    def __init__(self, dataset, count):
        super().__init__(
            workers=dataset.workers,
            use_multiprocessing=dataset.use_multiprocessing,
            max_queue_size=dataset.max_queue_size,
        )
        self.dataset = dataset
        self.count = count

    @property
    def num_batches(self):
        batches = self.dataset.num_batches
        return batches if batches is None else batches // self.count

    def __getitem__(self, index):
        start = index * self.count
        return _join(
            _same_size([self.dataset[start + i] for i in range(self.count)])
        )

    def on_epoch_begin(self):
        self.dataset.on_epoch_begin()

    def on_epoch_end(self):
        self.dataset.on_epoch_end()
