"""Maps continued beyond their edges as in a mirror."""

import numpy as np
from keras import ops

from kerasgan.backend import reflect as reflect_once


def reflect(x, axis, before, after):
    """Returns a tensor continued along an axis; the edge is there once.

    Args:
        x: Tensor.
        axis: Integer, at least 0.
        before: Integer, how many rows to add in front.
        after: Integer, how many rows to add behind.
    """
    size = x.shape[axis]
    if size is not None and max(before, after) >= size:
        # Reflected more than once.
        rows = np.pad(np.arange(size), (before, after), "reflect")
        return ops.take(x, rows.astype("int32"), axis=axis)
    return reflect_once(x, axis, before, after)


def reflect_unknown(x, axis, before, after):
    """Returns the same where sizes are known only when a graph runs.

    Args:
        x: Tensor.
        axis: Integer, at least 0.
        before, after: Scalar integer tensors.
    """
    last = ops.shape(x)[axis] - 1
    rows = ops.arange(-before, last + 1 + after, dtype="int32")
    # A mirror at each end repeats what is there every 2 * last rows.
    rows = ops.mod(rows, ops.maximum(2 * last, 1))
    rows = ops.minimum(rows, 2 * last - rows)
    return ops.take(x, ops.maximum(rows, 0), axis=axis)
