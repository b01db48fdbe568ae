import keras
import numpy as np
import pytest

from kerasgan import backend


@pytest.fixture
def backend_name():
    return keras.backend.backend()


def test_variables_are_read_when_it_is_called_and_stay():
    scale = keras.Variable(2.0)
    kept = keras.Variable(0.0)

    def multiply(x, more):
        return {"product": scale * x + more[0], "twice": 2.0 * x}

    call = backend.compiled(multiply, [scale, kept])
    x = np.array([1.0, 3.0], "float32")
    more = (np.float32(1.0),)
    for value in (2.0, 5.0):
        scale.assign(value)
        found = call(x, more)
        np.testing.assert_allclose(
            keras.ops.convert_to_numpy(found["product"]), value * x + 1.0
        )
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(call(x[:1], more)["twice"]), [2.0]
    )
    assert keras.ops.convert_to_numpy(kept) == 0.0


def test_it_is_traced_once_for_a_shape(backend_name):
    if backend_name == "torch":
        pytest.skip("PyTorch runs eagerly")
    traced = []

    def add(x):
        traced.append(1)
        return x + 1.0

    call = backend.compiled(add, [])
    for value in (1.0, 2.0, 3.0):
        call(np.float32([value]))
    assert len(traced) == 1
    call(np.zeros(2, "float32"))
    assert len(traced) == 2


def test_a_gradient_may_be_within():
    weight = keras.Variable(3.0)

    def slope(x):
        def fn(x):
            return keras.ops.sum(weight * x * x), None

        return backend.input_gradient(fn, x)[2]

    call = backend.compiled(slope, [weight])
    found = keras.ops.convert_to_numpy(call(np.float32([1.0, 2.0])))
    np.testing.assert_allclose(found, [6.0, 12.0])
