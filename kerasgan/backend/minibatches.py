"""Cutting what a data set yielded."""

import keras


def play_in_parts(batch, choose, go_on):
    """Plays a batch in minibatches; returns the logs of the last one.

    Args:
        batch: Structure of arrays.
        choose: Function that returns `play(minibatch)` for the next one, and
            its size or `None` for all that is left.
        go_on: Function that is called between two minibatches.
    """
    play, size = choose()
    minibatch, rest = split_batch(batch, size)
    logs = play(minibatch)
    while rest is not None:
        go_on()
        play, size = choose()
        minibatch, rest = split_batch(rest, size)
        logs = play(minibatch)
    return logs


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
