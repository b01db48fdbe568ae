"""Updates of weights by Keras' optimizers on JAX."""

import jax.numpy as jnp
import keras

from kerasgan.backend.jax.core import run_if


def apply_gradients(optimizer, gradients, variables):
    """See `kerasgan.backend.common.contract.apply_gradients`.

    `LossScaleOptimizer.apply` assigns inside the branches of a `cond`, which
    leaks tracers here, and its stateless form takes all variables or none.
    """
    if not isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        optimizer.apply(gradients, variables)
        return
    scale = optimizer.dynamic_scale.value
    is_finite = optimizer.check_finite(gradients)
    run_if(
        is_finite,
        lambda *unscaled: optimizer.inner_optimizer.apply(
            list(unscaled), variables
        ),
        tuple(gradient / scale for gradient in gradients),
    )
    steps = optimizer.step_counter.value + 1
    is_long = steps == optimizer.dynamic_growth_steps
    goes_on = jnp.logical_and(is_finite, jnp.logical_not(is_long))
    optimizer.step_counter.assign(jnp.where(goes_on, steps, 0))
    factor = jnp.where(is_finite, jnp.where(is_long, 2.0, 1.0), 0.5)
    optimizer.dynamic_scale.assign(scale * factor)
