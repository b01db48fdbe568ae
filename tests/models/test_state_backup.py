"""`BackupAndRestore` after `kill -9` in the middle of an epoch.

Keras restores the weights that it saved last and starts the epoch that it
noted then *from its first batch*. With `save_freq="epoch"` the resumed run is
therefore the uninterrupted one, bit for bit, as long as every epoch sees the
same batches in the same order (`shuffle=False`, or a data set that is
deterministic). With `save_freq=<steps>` the state of the game is restored
exactly too, but the batches between the start of the epoch and the save are
played a second time, because Keras stores the batch and does not use it.
"""

import os
import signal

import keras
import pytest

import kerasgan
from kerasgan import regularizers
from tests import children
from tests import tiny

# BatchNormalization and a penalty in one game, for their state.
pytestmark = pytest.mark.filterwarnings(
    "ignore:The penalty .* is about the gradient of each image:UserWarning"
)

STEPS = 4
EPOCHS = 3
BATCH_SIZE = 2


class KillAfter(keras.callbacks.Callback):
    """Ends the process as `kill -9` does, after some training steps."""

    def __init__(self, steps):
        super().__init__()
        self.steps = steps

    def on_train_batch_end(self, batch, logs=None):
        self.steps -= 1
        if self.steps == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def build(seed):
    return tiny.tiny_gan(
        seed,
        regularizers=[regularizers.R1(weight=1.0)],
        discriminator_steps=2,
        ema=20.0,
        augmentation=kerasgan.augmentations.InstanceNoise(0.1),
    )


def play(gan, epochs=EPOCHS, steps=STEPS, **kwargs):
    images = tiny.tiny_images(steps * BATCH_SIZE * gan.discriminator_steps)
    gan.fit(
        images,
        batch_size=BATCH_SIZE,
        epochs=epochs,
        shuffle=False,
        verbose=0,
        **kwargs,
    )


def backup(folder, save_freq):
    return keras.callbacks.BackupAndRestore(str(folder), save_freq=save_freq)


def play_until_killed(folder):
    # Saved after the first epoch, and after the 3rd and the 6th step; killed
    # within the second epoch.
    callbacks = [
        backup(f"{folder}/epoch", "epoch"),
        backup(f"{folder}/steps", 3),
        KillAfter(7),
    ]
    play(build(seed=0), callbacks=callbacks)


@pytest.fixture(scope="session")
def killed(tmp_path_factory):
    """Returns the folder of two backups that a killed run left behind."""
    folder = tmp_path_factory.mktemp("backups")
    with children.running(play_until_killed, folder, status=-signal.SIGKILL):
        pass
    return folder


@pytest.fixture(scope="session")
def gan(tmp_path_factory):
    """One game for all runs, because compiling it is what takes time.

    Whatever state it is in, all of it has to come out of the file that is
    loaded next.
    """
    gan = build(seed=0)
    gan.start = tmp_path_factory.mktemp("start") / "start.weights.h5"
    gan.save_weights(gan.start)
    return gan


def restart(gan):
    gan.load_weights(gan.start)
    gan._initial_epoch = None  # which Keras' callback leaves behind


def resume(gan, folder, save_freq):
    """Trains on from a backup and returns the state at the end."""
    play(gan, callbacks=[backup(folder, save_freq)])
    return tiny.state(gan)


def test_a_killed_run_ends_as_the_uninterrupted_one(killed, gan):
    restart(gan)
    play(gan)
    uninterrupted = tiny.state(gan)
    resumed = resume(gan, killed / "epoch", "epoch")
    assert int(gan.steps_seen.value) == EPOCHS * STEPS
    tiny.assert_same_state(resumed, uninterrupted)


def test_a_backup_within_an_epoch_is_exact_and_replays_the_epoch(killed, gan):
    restart(gan)
    play(gan, epochs=1)
    # The two steps of the second epoch that the backup has seen ...
    play(gan, epochs=1, steps=2)
    # ... and the second epoch again, whole.
    play(gan, initial_epoch=1)
    reference = tiny.state(gan)
    resumed = resume(gan, killed / "steps", 3)
    assert int(gan.steps_seen.value) == EPOCHS * STEPS + 2
    tiny.assert_same_state(resumed, reference)


def test_a_finished_run_removes_its_backup(gan, tmp_path):
    folder = tmp_path / "backup"
    restart(gan)
    play(gan, epochs=1, callbacks=[backup(folder, "epoch")])
    assert int(gan.steps_seen.value) == STEPS
    assert not folder.exists()
