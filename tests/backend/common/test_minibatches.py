"""What is known of variables without waiting for the device."""

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.backend.common import minibatches


@pytest.fixture
def waits(monkeypatch):
    """Yields a list with an entry for each value that was waited for."""
    found = []
    read = minibatches.CounterCache.read

    def watched(self, variable, array, version=None):
        convert = keras.ops.convert_to_numpy
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                keras.ops,
                "convert_to_numpy",
                lambda x: found.append(variable.name) or convert(x),
            )
            return read(self, variable, array, version)

    monkeypatch.setattr(minibatches.CounterCache, "read", watched)
    return found


def growing():
    return kerasgan.applications.ProGAN(
        image_shape=(8, 8, 1),
        width=1 / 128,
        kimg=0.016,
        batch_sizes={4: 4, 8: 2},
        seed=0,
    )


def images(n):
    return np.zeros((n, 8, 8, 1), "uint8")


def test_a_noted_value_is_known_as_long_as_its_state_is_the_same():
    counters = minibatches.CounterCache()
    first, second = np.int32(1), np.int32(2)
    counters.note("variable", 7, first, version=3)
    assert counters.read("variable", first, 3) == 7
    assert counters.read("variable", first, 4) == 1
    assert counters.read("variable", second, 3) == 2
    assert counters.read("other", first, 3) == 1


@pytest.mark.skipif(
    keras.backend.backend() == "tensorflow", reason="it reads its variables"
)
def test_a_game_that_grows_waits_for_its_first_step_only(waits):
    gan = growing()
    gan.fit(images(16), batch_size=4, epochs=4, verbose=0)
    assert gan.resolution == 8
    assert sorted(waits) == ["high", "last_phase", "low"]


def test_what_another_hand_set_is_noticed_within_an_epoch(waits):
    gan = growing()

    class Back(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if batch == 3:
                # JAX gives the variables back where a callback asks for them.
                getattr(gan, "jax_state_sync", lambda: None)()
                gan.images_seen.assign(0)

    gan.fit(
        images(64),
        batch_size=4,
        steps_per_epoch=10,
        callbacks=[Back()],
        verbose=0,
    )
    assert int(gan.images_seen) == 24
    assert int(gan._last_phase) == 1
