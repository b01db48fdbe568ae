"""How large a model may become that a file asks for."""

import contextlib
import math
import threading

import keras


@contextlib.contextmanager
def limited_variables(count, elements):
    """A context in which only so many variables can be made.

    They are counted before there is memory for them.

    Args:
        count: Integer, the most variables.
        elements: Integer, the most numbers in all of them.

    Raises:
        ValueError: When one is made that is too many.
    """
    cls = keras.Variable
    # Private: Keras has no public way to see a variable before its value.
    # `tests/backend/test_private_imports.py` guards it.
    original = cls._initialize_with_initializer
    thread = threading.get_ident()
    made = {"count": 0, "elements": 0}

    def initialize(variable, initializer):
        # Other threads may be making models of their own.
        if threading.get_ident() == thread:
            made["count"] += 1
            made["elements"] += math.prod(variable.shape)
            if made["count"] > count or made["elements"] > elements:
                raise ValueError(
                    f"a model larger than its weights, which allow for "
                    f"{count} variables of {elements} numbers: "
                    f"'{str(variable.path)[-80:]}' of shape {variable.shape} "
                    "is beyond that"
                )
        original(variable, initializer)

    cls._initialize_with_initializer = initialize
    try:
        yield
    finally:
        cls._initialize_with_initializer = original
