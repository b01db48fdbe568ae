"""Configs from Keras without waiting for TensorFlow where it is not used."""

import contextlib
import sys

# Private: there is no public way to tell Keras that TensorFlow is not meant.
# `tests/backend/test_private_imports.py` guards it.
from keras.src.utils.module_utils import tensorflow as _lazy_tensorflow


@contextlib.contextmanager
def without_tensorflow():
    """A context in which Keras makes configs without importing TensorFlow.

    Keras asks of each object that it serializes whether it is one of
    TensorFlow's, and imports TensorFlow to know, which takes seconds. As long
    as nobody has imported it, no object can be.
    """
    if "tensorflow" in sys.modules:
        yield
        return
    known = _lazy_tensorflow._available
    _lazy_tensorflow._available = False
    try:
        yield
    finally:
        _lazy_tensorflow._available = known
