"""Variables without initial values, for weights that a file overwrites."""

import contextlib
import threading

import keras
import numpy as np

_RANDOM = (
    keras.initializers.GlorotNormal,
    keras.initializers.GlorotUniform,
    keras.initializers.HeNormal,
    keras.initializers.HeUniform,
    keras.initializers.LecunNormal,
    keras.initializers.LecunUniform,
    keras.initializers.Orthogonal,
    keras.initializers.RandomNormal,
    keras.initializers.RandomUniform,
    keras.initializers.TruncatedNormal,
    keras.initializers.VarianceScaling,
)
_BY_NUMPY = {
    keras.initializers.Zeros: lambda shape, dtype: np.zeros(shape, dtype),
    keras.initializers.Ones: lambda shape, dtype: np.ones(shape, dtype),
}


@contextlib.contextmanager
def skip_initializers():
    """A context in which variables with random initial values start at zero.

    Drawing the values takes seconds on JAX, which compiles a program for each
    shape, and is for nothing where a file replaces them.

    Yields:
        Function to call at the end, with the list of the variables that have
        been assigned: it draws the initial values of all others.
    """
    cls = keras.Variable
    # Private: Keras has no public way to make a variable without its value.
    # `tests/backend/test_private_imports.py` guards it.
    original = cls._initialize_with_initializer
    thread = threading.get_ident()
    pending = []

    def initialize(variable, initializer):
        # Other threads may be making models of their own.
        if threading.get_ident() == thread and variable.dtype == "float32":
            if isinstance(initializer, _RANDOM):
                pending.append((variable, initializer))
                initializer = _BY_NUMPY[keras.initializers.Zeros]
            initializer = _BY_NUMPY.get(type(initializer), initializer)
        original(variable, initializer)

    def draw_all_but(given):
        given = {id(variable) for variable in given}
        for variable, initializer in pending:
            if id(variable) not in given:
                variable.assign(
                    initializer(variable.shape, dtype=variable.dtype)
                )

    cls._initialize_with_initializer = initialize
    try:
        yield draw_all_but
    finally:
        cls._initialize_with_initializer = original
