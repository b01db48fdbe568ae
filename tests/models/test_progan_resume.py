"""A game that grows is saved, killed and resumed in each of its phases.

Two steps a phase. A game that is saved at some point goes on to the next of
these points, and must be there what the game that was never saved is: weights,
moments, averages, counters and seeds, bit for bit.
"""

import os
import shutil
import signal

import keras
import numpy as np
import pytest

from tests import children
from tests import tiny
from tests.models.growing import BATCH_SIZE
from tests.models.growing import KIMG
from tests.models.growing import small_images
from tests.models.growing import small_progan

# Most games here end early.
pytestmark = pytest.mark.filterwarnings("ignore:This `fit` ends:UserWarning")

# Steps after which it is saved: in the middle of 4x4, and of the fade, where
# that ends, and in the middle of 8x8.
POINTS = [1, 3, 4, 5]
END = 6


def play(gan, start, end, **kwargs):
    images = small_images(END)[start * BATCH_SIZE : end * BATCH_SIZE]
    gan.fit(images, batch_size=BATCH_SIZE, shuffle=False, verbose=0, **kwargs)


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """The folder of the saved games, and the states at all points."""
    folder = tmp_path_factory.mktemp("games")
    gan, states, done = small_progan(), {}, 0
    for point in (*POINTS, END):
        play(gan, done, point)
        gan.save(folder / f"{point}.keras")
        gan.save_weights(folder / f"{point}.weights.h5")
        states[point], done = tiny.state(gan), point
    return folder, states


@pytest.mark.parametrize("point", POINTS)
def test_a_game_saved_in_a_phase_goes_on_bit_for_bit(run, point):
    folder, states = run
    following = min(p for p in states if p > point)
    gan = keras.saving.load_model(folder / f"{point}.keras")
    tiny.assert_same_state(tiny.state(gan), states[point])
    play(gan, point, following)
    tiny.assert_same_state(tiny.state(gan), states[following])


def test_a_file_of_weights_has_all_that_a_game_goes_on_from(run):
    folder, states = run
    gan = small_progan(seed=7)
    gan.load_weights(folder / "3.weights.h5")
    tiny.assert_same_state(tiny.state(gan), states[3])


def test_a_game_loaded_in_the_middle_of_a_fade_makes_the_same_images(run):
    folder, _ = run
    gan = keras.saving.load_model(folder / "3.keras")
    assert gan.resolution == 8
    size, alpha = gan._growth()
    assert (size, float(alpha)) == (8, 0.5)
    # Half of the old image and half of the new.
    latents = gan.sample_inputs(2, seed=0)["latents"]
    faded = gan.ema_generator(latents, size=8, alpha=0.5)
    np.testing.assert_allclose(
        gan.generate(2, seed=0),
        np.clip(keras.ops.convert_to_numpy(faded), -1, 1),
        atol=1e-6,
    )


class Killed(keras.callbacks.Callback):
    """Keeps what a kill within some epochs would leave; is killed after them.

    Beside each copy of the backup lies the state that the run itself has at
    the end of that epoch.

    Args:
        epochs: Sequence of integers.
        backup: The folder of the backup; its copies lie beside it.
    """

    def __init__(self, epochs, backup):
        super().__init__()
        self.epochs = epochs
        self.backup = backup

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        if self.epoch in self.epochs:
            shutil.copytree(self.backup, f"{self.backup}_{self.epoch}")
        if self.epoch > self.epochs[-1]:
            os.kill(os.getpid(), signal.SIGKILL)

    def on_epoch_end(self, epoch, logs=None):
        if epoch in self.epochs:
            np.savez(f"{self.backup}_{epoch}.npz", **tiny.state(self.model))


def fit_with_backup(gan, backup, epochs, *callbacks):
    # One step an epoch, always of the same images.
    gan.fit(
        small_images(1),
        batch_size=BATCH_SIZE,
        shuffle=False,
        verbose=0,
        epochs=epochs,
        callbacks=[keras.callbacks.BackupAndRestore(str(backup)), *callbacks],
    )


# Epochs and phases. Each is the second step of its phase, and its backup is of
# the first.
KILLED = {1: 0, 3: 1, 5: 2}


def play_until_killed(backup):
    fit_with_backup(small_progan(), backup, 7, Killed([*KILLED], backup))


def test_a_run_that_is_killed_in_any_phase_goes_on_as_if_not(tmp_path):
    backup = tmp_path / "backup"
    with children.running(play_until_killed, backup, status=-signal.SIGKILL):
        gan = small_progan()
    for epoch, phase in KILLED.items():
        gan._initial_epoch = None  # which Keras' callback leaves behind
        fit_with_backup(gan, f"{backup}_{epoch}", epoch + 1)
        assert int(gan._last_phase.value) == phase
        assert int(gan.steps_seen.value) == epoch + 1
        with np.load(f"{backup}_{epoch}.npz") as uninterrupted:
            tiny.assert_same_state(tiny.state(gan), dict(uninterrupted))


def test_weights_of_another_schedule_are_taken_with_a_warning(run):
    folder, _ = run
    gan = small_progan(kimg=2 * KIMG)
    rule = r"begin at \[0, 16, 32\] images.*24 images: stabilising 4x4"
    with pytest.warns(UserWarning, match=rule):
        gan.load_weights(folder / "3.weights.h5")
    assert gan.resolution == 4
