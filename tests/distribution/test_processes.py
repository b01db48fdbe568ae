"""Two processes that train one model, of which one is killed."""

import os
import signal

import keras
import numpy as np
import pytest

import kerasgan
from tests.distribution import games
from tests.distribution import launching

pytestmark = pytest.mark.timeout(600)

EPOCHS = 4
KILLED_IN = 2  # of EPOCHS, counted from 0


class KillMyself(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        steps = int(keras.ops.convert_to_numpy(self.model.steps_seen))
        if steps == KILLED_IN * 2 + 1:
            os.kill(os.getpid(), signal.SIGKILL)


def _train(folder, *callbacks):
    gan = games.hinge_r1()
    gan.fit(
        games.images(2),
        batch_size=games.BATCH_SIZE,
        epochs=EPOCHS,
        verbose=0,
        callbacks=[
            keras.callbacks.BackupAndRestore(
                folder / "backup", delete_checkpoint=False
            ),
            keras.callbacks.CSVLogger(folder / "log.csv"),
            *callbacks,
        ],
    )
    return gan


def train_and_die(folder):
    """Trains with another process, of which the second is killed."""
    import pathlib

    killer = [KillMyself()] if launching.process_index() == 1 else []
    with kerasgan.distribution.data_parallel():
        gan = _train(pathlib.Path(folder), *killer)
    print("ended as if nothing had been", gan.steps_seen)


def test_a_killed_process_ends_the_others_and_one_device_goes_on(tmp_path):
    with launching.together(train_and_die, tmp_path, processes=2) as processes:
        first, second = processes
        outputs = launching.outputs_of(processes)
    assert second.returncode == -signal.SIGKILL, outputs[1]
    assert first.returncode != 0, outputs[0]
    gan = _train(tmp_path)
    steps = keras.ops.convert_to_numpy(gan.steps_seen)
    assert np.array(steps) == 2 * EPOCHS
    rows = (tmp_path / "log.csv").read_text().splitlines()
    assert len(rows) == 1 + EPOCHS - KILLED_IN
