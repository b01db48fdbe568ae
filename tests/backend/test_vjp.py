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


def test_values_aux_and_gradients_of_a_polynomial(run):
    a, b = keras.Variable([2.0, 3.0]), keras.Variable([5.0, 7.0])

    def body():
        output, aux, pullback = backend.vjp(
            lambda: (a * a * b, {"sum": ops.sum(a)}), [a, b]
        )
        return output, aux["sum"], pullback()

    output, total, (for_a, for_b) = run(body, [a, b])
    np.testing.assert_allclose(numpy(output), [20, 63])
    assert float(total) == 5
    np.testing.assert_allclose(numpy(for_a), [20, 42])  # 2 a b
    np.testing.assert_allclose(numpy(for_b), [4, 9])  # a^2


def test_the_pullback_weights_the_outputs_by_the_cotangent(run):
    a = keras.Variable([2.0, 3.0])

    def body():
        _, _, pullback = backend.vjp(lambda: (a * a, None), [a])
        return pullback(ops.convert_to_tensor([10.0, -1.0]))

    (gradient,) = run(body, [a])
    np.testing.assert_allclose(numpy(gradient), [40, -6])


def test_a_variable_that_is_not_used_gets_zeros(run):
    a, b = keras.Variable([2.0]), keras.Variable([[1.0, 1.0]])

    def body():
        return backend.vjp(lambda: (ops.sum(a), None), [a, b])[2]()

    for_a, for_b = run(body, [a, b])
    np.testing.assert_array_equal(numpy(for_a), [1])
    np.testing.assert_array_equal(numpy(for_b), [[0, 0]])


def test_an_output_that_uses_no_variable_gives_zeros(run):
    a = keras.Variable([2.0, 3.0])

    def body():
        return backend.vjp(lambda: (ops.ones(()), None), [a])[2]()

    (gradient,) = run(body, [a])
    np.testing.assert_array_equal(numpy(gradient), [0, 0])


def test_a_variable_outside_the_list_is_a_constant(run):
    a, b = keras.Variable([2.0]), keras.Variable([3.0])

    def body():
        return backend.vjp(lambda: (a * b, None), [a])[2]()

    gradients = run(body, [a, b])
    assert len(gradients) == 1
    np.testing.assert_allclose(numpy(gradients[0]), [3])


def test_rows_taken_from_a_table_have_a_dense_gradient(run):
    table = layers.Embedding(3, 2, embeddings_initializer="ones")
    table.build(None)

    def body():
        labels = ops.convert_to_tensor([1, 1, 2])
        _, _, pullback = backend.vjp(
            lambda: (ops.sum(table(labels)), None), table.trainable_variables
        )
        return pullback()

    (gradient,) = run(body, table.variables)
    np.testing.assert_array_equal(numpy(gradient), [[0, 0], [2, 2], [1, 1]])


def test_batch_statistics_move_exactly_once_and_stay(run):
    norm = layers.BatchNormalization(momentum=0.5)
    norm.build((None, 2))
    x = ops.convert_to_tensor([[0.0, 10.0], [4.0, 10.0]])

    def body():
        _, _, pullback = backend.vjp(
            lambda: (ops.sum(norm(x, training=True)), None),
            norm.trainable_variables,
        )
        return pullback()

    run(body, norm.variables)
    np.testing.assert_allclose(numpy(norm.moving_mean), [1, 5])
    np.testing.assert_allclose(numpy(norm.moving_variance), [2.5, 0.5])
    run(body, norm.variables)
    np.testing.assert_allclose(numpy(norm.moving_mean), [1.5, 7.5])


def test_seeds_advance_as_if_there_were_no_differentiation(run):
    seed, twin = keras.random.SeedGenerator(3), keras.random.SeedGenerator(3)
    scale = keras.Variable(1.0)

    def draw():
        return scale * keras.random.normal((2,), seed=seed), None

    def body():
        first, _, _ = backend.vjp(draw, [scale])
        second, _, _ = backend.vjp(draw, [scale])
        return first, second

    drawn = [*run(body, [scale, seed.state]), *run(body, [scale, seed.state])]
    expected = [keras.random.normal((2,), seed=twin) for _ in range(4)]
    for one, other in zip(drawn, expected):
        np.testing.assert_allclose(numpy(one), numpy(other), rtol=1e-6)
    np.testing.assert_array_equal(numpy(seed.state), numpy(twin.state))


def test_what_was_assigned_before_is_read_inside(run):
    a = keras.Variable(2.0)
    count = keras.Variable(0, dtype="int32", trainable=False)

    def body():
        a.assign(5.0)
        count.assign_add(1)

        def function():
            count.assign_add(ops.cast(a, "int32"))
            return a * a, count + 0

        _, inside, pullback = backend.vjp(function, [a])
        count.assign_add(1)
        return inside, pullback()

    inside, (gradient,) = run(body, [a, count])
    assert int(inside) == 6
    assert float(gradient) == 10
    assert int(numpy(count)) == 7
    assert float(numpy(a)) == 5


def test_gradients_pass_from_one_network_through_the_other(run):
    # d/dw of f(x), x = w z, f = 2 x^2: the way the generator learns.
    w = keras.Variable([3.0])

    def body():
        fake, _, pull = backend.vjp(lambda: (w * 4.0, None), [w])
        fake = ops.stop_gradient(fake)
        _, _, gradient = backend.input_gradient(
            lambda x: (ops.sum(2 * x * x), None), fake
        )
        w.assign([100.0])  # the pullback remembers the forward pass
        return pull(gradient)

    (gradient,) = run(body, [w])
    np.testing.assert_allclose(numpy(gradient), [192])  # 4 x z, x = 12
