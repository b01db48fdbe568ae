"""Gradients on JAX: pure functions around stateful code."""

import contextlib

import jax
import jax.numpy as jnp

from kerasgan.backend.common.scope import InheritingScope
from kerasgan.backend.common.scope import assign_all
from kerasgan.backend.common.scope import current_values
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
