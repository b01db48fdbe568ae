"""Control flow, compilation and determinism on JAX."""

import contextlib
import ctypes
import functools
import os
import sys

import jax
import keras
from jax import monitoring

from kerasgan.backend.common.scope import InheritingScope
from kerasgan.backend.common.scope import assign_all
from kerasgan.backend.common.scope import current_values

_COMPILED = "/jax/core/compile/backend_compile_duration"
# Seconds. Shorter compilations leave little.
_LONG = 1.0


def run_if(condition, fn, arguments=()):
    """See `kerasgan.backend.common.contract.run_if`."""
    assigned = {}

    def changed():
        with InheritingScope() as scope:
            fn(*arguments)
        assigned.update(scope.assigned)
        return current_values(scope)

    # Both branches must return the same variables: the first trace finds
    # out which they are.
    jax.eval_shape(changed)
    values = jax.lax.cond(
        condition, changed, lambda: [v.value for v in assigned.values()]
    )
    assign_all(assigned, values)


def compiled(fn, variables):
    """See `kerasgan.backend.common.contract.compiled`."""

    @jax.jit
    def compute(values, arguments):
        with keras.StatelessScope(zip(variables, values)):
            return fn(*arguments)

    def call(*arguments):
        return compute([variable.value for variable in variables], arguments)

    return call


@contextlib.contextmanager
def low_optimization_compile():
    """See `kerasgan.backend.common.contract.low_optimization_compile`."""
    before = jax.config.read("jax_disable_most_optimizations")
    jax.config.update("jax_disable_most_optimizations", True)
    try:
        yield
    finally:
        jax.config.update("jax_disable_most_optimizations", before)


def make_deterministic():
    """See `kerasgan.backend.common.contract.make_deterministic`."""
    flag = "--xla_gpu_deterministic_ops=true"
    if jax.default_backend() == "gpu" and flag not in os.environ.get(
        "XLA_FLAGS", ""
    ):
        raise RuntimeError(
            "JAX has to be started for deterministic results on a GPU: set "
            f"XLA_FLAGS={flag} in the environment of Python. Received: "
            f"XLA_FLAGS={os.environ.get('XLA_FLAGS', '')!r}"
        )


@functools.cache
def trim_malloc_after_compilations():
    """Lets memory return to the system after each long compilation.

    LLVM frees the memory that it took to compile a step, but C's library
    keeps it, so that training would need its own on top.
    """
    if _trim() is not None:
        monitoring.register_event_duration_secs_listener(_after)


def _after(event, duration, **_):
    # JAX tells of a compilation before it runs the result.
    if event == _COMPILED and duration >= _LONG:
        _trim()(0)


def _trim():
    """Returns glibc's `malloc_trim`, or `None` where there is another."""
    if sys.platform != "linux":
        return None
    return getattr(ctypes.CDLL(None), "malloc_trim", None)
