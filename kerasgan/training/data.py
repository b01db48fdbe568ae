"""Checks what `fit` is given."""

import types

import keras


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
