import keras
import numpy as np
import pytest

if keras.backend.backend() != "jax":
    pytest.skip("the others sum fast", allow_module_level=True)

import jax

from kerasgan.backend.jax.cpu_kernels import repeated
from kerasgan.backend.jax.cpu_kernels import total


def test_they_are_a_sum_of_rows_and_equal_rows():
    rows = np.random.default_rng(0).normal(size=(30_000, 5)).astype("float32")
    wanted = rows.astype("float64").sum(0)
    np.testing.assert_allclose(total(rows), wanted, rtol=1e-4, atol=1e-3)
    np.testing.assert_array_equal(repeated(rows[0], 4), np.stack([rows[0]] * 4))


def test_each_is_the_gradient_of_the_other_however_often():
    rng = np.random.default_rng(0)
    values, rows = (rng.normal(size=s).astype("f") for s in ((3,), (4, 3)))

    def ours(values, rows):
        return (repeated(values, 4) ** 3 * total(rows**2) ** 2).sum()

    def plain(values, rows):
        return (values[None] ** 3 * (rows**2).sum(0) ** 2).sum() * 4

    def of_gradients(function):
        def charge(*arguments):
            gradients = jax.grad(function, (0, 1))(*arguments)
            return sum((g**2).sum() for g in gradients)

        return charge

    for twice in (lambda f: f, of_gradients):
        got = jax.grad(twice(ours), (0, 1))(values, rows)
        wanted = jax.grad(twice(plain), (0, 1))(values, rows)
        for a, b in zip(got, wanted):
            np.testing.assert_allclose(a, b, rtol=1e-4)
