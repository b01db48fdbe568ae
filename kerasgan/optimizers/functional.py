"""Optimizer steps as functions, to be differentiated through.

Keras' optimizers assign to variables. A game that is played ahead in thought
(`kerasgan.models.UnrolledGAN`) needs the same rules on tensors.
"""

import keras
from keras import ops


def functional_rule(optimizer, count):
    """Returns `(state, step)` that continue from an optimizer's state.

    Args:
        optimizer: Built `keras.optimizers.SGD` or `Adam`.
        count: Integer, number of its variables.

    Returns:
        `state`, a structure of tensors, and `step(values, gradients, state)`,
        which returns the new values and the new state.

    Raises:
        ValueError: If the optimizer has no such rule.

    Example:

    ```python
    import keras
    from kerasgan.optimizers.functional import functional_rule

    sgd = keras.optimizers.SGD(0.5)
    sgd.build([keras.Variable([1.0])])
    state, step = functional_rule(sgd, 1)
    (value,), state = step([keras.ops.ones(1)], [keras.ops.ones(1)], state)
    ```
    """
    check_unrollable(optimizer)
    optimizer = _without_scaling(optimizer)
    if isinstance(optimizer, keras.optimizers.Adam):
        return _adam(optimizer, count)
    return _sgd(optimizer, count)


def check_unrollable(optimizer):
    """Raises `ValueError` unless the optimizer has a functional rule."""
    optimizer = _without_scaling(optimizer)
    extras = {
        "clipnorm": optimizer.clipnorm,
        "clipvalue": optimizer.clipvalue,
        "global_clipnorm": optimizer.global_clipnorm,
        "weight_decay": optimizer.weight_decay,
        "gradient_accumulation_steps": optimizer.gradient_accumulation_steps,
        "use_ema": optimizer.use_ema,
        "amsgrad": getattr(optimizer, "amsgrad", None),
    }
    used = [name for name, value in extras.items() if value]
    is_known = isinstance(
        optimizer, (keras.optimizers.Adam, keras.optimizers.SGD)
    ) and not isinstance(
        optimizer, (keras.optimizers.Nadam, keras.optimizers.AdamW)
    )
    if not is_known or used:
        options = f" with {', '.join(used)}" if used else ""
        raise ValueError(
            "`discriminator_optimizer` must be one that can be "
            "differentiated through: `keras.optimizers.Adam` or `SGD`, "
            "without clipping, weight decay, accumulation, averaging or "
            "AMSGrad. "
            f"Received: {type(optimizer).__name__}{options}"
        )


def _without_scaling(optimizer):
    # Gradients within the game are float32 and need no scaling.
    if isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        return optimizer.inner_optimizer
    return optimizer


def _own_variables(optimizer):
    # After the step counter and, unless it is a schedule, the learning rate.
    variables = optimizer.variables[1:]
    if variables and variables[0].path.endswith("learning_rate"):
        variables = variables[1:]
    return [ops.convert_to_tensor(variable) for variable in variables]


def _sgd(optimizer, count):
    rate = optimizer.learning_rate
    momentum = optimizer.momentum
    velocities = _own_variables(optimizer)[:count] if momentum else None

    def step(values, gradients, velocities):
        moves = [-ops.cast(rate, g.dtype) * g for g in gradients]
        if momentum:
            velocities = [
                momentum * velocity + move
                for velocity, move in zip(velocities, moves)
            ]
            moves = (
                [momentum * v + move for v, move in zip(velocities, moves)]
                if optimizer.nesterov
                else velocities
            )
        return [a + b for a, b in zip(values, moves)], velocities

    return velocities, step


def _adam(optimizer, count):
    rate = ops.cast(optimizer.learning_rate, "float32")
    beta_1, beta_2 = optimizer.beta_1, optimizer.beta_2
    moments = _own_variables(optimizer)[: 2 * count]
    time = ops.cast(optimizer.iterations, "float32")

    def step(values, gradients, state):
        time, means, squares = state
        time = time + 1.0
        alpha = rate * ops.sqrt(1 - beta_2**time) / (1 - beta_1**time)
        means = [m + (g - m) * (1 - beta_1) for m, g in zip(means, gradients)]
        squares = [
            v + (ops.square(g) - v) * (1 - beta_2)
            for v, g in zip(squares, gradients)
        ]
        values = [
            x - ops.cast(alpha, m.dtype) * m / (_sqrt(v) + optimizer.epsilon)
            for x, m, v in zip(values, means, squares)
        ]
        return values, (time, means, squares)

    # Keras makes them in turn: first and second moment of each variable.
    return (time, moments[0::2], moments[1::2]), step


def _sqrt(x):
    # The root has no derivative at 0, where a weight never got a gradient.
    is_positive = ops.greater(x, 0)
    root = ops.sqrt(ops.where(is_positive, x, ops.ones_like(x)))
    return ops.where(is_positive, root, ops.zeros_like(x))
