"""Sums over the pixels of a batch, as products with ones.

XLA's code for processors sums by windows, in several passes over an array; a
product passes over it once. Statistics of batches need such sums, forwards and
back. Each of both functions is the other's gradient, however often.
"""

import functools

import jax
import jax.numpy as jnp


@jax.custom_vjp
def total(rows):
    """Returns the sum of rows, `(n, channels)` to `(channels,)`."""
    return jnp.matmul(jnp.ones((len(rows),), rows.dtype), rows)


@functools.partial(jax.custom_vjp, nondiff_argnums=(1,))
def repeated(values, n):
    """Returns `n` rows of values, `(channels,)` to `(n, channels)`."""
    return jnp.broadcast_to(values, (n, *values.shape))


total.defvjp(
    lambda rows: (total(rows), len(rows)),
    lambda n, cotangent: (repeated(cotangent, n),),
)
repeated.defvjp(
    lambda values, n: (repeated(values, n), None),
    lambda n, _, cotangent: (total(cotangent),),
)
