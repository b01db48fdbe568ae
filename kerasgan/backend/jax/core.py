"""Control flow, compilation and determinism on JAX."""

import contextlib
import ctypes
import functools
import os
import sys

import jax
from jax import monitoring

from kerasgan.backend.common.scope import InheritingScope
from kerasgan.backend.common.scope import assign_all
from kerasgan.backend.common.scope import current_values

# Convolutions by Eigen. Of those by YNNPACK, JAX 0.10's default, one core
# computes many of up to 128 filters alone. 0.11 uses all cores again.
_EIGEN = {"xla_cpu_experimental_ynn_fusion_type": ""}
_COMPILED = "/jax/core/compile/backend_compile_duration"
# Seconds. What is compiled faster leaves little.
_LONG = 1.0


def run_if(condition, fn, arguments=()):
    """Calls `fn`, which assigns to variables, if the condition holds.

    Args:
        condition: Scalar bool tensor.
        fn: Function that returns nothing.
        arguments: Tuple of structures of tensors to call it with.
    """
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


@contextlib.contextmanager
def compiling_lightly():
    """A context for computations that are cheaper than their compilation.

    Initial values are: XLA compiles each shape of them, which takes seconds
    for a model, and each is computed once.
    """
    before = jax.config.read("jax_disable_most_optimizations")
    jax.config.update("jax_disable_most_optimizations", True)
    try:
        yield
    finally:
        jax.config.update("jax_disable_most_optimizations", before)


def make_deterministic():
    """Lets the same operations on the same numbers give the same bits.

    Raises:
        RuntimeError: If that takes a flag which is not set.
    """
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
def step_options():
    """Returns the `compiler_options` of steps, or `None` for JAX's own."""
    if jax.default_backend() != "cpu" or jax.__version_info__[:2] != (0, 10):
        return None
    try:
        jax.jit(lambda x: x, compiler_options=_EIGEN).lower(0.0).compile()
    except jax.errors.JaxRuntimeError:  # A release without that option.
        return None
    return _EIGEN


@functools.cache
def give_back_memory():
    """Lets memory return to the system after each long compilation.

    What LLVM took to compile a step it frees, but C's library keeps it, so
    that training would need its own on top.
    """
    if _trim() is not None:
        monitoring.register_event_duration_secs_listener(_after)


def _after(event, duration, **_):
    # JAX tells of a compilation before it runs what was compiled.
    if event == _COMPILED and duration >= _LONG:
        _trim()(0)


def _trim():
    """Returns glibc's `malloc_trim`, or `None` where there is another."""
    if sys.platform != "linux":
        return None
    return getattr(ctypes.CDLL(None), "malloc_trim", None)
