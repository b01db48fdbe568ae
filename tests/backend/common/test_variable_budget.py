import threading

import keras
import pytest

from kerasgan import backend


def test_what_is_too_many_is_refused_before_there_is_memory_for_it():
    with backend.limited_variables(count=2, elements=100):
        keras.layers.Dense(3).build((None, 4))
        with pytest.raises(ValueError, match="allow for 2 variables"):
            keras.layers.Dense(3).build((None, 4))
    with (
        backend.limited_variables(count=9, elements=10**6),
        pytest.raises(ValueError, match=r"shape \(10, 1000000000000\)"),
    ):
        keras.layers.Dense(10**12).build((None, 10))
    keras.layers.Dense(3).build((None, 4))


def test_other_threads_make_what_they_like():
    made = []
    with backend.limited_variables(count=0, elements=0):
        thread = threading.Thread(
            target=lambda: made.append(keras.Variable("zeros", shape=(2,)))
        )
        thread.start()
        thread.join()
    assert len(made) == 1
