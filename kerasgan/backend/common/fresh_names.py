"""Names of layers that do not depend on what was made before."""

import collections
import contextlib

# Keras counts the names that it gives here, over the whole process.
# `tests/backend/test_private_imports.py` guards it.
from keras.src.backend.common import global_state

_COUNTS = "object_name_uids"


@contextlib.contextmanager
def fresh_names():
    """A context in which Keras counts the names that it gives from 0.

    Layers without a name of their own are `dense`, `dense_1` and so on in
    each network that is made in one, whatever else the process has made.
    """
    before = global_state.get_global_attribute(_COUNTS)
    counts = collections.defaultdict(int)
    global_state.set_global_attribute(_COUNTS, counts)
    try:
        yield
    finally:
        global_state.set_global_attribute(_COUNTS, before)
