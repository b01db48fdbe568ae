"""Private parts of Keras' saving."""

import contextlib
import sys

# Private: there is no public way to load a model from an open file, which
# stays the same file whatever takes its place, and none to tell Keras that
# TensorFlow is not meant, and none to know which form a file will have.
# `tests/backend/test_private_imports.py` guards them.
from keras.src.backend.common import global_state as _global_state
from keras.src.saving import saving_lib as _saving
from keras.src.saving.serialization_lib import SafeModeScope
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


def is_for_hdf5():
    """Whether a config that Keras asks for now goes into an HDF5 file.

    Keras 3 keeps that older form, from which it cannot make a game again.
    """
    return bool(_global_state.get_global_attribute("use_legacy_config"))


def trusted_configs():
    """Returns a context for configs of objects that are in memory.

    Code in them, such as a module of PyTorch, was there before.
    """
    return SafeModeScope(False)


def load_keras_file(file, custom_objects=None, compile=True):
    """Loads a model from an open `.keras` file.

    Args:
        file: Binary file object.
        custom_objects: See `keras.saving.load_model`.
        compile: See `keras.saving.load_model`.
    """
    return _saving.load_model(
        file, custom_objects=custom_objects, compile=compile, safe_mode=True
    )
