import keras
import numpy as np
import pytest

from kerasgan.applications import DCGAN

if keras.backend.backend() != "jax":
    pytest.skip("the others do not compile", allow_module_level=True)

import jax
from jax import monitoring

from kerasgan.backend.jax import core
from kerasgan.backend.jax import trainer


def trained(**arguments):
    gan = DCGAN(image_shape=(8, 8, 1), filters=8, seed=0)
    gan.compile(**arguments)
    images = np.random.default_rng(0).uniform(-1, 1, (8, 8, 8, 1))
    gan.fit(images.astype("float32"), batch_size=4, shuffle=False, verbose=0)
    return gan


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
    monkeypatch.setattr(core, "_trim", lambda: lambda size: None)
    core.trim_malloc_after_compilations.cache_clear()
    trained()
    trained()
    assert calls == [core._after]
    trim = core.trim_malloc_after_compilations
    assert trainer.trim_malloc_after_compilations is trim


def test_another_c_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(core.sys, "platform", "darwin")
    assert core._trim() is None
