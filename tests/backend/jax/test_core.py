import functools

import keras
import numpy as np
import pytest

from kerasgan.applications import DCGAN

if keras.backend.backend() != "jax":
    pytest.skip("the others do not compile", allow_module_level=True)

import jax
from jax import monitoring

from kerasgan.backend.common import nn as networks
from kerasgan.backend.jax import core
from kerasgan.backend.jax import trainer

needs_options = pytest.mark.skipif(
    core.step_options() is None,
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
    assert core.step_options() in seen
    for weight, expected in zip(ours.weights, usual.weights):
        np.testing.assert_allclose(weight, expected, atol=1e-4)


@needs_options
@pytest.mark.parametrize("argument", ["run_eagerly", "jit_compile"])
def test_what_is_not_to_be_compiled_is_not(argument, monkeypatch):
    seen = options_seen(monkeypatch)
    trained(**{argument: argument == "run_eagerly"})
    assert core.step_options() not in seen


@needs_options
def test_with_the_options_no_convolution_stays_on_one_core():
    def text(options):
        function = jax.jit(
            functools.partial(networks.conv, bias=None),
            compiler_options=options,
        )
        x, kernel = np.ones((16, 32, 32, 64), "f"), np.ones((3, 3, 64, 64), "f")
        return function.lower(x, kernel).compile().as_text()

    assert "ynn_fusion" in text(None)
    assert "ynn_fusion" not in text(core.step_options())


def test_a_release_without_the_option_gets_none(monkeypatch):
    monkeypatch.setattr(jax, "__version_info__", (0, 10, 9))
    monkeypatch.setattr(core, "_EIGEN", {"no_such_option": ""})
    assert core.step_options.__wrapped__() is None


@pytest.mark.parametrize("version", [(0, 9, 2), (0, 11, 0), (1, 10, 0)])
def test_only_the_release_that_was_slow_gets_options(version, monkeypatch):
    monkeypatch.setattr(jax, "__version_info__", version)
    assert core.step_options.__wrapped__() is None


def test_jax_tells_of_a_compilation_before_it_runs_it():
    # The name of the event is not documented.
    told = []
    monitoring.register_event_duration_secs_listener(
        lambda event, duration, **_: told.append(event)
    )
    ran_after = []

    def look(x):
        ran_after.append(core._COMPILED in told)
        return x

    function = jax.jit(
        lambda x: jax.pure_callback(
            look, jax.ShapeDtypeStruct(np.shape(x), "float32"), x
        )
    )
    jax.block_until_ready(function(np.float32(1)))
    assert ran_after == [True]


def test_memory_is_given_back_after_long_compilations_only(monkeypatch):
    trimmed = []
    monkeypatch.setattr(core, "_trim", lambda: trimmed.append)
    core._after(core._COMPILED, 0.1)
    core._after("/jax/another", 5.0)
    assert trimmed == []
    core._after(core._COMPILED, 5.0, fun_name="step")
    assert trimmed == [0]


def test_training_asks_for_it_once(monkeypatch):
    calls = []
    monkeypatch.setattr(
        monitoring, "register_event_duration_secs_listener", calls.append
    )
    monkeypatch.setattr(core, "_trim", lambda: calls.append)
    core.give_back_memory.cache_clear()
    trained()
    trained()
    assert calls == [core._after]
    assert trainer.give_back_memory is core.give_back_memory


def test_another_c_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(core.sys, "platform", "darwin")
    assert core._trim() is None
