"""Cutting what a data set yielded."""

import keras


def split_batch(batch, size):
    """Returns the first rows of a batch, and the rest or `None`.

    Args:
        batch: Structure of arrays, and of `None`s where there is nothing.
        size: Integer, number of rows, or `None` for all of them.
    """
    rows = max(len(x) for x in keras.tree.flatten(batch) if _is_array(x))
    if size is None or rows <= size:
        return batch, None
    return (
        keras.tree.map_structure(
            lambda x: x[:size] if _is_array(x) else x, batch
        ),
        keras.tree.map_structure(
            lambda x: x[size:] if _is_array(x) else x, batch
        ),
    )


def _is_array(x):
    return hasattr(x, "shape")
