import keras
import numpy as np
import pytest
from keras import ops

from kerasgan import backend
from tests.backend.playing import run_in_scope
from tests.backend.playing import ways

every_way = pytest.mark.parametrize("run", ways(), ids=lambda f: f.__name__)


def numpy(x):
    return ops.convert_to_numpy(x)


def game():
    """Returns a step that changes two variables in every other call."""
    turn = keras.Variable(0, dtype="int32", trainable=False)
    a, b = keras.Variable([1.0]), keras.Variable([10.0])
    other = keras.Variable([7.0])

    def change():
        a.assign(a + 1.0)
        b.assign(b * a)  # by what `a` has become

    def body():
        turn.assign_add(1)
        backend.run_if(ops.equal(ops.mod(turn, 2), 1), change)
        return ops.concatenate([a + 0.0, b + 0.0, other + 0.0])

    return body, [turn, a, b, other]


@every_way
def test_it_runs_if_true_and_changes_nothing_if_false(run):
    body, variables = game()
    # What follows in the step reads what was assigned; so does the next one.
    np.testing.assert_array_equal(numpy(run(body, variables)), [2, 20, 7])
    np.testing.assert_array_equal(numpy(run(body, variables)), [2, 20, 7])
    np.testing.assert_array_equal(numpy(run(body, variables)), [3, 60, 7])
    assert [float(numpy(v).item()) for v in variables] == [3, 3, 60, 7]


def test_it_stays_within_a_stateless_scope():
    body, variables = game()
    output = run_in_scope(body, variables)
    np.testing.assert_array_equal(numpy(output), [2, 20, 7])
    _, a, b, _ = variables
    with keras.StatelessScope([(a, ops.ones(1))]):
        backend.run_if(ops.convert_to_tensor(True), lambda: b.assign(a + 100.0))
    assert numpy(b) == [20]


@every_way
def test_one_compiled_step_serves_both_outcomes(run):
    # The condition is data, not a Python bool of the first call.
    total = keras.Variable(0, dtype="int32", trainable=False)
    seen = keras.Variable(0, dtype="int32", trainable=False)

    def body():
        for value in (0, 1, 1, 0, 1):
            seen.assign_add(1)
            is_due = ops.equal(ops.convert_to_tensor(value), 1)
            backend.run_if(is_due, lambda: total.assign_add(seen))
        return ops.convert_to_tensor(total)

    assert int(numpy(run(body, [total, seen]))) == 2 + 3 + 5
    assert keras.backend.standardize_dtype(total.dtype) == "int32"


@every_way
def test_an_optimizer_can_stand_inside(run):
    weight = keras.Variable([1.0, 2.0])
    optimizer = keras.optimizers.Adam(0.5)
    optimizer.build([weight])
    turn = keras.Variable(0, dtype="int32", trainable=False)
    variables = [weight, turn, *optimizer.variables]

    def body():
        turn.assign_add(1)
        backend.run_if(
            ops.equal(turn, 2),
            lambda: backend.apply_gradients(optimizer, [ops.ones(2)], [weight]),
        )
        return ops.convert_to_tensor(optimizer.iterations)

    assert int(numpy(run(body, variables))) == 0
    np.testing.assert_array_equal(numpy(weight), [1, 2])
    assert int(numpy(run(body, variables))) == 1
    # Adam's first step is the learning rate.
    np.testing.assert_allclose(numpy(weight), [0.5, 1.5], atol=1e-5)
    assert int(numpy(run(body, variables))) == 1
