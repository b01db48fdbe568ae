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


def normalization():
    norm = layers.BatchNormalization(momentum=0.5)
    norm.build((None, 2))
    return norm


BATCH = [[0.0, 10.0], [4.0, 10.0]]


def test_nothing_inside_changes_a_variable(run):
    norm, seed = normalization(), keras.random.SeedGenerator(5)
    before = [numpy(v) for v in (*norm.variables, seed.state)]

    def body():
        with backend.frozen_state():
            x = ops.convert_to_tensor(BATCH)
            x = x + keras.random.normal((2, 2), seed=seed)
            return norm(x, training=True)

    output = run(body, [*norm.variables, seed.state])
    after = [numpy(v) for v in (*norm.variables, seed.state)]
    for one, other in zip(before, after):
        np.testing.assert_array_equal(one, other)
    # The batch's own statistics were used all the same.
    np.testing.assert_allclose(numpy(output).mean(0), [0, 0], atol=1e-5)


def test_variables_are_read_at_their_newest_value(run):
    weight = keras.Variable([1.0])

    def body():
        weight.assign([4.0])
        with backend.frozen_state():
            return weight * 2.0

    np.testing.assert_array_equal(numpy(run(body, [weight])), [8])


def test_a_change_before_and_after_is_kept(run):
    norm = normalization()

    def body():
        x = ops.convert_to_tensor(BATCH)
        norm(x, training=True)
        with backend.frozen_state():
            norm(x, training=True)
        norm(x, training=True)
        return ops.zeros(())

    run(body, norm.variables)
    np.testing.assert_allclose(numpy(norm.moving_mean), [1.5, 7.5])


def test_gradients_for_the_weights_pass_through(run):
    norm = normalization()

    def body():
        def objective():
            x = ops.convert_to_tensor(BATCH)
            with backend.frozen_state():
                return ops.sum(ops.square(norm(x, training=True))), None

        return backend.vjp(objective, norm.trainable_variables)[2]()

    for_gamma, for_beta = run(body, norm.variables)
    # Each column of normalised values is (-1, 1) and (0, 0).
    np.testing.assert_allclose(numpy(for_gamma), [4, 0], atol=0.01)
    np.testing.assert_allclose(numpy(for_beta), [0, 0], atol=1e-4)
    np.testing.assert_array_equal(numpy(norm.moving_mean), [0, 0])


def test_it_can_stand_in_one_branch_of_a_cond(run):
    # Lazy regularisation: a penalty pass in a branch, under a gradient.
    norm = normalization()
    update = keras.Variable(0, dtype="int32", trainable=False)

    def body():
        # A function of its own in each step: JAX keeps what it traced of
        # the branches of a `cond` by the identity of their functions.
        def penalty():
            with backend.frozen_state():
                x = ops.convert_to_tensor(BATCH)
                return ops.sum(ops.square(norm(x, training=True)))

        def objective():
            due = ops.equal(ops.mod(update, 2), 0)
            return ops.cond(due, penalty, lambda: ops.zeros(())), None

        value, _, pullback = backend.vjp(objective, norm.trainable_variables)
        update.assign_add(1)
        return value, pullback()

    variables = [*norm.variables, update]
    first, (for_gamma, _) = run(body, variables)
    assert float(first) == pytest.approx(2, rel=0.01)
    np.testing.assert_allclose(numpy(for_gamma), [4, 0], atol=0.01)
    second, (for_gamma, _) = run(body, variables)
    assert float(second) == 0
    np.testing.assert_array_equal(numpy(for_gamma), [0, 0])
    np.testing.assert_array_equal(numpy(norm.moving_mean), [0, 0])


def test_values_stand_in_for_variables_inside(run):
    a, b = keras.Variable([1.0]), keras.Variable([10.0])

    def body():
        with backend.frozen_state([(a, ops.convert_to_tensor([4.0]))]):
            inside = a + b
        return ops.concatenate([inside, a + b])

    np.testing.assert_array_equal(numpy(run(body, [a, b])), [14, 11])


def test_a_scope_inside_keeps_what_it_does_not_replace(run):
    a, b = keras.Variable([1.0]), keras.Variable([10.0])

    def body():
        four, nine, six = (ops.convert_to_tensor([x]) for x in (4.0, 9.0, 6.0))
        with backend.frozen_state([(a, four), (b, nine)]):
            with backend.frozen_state():
                same = a * b
            with backend.frozen_state([(a, six)]):
                other = a * b
            again = a * b
        return ops.concatenate([same, other, again, a * b])

    np.testing.assert_array_equal(numpy(run(body, [a, b])), [36, 54, 36, 10])


def test_assigning_inside_reaches_neither_the_variable_nor_the_value(run):
    a = keras.Variable([1.0])

    def body():
        value = ops.convert_to_tensor([4.0])
        with backend.frozen_state([(a, value)]):
            a.assign(a + 1.0)
            inside = a + 0.0
        return ops.concatenate([inside, value, a + 0.0])

    np.testing.assert_array_equal(numpy(run(body, [a])), [5, 4, 1])
    assert numpy(a) == [1]


def test_gradients_go_to_the_values_and_through_a_step_taken_with_them(run):
    # f(w) = t w^3; one step w1 = w - 0.1 * 3 t w^2; then w1^2 for t:
    # w1 = 0.8 and d/dt = 2 w1 * (-0.3 w^2) = -1.92 at w = 2, t = 1.
    w = keras.Variable([2.0])

    def body():
        def ahead(t):
            def objective(values):
                with backend.frozen_state([(w, values[0])]):
                    return ops.sum(t * w * w * w), None

            start = [w.value]
            _, _, (gradient,) = backend.input_gradient(
                objective, start, create_graph=True
            )
            with backend.frozen_state([(w, start[0] - 0.1 * gradient)]):
                return ops.sum(w * w), None

        t = ops.convert_to_tensor([1.0])
        value, _, gradient = backend.input_gradient(ahead, t)
        return ops.stack([value, gradient[0]])

    np.testing.assert_allclose(numpy(run(body, [w])), [0.64, -1.92], rtol=1e-5)
    assert numpy(w) == [2]
