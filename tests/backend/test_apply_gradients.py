import keras
import numpy as np
import pytest
from keras import ops

from kerasgan import backend
from tests.backend.playing import ways

pytestmark = pytest.mark.parametrize("run", ways(), ids=lambda f: f.__name__)


def numpy(x):
    return ops.convert_to_numpy(x)


def apply(run, optimizer, variable, gradient):
    def body():
        backend.apply_gradients(
            optimizer, [ops.convert_to_tensor(gradient)], [variable]
        )
        return ops.zeros(())

    run(body, [variable, *optimizer.variables])


def test_a_step_of_gradient_descent(run):
    variable = keras.Variable([1.0, 2.0])
    optimizer = keras.optimizers.SGD(0.5)
    optimizer.build([variable])
    apply(run, optimizer, variable, [2.0, -4.0])
    np.testing.assert_allclose(numpy(variable), [0, 4])
    assert int(numpy(optimizer.iterations)) == 1


def test_an_optimizers_moments_are_kept_from_step_to_step(run):
    variable = keras.Variable([0.0])
    optimizer = keras.optimizers.SGD(1.0, momentum=0.5)
    optimizer.build([variable])
    for expected in (-1.0, -2.5, -4.25):
        apply(run, optimizer, variable, [1.0])
        np.testing.assert_allclose(numpy(variable), [expected])


@pytest.mark.parametrize(
    "make",
    [
        lambda: keras.optimizers.Adam(0.1, beta_1=0.5),
        lambda: keras.optimizers.Adam(0.1, amsgrad=True),
        lambda: keras.optimizers.Adam(0.1, clipnorm=0.5, use_ema=True),
        lambda: keras.optimizers.Adam(0.1, gradient_accumulation_steps=2),
        lambda: keras.optimizers.AdamW(0.1, weight_decay=0.3),
    ],
    ids=["plain", "amsgrad", "clipped", "accumulated", "decayed"],
)
def test_adam_steps_as_by_keras(run, make):
    rng = np.random.default_rng(0)
    gradients = rng.normal(size=(4, 3)).astype("float32")
    results = []
    for through_the_seam in (False, True):
        variable = keras.Variable([1.0, -2.0, 0.5])
        optimizer = make()
        optimizer.build([variable])
        for gradient in gradients:
            if through_the_seam:
                apply(run, optimizer, variable, gradient)
            else:
                optimizer.apply([ops.convert_to_tensor(gradient)], [variable])
        results.append([numpy(v) for v in (variable, *optimizer.variables)])
    for got, wanted in zip(*results):
        np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-6)


def test_adam_of_half_precision_steps_as_by_keras(run):
    results = []
    for through_the_seam in (False, True):
        variable = keras.Variable([1.0, -2.0], dtype="bfloat16")
        optimizer = keras.optimizers.Adam(0.1)
        optimizer.build([variable])
        if through_the_seam:
            apply(run, optimizer, variable, [0.3, -0.4])
        else:
            gradient = ops.convert_to_tensor([0.3, -0.4])
            optimizer.apply([gradient], [variable])
        results.append(numpy(ops.cast(variable, "float32")))
    np.testing.assert_array_equal(*results)


def test_loss_scaling_undoes_the_scale(run):
    variable = keras.Variable([1.0])
    inner = keras.optimizers.SGD(0.5)
    optimizer = keras.optimizers.LossScaleOptimizer(inner, initial_scale=8.0)
    optimizer.build([variable])
    assert float(optimizer.scale_loss(ops.ones(()))) == 8
    apply(run, optimizer, variable, [16.0])
    np.testing.assert_allclose(numpy(variable), [0])
    assert int(numpy(inner.iterations)) == 1


def test_loss_scaling_skips_a_step_that_overflowed_and_lowers_the_scale(run):
    variable = keras.Variable([1.0])
    inner = keras.optimizers.SGD(0.5)
    optimizer = keras.optimizers.LossScaleOptimizer(inner, initial_scale=8.0)
    optimizer.build([variable])
    apply(run, optimizer, variable, [np.inf])
    np.testing.assert_array_equal(numpy(variable), [1])
    assert float(numpy(optimizer.dynamic_scale)) == 4
    assert int(numpy(inner.iterations)) == 0


def test_what_is_computed_without_gradients_has_the_same_value(run):
    variable = keras.Variable([3.0])

    def body():
        with backend.no_gradients():
            return variable * variable

    result = run(body, [variable])
    np.testing.assert_array_equal(numpy(result), [9])
    assert not getattr(result, "requires_grad", False)


def test_one_process_is_the_first_of_one(run):
    gradients = [ops.ones((2,)), ops.zeros((1,))]
    assert backend.replica_count() == 1
    assert int(backend.replica_id()) == 0
    assert backend.process_index() == 0
    for one, other in zip(backend.all_reduce_mean(gradients), gradients):
        np.testing.assert_array_equal(numpy(one), numpy(other))


def test_a_gradient_may_lie_in_another_order_in_memory(run):
    # On torch that of a kernel may, and the fused update reads memory.
    rng = np.random.default_rng(0)
    kernel, gradient = rng.normal(size=(2, 3, 2, 4, 5)).astype("float32")
    results = []
    for lay_out in (False, True):
        variable = keras.Variable(kernel)
        optimizer = keras.optimizers.Adam(0.1)
        optimizer.build([variable])
        if lay_out:
            backend.set_memory_format([variable])
        apply(run, optimizer, variable, gradient)
        apply(run, optimizer, variable, gradient)
        results.append(numpy(variable))
    np.testing.assert_allclose(*results, rtol=1e-6)
