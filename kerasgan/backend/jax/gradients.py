"""Gradients and updates on JAX: pure functions around stateful code."""

import contextlib

import jax
import jax.numpy as jnp
import keras

from kerasgan.backend.common.scope import InheritingScope
from kerasgan.backend.common.scope import assign_all
from kerasgan.backend.common.scope import current_values
from kerasgan.backend.jax.core import run_if
from kerasgan.backend.jax.cpu_kernels import differentiated_twice


def vjp(fn, variables):
    """See `kerasgan.backend.common.contract.vjp`."""
    assigned = {}

    def pure(values):
        with InheritingScope(zip(variables, values)) as scope:
            output, aux = fn()
        assigned.update(scope.assigned)
        return output, (aux, current_values(scope))

    output, pull, (aux, values) = jax.vjp(
        pure, [variable.value for variable in variables], has_aux=True
    )
    assign_all(assigned, values)

    def pullback(cotangent=None):
        if cotangent is None:
            cotangent = jnp.ones_like(output)
        return pull(cotangent)[0]

    return output, aux, pullback


def input_gradient(fn, x, create_graph=False):
    """See `kerasgan.backend.common.contract.input_gradient`."""
    assigned = {}

    def pure(x):
        with InheritingScope() as scope:
            value, aux = fn(x)
        assigned.update(scope.assigned)
        return value, (aux, current_values(scope))

    differentiate = jax.value_and_grad(pure, has_aux=True)
    with differentiated_twice(create_graph):
        (value, (aux, values)), gradient = differentiate(x)
    assign_all(assigned, values)
    return value, aux, gradient


def no_gradients():
    """See `kerasgan.backend.common.contract.no_gradients`."""
    return contextlib.nullcontext()


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
