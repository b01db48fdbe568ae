import keras
import numpy as np
import pytest
from keras import ops
from keras import optimizers

from kerasgan import backend
from kerasgan.optimizers.functional import check_unrollable
from kerasgan.optimizers.functional import functional_rule

RULES = {
    "sgd": lambda: optimizers.SGD(0.1),
    "momentum": lambda: optimizers.SGD(0.1, momentum=0.9),
    "nesterov": lambda: optimizers.SGD(0.1, momentum=0.9, nesterov=True),
    "adam": lambda: optimizers.Adam(0.1, beta_1=0.5, beta_2=0.9),
    "scaled adam": lambda: optimizers.LossScaleOptimizer(
        optimizers.Adam(0.1, beta_1=0.5)
    ),
}
START = [np.array([1.0, -2.0], "float32"), np.array([[0.5]], "float32")]


def gradients(step):
    rng = np.random.default_rng(step)
    return [
        ops.convert_to_tensor(rng.standard_normal(w.shape).astype("float32"))
        for w in START
    ]


def numpy(values):
    return [np.array(ops.convert_to_numpy(value)) for value in values]


def used(optimizer, steps=3):
    """Returns variables that an optimizer has updated already."""
    variables = [keras.Variable(w) for w in START]
    optimizer.build(variables)
    for step in range(steps):
        optimizer.apply(gradients(step), variables)
    return variables


@pytest.mark.parametrize("steps", [0, 3], ids="after {} steps".format)
@pytest.mark.parametrize("rule", ["sgd", "momentum", "nesterov", "adam"])
def test_it_goes_on_as_keras_does(rule, steps):
    optimizer = RULES[rule]()
    variables = used(optimizer, steps)
    memory = numpy(optimizer.variables)
    values = [ops.convert_to_tensor(w) for w in numpy(variables)]
    state, step = functional_rule(optimizer, len(variables))
    foreseen = []
    for i in range(4):
        values, state = step(values, gradients(10 + i), state)
        foreseen.append(numpy(values))
    # It has only been thought: nothing has changed.
    for now, before in zip(numpy(optimizer.variables), memory, strict=True):
        np.testing.assert_array_equal(now, before)
    for i, expected in enumerate(foreseen):
        optimizer.apply(gradients(10 + i), variables)
        for ours, keras_own in zip(expected, numpy(variables), strict=True):
            np.testing.assert_allclose(ours, keras_own, rtol=1e-5, atol=1e-6)


def test_a_scaled_optimizer_steps_by_the_one_inside():
    plain, scaled = RULES["adam"](), RULES["adam"]()
    scaled = optimizers.LossScaleOptimizer(scaled)
    results = []
    for optimizer in (plain, scaled):
        variables = [keras.Variable(w) for w in START]
        optimizer.build(variables)
        state, step = functional_rule(optimizer, 2)
        values, _ = step(
            [ops.convert_to_tensor(w) for w in START], gradients(0), state
        )
        results.append(numpy(values))
    for one, other in zip(*results, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_schedule_gives_the_rate_of_the_present_step():
    schedule = optimizers.schedules.ExponentialDecay(0.1, 1, 0.5)
    optimizer = optimizers.Adam(schedule)
    variables = used(optimizer)
    state, step = functional_rule(optimizer, 2)
    values = [ops.convert_to_tensor(w) for w in numpy(variables)]
    values, _ = step(values, gradients(9), state)
    optimizer.apply(gradients(9), variables)
    for ours, keras_own in zip(numpy(values), numpy(variables)):
        np.testing.assert_allclose(ours, keras_own, rtol=1e-6)


def test_a_step_of_sgd_has_the_derivative_of_its_formula():
    optimizer = RULES["momentum"]()
    used(optimizer, steps=0)
    state, step = functional_rule(optimizer, 2)
    given = [ops.convert_to_tensor(w) for w in START]

    def moved(slope):
        values = given
        memory = state
        for _ in range(2):
            values, memory = step(values, [slope, slope[None, :1]], memory)
        return ops.sum(values[0]), None

    _, _, derivative = backend.input_gradient(moved, ops.zeros(2))
    # Rate 0.1: first step 1 gradient, second step 1 + 0.9.
    np.testing.assert_allclose(
        numpy([derivative])[0], [-0.29, -0.29], rtol=1e-5
    )


def test_a_weight_without_any_gradient_has_a_finite_derivative():
    optimizer = RULES["adam"]()
    used(optimizer, steps=0)
    state, step = functional_rule(optimizer, 2)
    given = [ops.convert_to_tensor(w) for w in START]

    def moved(slope):
        values, _ = step(given, [slope, slope[None, :1]], state)
        return ops.sum(values[0]), None

    _, _, derivative = backend.input_gradient(moved, ops.zeros(2))
    assert np.isfinite(numpy([derivative])[0]).all()


@pytest.mark.parametrize(
    ("optimizer", "received"),
    [
        (lambda: optimizers.RMSprop(), "RMSprop"),
        (lambda: optimizers.Nadam(), "Nadam"),
        (lambda: optimizers.AdamW(), "AdamW"),
        (lambda: optimizers.Adam(clipnorm=1.0), "Adam with clipnorm"),
        (lambda: optimizers.SGD(clipvalue=1.0), "SGD with clipvalue"),
        (lambda: optimizers.SGD(global_clipnorm=1.0), "global_clipnorm"),
        (lambda: optimizers.SGD(weight_decay=0.1), "weight_decay"),
        (lambda: optimizers.Adam(amsgrad=True), "amsgrad"),
        (lambda: optimizers.Adam(use_ema=True), "use_ema"),
        (
            lambda: optimizers.SGD(gradient_accumulation_steps=2),
            "gradient_accumulation_steps",
        ),
        (
            lambda: optimizers.LossScaleOptimizer(optimizers.RMSprop()),
            "RMSprop",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_rules_that_it_does_not_know_are_refused(optimizer, received):
    with pytest.raises(
        ValueError, match=f"Adam` or `SGD`.*Received: .*{received}"
    ):
        check_unrollable(optimizer())


@pytest.mark.parametrize("rule", RULES)
def test_rules_that_it_knows_are_taken(rule):
    check_unrollable(RULES[rule]())
