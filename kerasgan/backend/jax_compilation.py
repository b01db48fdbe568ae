"""What JAX's compiler is told, and the memory that it leaves behind."""

import ctypes
import functools
import sys

import jax
from jax import monitoring

# Convolutions by Eigen. Of those by YNNPACK, JAX 0.10's default, one core
# computes many of up to 128 filters alone. 0.11 uses all cores again.
_EIGEN = {"xla_cpu_experimental_ynn_fusion_type": ""}
_COMPILED = "/jax/core/compile/backend_compile_duration"
# Seconds. What is compiled faster leaves little.
_LONG = 1.0


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
