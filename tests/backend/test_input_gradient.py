import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

from kerasgan import backend
from tests.backend.playing import ways

pytestmark = pytest.mark.parametrize("run", ways(), ids=lambda f: f.__name__)


def numpy(x):
    return ops.convert_to_numpy(x)


def test_value_aux_and_gradient_of_a_cubic(run):
    def body():
        x = ops.convert_to_tensor([1.0, 2.0])
        return backend.input_gradient(
            lambda x: (ops.sum(x**3), {"double": 2 * x}), x
        )

    value, aux, gradient = run(body, [])
    assert float(value) == 9
    np.testing.assert_allclose(numpy(aux["double"]), [2, 4])
    np.testing.assert_allclose(numpy(gradient), [3, 12])


def test_an_input_that_is_not_used_gets_zeros(run):
    weight = keras.Variable([2.0])

    def body():
        x = ops.ones((2, 3))
        return backend.input_gradient(lambda x: (ops.sum(weight), None), x)

    _, _, gradient = run(body, [weight])
    np.testing.assert_array_equal(numpy(gradient), np.zeros((2, 3)))


def test_a_value_that_depends_on_nothing_has_the_gradient_zero(run):
    def body():
        x = ops.ones((2,))
        return backend.input_gradient(lambda x: (ops.ones(()), None), x)

    _, _, gradient = run(body, [])
    np.testing.assert_array_equal(numpy(gradient), [0, 0])


def test_the_gradient_can_be_differentiated_for_the_weights(run):
    # y = w x^3: dy/dx = 3 w x^2, and d/dw of its square is 18 w x^4.
    w = keras.Variable(2.0)

    def body():
        x = ops.convert_to_tensor([1.0, 2.0])

        def penalty():
            _, _, gradient = backend.input_gradient(
                lambda x: (ops.sum(w * x**3), None), x, create_graph=True
            )
            return ops.sum(ops.square(gradient)), None

        value, _, pullback = backend.vjp(penalty, [w])
        return value, pullback()

    value, (gradient,) = run(body, [w])
    assert float(value) == pytest.approx(36 * 17)
    assert float(gradient) == pytest.approx(36 * 17)


def test_the_value_can_be_differentiated_for_the_weights_too(run):
    w = keras.Variable(2.0)

    def body():
        x = ops.convert_to_tensor([1.0, 2.0])

        def objective():
            value, _, _ = backend.input_gradient(
                lambda x: (ops.sum(w * w * x), None), x, create_graph=True
            )
            return value, None

        return backend.vjp(objective, [w])[2]()

    (gradient,) = run(body, [w])
    assert float(gradient) == 12  # 2 w sum(x)


def test_state_that_changes_inside_changes_once_and_stays(run):
    norm = layers.BatchNormalization(momentum=0.5)
    norm.build((None, 2))
    noise, twin = keras.random.SeedGenerator(1), keras.random.SeedGenerator(1)

    def function(x):
        x = x + 0.0 * keras.random.normal((2, 2), seed=noise)
        return ops.sum(norm(x, training=True)), None

    def body():
        x = ops.convert_to_tensor([[0.0, 10.0], [4.0, 10.0]])
        backend.input_gradient(function, x)
        return ops.zeros(())

    run(body, [*norm.variables, noise.state])
    keras.random.normal((2, 2), seed=twin)
    np.testing.assert_allclose(numpy(norm.moving_mean), [1, 5])
    np.testing.assert_array_equal(numpy(noise.state), numpy(twin.state))


def test_what_comes_out_without_a_graph_is_detached(run):
    w = keras.Variable(2.0)

    def body():
        x = ops.convert_to_tensor([1.0, 2.0])
        return backend.input_gradient(
            lambda x: (ops.sum(w * x * x), {"twice": 2 * w * x}), x
        )

    value, aux, gradient = run(body, [w])
    for result in (value, aux["twice"], gradient):
        # Only torch's tensors carry their graph with them.
        assert not getattr(result, "requires_grad", False)


def test_a_list_gets_the_gradients_of_its_parts(run):
    def body():
        a = ops.convert_to_tensor([2.0, 3.0])
        b = ops.convert_to_tensor([[5.0]])
        return backend.input_gradient(
            lambda x: (ops.sum(x[0] * x[0]) * ops.sum(x[1]), None),
            [a, b, ops.ones((2, 2))],
        )

    value, _, gradients = run(body, [])
    assert float(value) == 65
    assert len(gradients) == 3
    np.testing.assert_array_equal(numpy(gradients[0]), [20, 30])
    np.testing.assert_array_equal(numpy(gradients[1]), [[13]])
    np.testing.assert_array_equal(numpy(gradients[2]), np.zeros((2, 2)))


def test_a_dict_gets_a_dict_that_can_be_differentiated(run):
    # d/da of a^3 b is 3 a^2 b; for a again 6 a b, for b 3 a^2.
    def body():
        def slope(x):
            _, _, inner = backend.input_gradient(
                lambda x: (ops.sum(x["a"] ** 3 * x["b"]), None),
                x,
                create_graph=True,
            )
            return ops.sum(inner["a"]), None

        x = {
            "a": ops.convert_to_tensor([2.0]),
            "b": ops.convert_to_tensor([5.0]),
        }
        return backend.input_gradient(slope, x)

    value, _, gradient = run(body, [])
    assert float(value) == 60
    np.testing.assert_array_equal(numpy(gradient["a"]), [60])
    np.testing.assert_array_equal(numpy(gradient["b"]), [12])
