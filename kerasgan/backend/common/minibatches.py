"""Training on a batch in minibatches, and the counters of their steps."""

import keras

from kerasgan.backend.common.interrupts import INTERRUPTS


class CounterCache:
    """A cache of integer variables, which avoids waiting for the device.

    To read a variable is to wait until the device has done all that it was
    asked to do. The value that a step will leave there is noted instead, with
    the state of the variable, so that other writes are detected.
    """

    def __init__(self):
        self._notes = {}

    def note(self, variable, value, array, version=None):
        """Notes a value.

        Args:
            variable: Keras variable.
            value: Integer.
            array: The object that holds the value.
            version: Changes when the object is changed in place.
        """
        self._notes[id(variable)] = value, array, version

    def read(self, variable, array, version=None):
        """Returns the value of a variable, which is waited for if unknown."""
        value, known, known_version = self._notes.get(
            id(variable), (None, None, None)
        )
        if known is not array or known_version != version:
            return int(keras.ops.convert_to_numpy(array))
        return value


def train_on_minibatches(batch, choose, go_on):
    """Trains on a batch in minibatches; returns the logs of the last one.

    Args:
        batch: Structure of arrays.
        choose: Function that returns `train(minibatch)` for the next one, and
            its size or `None` for all that is left.
        go_on: Function that is called after each minibatch but the last.
    """
    rest = batch
    while rest is not None:
        train, size = choose()
        minibatch, rest = split_batch(rest, size)
        # A signal that waited for the minibatch waits for the count too.
        with INTERRUPTS.whole(lambda: False):
            logs = train(minibatch)
            if rest is not None:
                go_on()
    return logs


def split_batch(batch, size):
    """Returns the first rows of a batch, and the rest or `None`.

    Args:
        batch: Structure of arrays, and of `None`s where there is nothing.
        size: Integer, number of rows, or `None` for all of them.
    """
    if size is None or rows_of(batch) <= size:
        return batch, None
    return (
        keras.tree.map_structure(
            lambda x: x[:size] if _is_array(x) else x, batch
        ),
        keras.tree.map_structure(
            lambda x: x[size:] if _is_array(x) else x, batch
        ),
    )


def rows_of(batch):
    """Returns the number of examples in a structure of arrays."""
    return max(len(x) for x in keras.tree.flatten(batch) if _is_array(x))


def _is_array(x):
    return hasattr(x, "shape")
