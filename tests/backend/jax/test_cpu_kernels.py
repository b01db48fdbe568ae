import functools

import keras
import numpy as np
import pytest

if keras.backend.backend() != "jax":
    pytest.skip("the kernels of JAX", allow_module_level=True)

import jax

from kerasgan.applications import DCGAN
from kerasgan.backend.common import nn
from kerasgan.backend.common.cpu_switch import CPU_KERNELS
from kerasgan.backend.jax import cpu_kernels
from kerasgan.backend.jax.cpu_kernels import column_sums
from kerasgan.backend.jax.cpu_kernels import repeated_rows


def test_they_are_a_sum_of_rows_and_equal_rows():
    rows = np.random.default_rng(0).normal(size=(30_000, 5)).astype("float32")
    wanted = rows.astype("float64").sum(0)
    np.testing.assert_allclose(column_sums(rows), wanted, rtol=1e-4, atol=1e-3)
    np.testing.assert_array_equal(
        repeated_rows(rows[0], 4), np.stack([rows[0]] * 4)
    )


def test_each_is_the_gradient_of_the_other_however_often():
    rng = np.random.default_rng(0)
    values, rows = (rng.normal(size=s).astype("f") for s in ((3,), (4, 3)))

    def ours(values, rows):
        return (repeated_rows(values, 4) ** 3 * column_sums(rows**2) ** 2).sum()

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


needs_options = pytest.mark.skipif(
    cpu_kernels.step_options() is None,
    reason="this JAX needs no options",
)


def trained(**arguments):
    gan = DCGAN(image_shape=(8, 8, 1), filters=8, seed=0)
    gan.compile(**arguments)
    images = np.random.default_rng(0).uniform(-1, 1, (8, 8, 8, 1))
    gan.fit(images.astype("float32"), batch_size=4, shuffle=False, verbose=0)
    return gan


def options_seen(monkeypatch):
    seen, original = [], jax.jit

    def jit(*args, **kwargs):
        seen.append(kwargs.get("compiler_options"))
        return original(*args, **kwargs)

    monkeypatch.setattr(jax, "jit", jit)
    return seen


@needs_options
def test_a_step_has_the_options_and_computes_the_same(monkeypatch):
    usual = trained(run_eagerly=True)
    seen = options_seen(monkeypatch)
    ours = trained()
    assert cpu_kernels.step_options() in seen
    for weight, expected in zip(ours.weights, usual.weights):
        np.testing.assert_allclose(weight, expected, atol=1e-4)


@needs_options
@pytest.mark.parametrize("argument", ["run_eagerly", "jit_compile"])
def test_what_is_not_to_be_compiled_is_not(argument, monkeypatch):
    seen = options_seen(monkeypatch)
    trained(**{argument: argument == "run_eagerly"})
    assert cpu_kernels.step_options() not in seen


@needs_options
def test_with_the_options_no_convolution_stays_on_one_core():
    def text(options):
        function = jax.jit(
            functools.partial(nn.conv, bias=None),
            compiler_options=options,
        )
        x, kernel = np.ones((16, 32, 32, 64), "f"), np.ones((3, 3, 64, 64), "f")
        return function.lower(x, kernel).compile().as_text()

    assert "ynn_fusion" in text(None)
    assert "ynn_fusion" not in text(cpu_kernels.step_options())


def test_a_release_without_the_option_gets_none(monkeypatch):
    monkeypatch.setattr(jax, "__version_info__", (0, 10, 9))
    monkeypatch.setattr(cpu_kernels, "_EIGEN", {"no_such_option": ""})
    assert cpu_kernels._eigen_options.__wrapped__() is None


@pytest.mark.parametrize("version", [(0, 9, 2), (0, 11, 0), (1, 10, 0)])
def test_only_the_release_that_was_slow_gets_options(version, monkeypatch):
    monkeypatch.setattr(jax, "__version_info__", version)
    assert cpu_kernels._eigen_options.__wrapped__() is None


def test_switched_off_a_step_has_no_options(monkeypatch):
    monkeypatch.setattr(CPU_KERNELS, "is_on", False)
    assert cpu_kernels.step_options() is None
