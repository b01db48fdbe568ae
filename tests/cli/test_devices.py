"""`kerasgan train --devices`."""

import os
import signal
import threading
import time

import keras
import numpy as np
import pytest
from click.testing import CliRunner

import kerasgan
from kerasgan.cli.commands import cli


def train(out, devices, *more):
    return CliRunner().invoke(
        cli,
        [
            *("train", "gan", "--data", "fashion_mnist_subset"),
            *("--steps-per-epoch", "2", "--batch-size", "4"),
            *("--out", str(out), "--devices", str(devices), *more),
        ],
    )


def test_devices_that_are_not_there_are_refused(tmp_path, backend):
    if backend == "torch":
        pytest.skip("processors have any number of processes")
    result = train(tmp_path / "run", 60)
    assert result.exit_code == 2
    assert "devices` must be from 1 to" in result.output
    assert not (tmp_path / "run" / "settings.json").exists()


def test_torch_starts_a_process_for_each_device(tmp_path, backend):
    if backend != "torch":
        pytest.skip("one process has all devices")
    run = tmp_path / "run"
    assert train(run, 2, "--epochs", "1").exit_code == 0
    assert len((run / "log.csv").read_text().splitlines()) == 2
    gan = keras.saving.load_model(run / "model.keras")
    assert isinstance(gan, kerasgan.models.GAN)
    assert np.array(keras.ops.convert_to_numpy(gan.images_seen)) == 8
    # On one device it goes on.
    result = train(run, 1, "--epochs", "2", "--resume")
    assert result.exit_code == 0, result.output
    assert len((run / "log.csv").read_text().splitlines()) == 3


def test_torch_processes_stop_after_the_same_step(tmp_path, backend):
    if backend != "torch":
        pytest.skip("one process has all devices")
    run = tmp_path / "run"

    def interrupt():
        while not (run / "model.keras").exists():
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=interrupt).start()
    result = train(run, 2, "--epochs", "100000")
    assert result.exit_code == 143
    gan = keras.saving.load_model(run / "model.keras")
    steps = int(keras.ops.convert_to_numpy(gan.steps_seen))
    assert 2 <= steps < 200_000
    # Each has taken its part of all steps.
    assert int(keras.ops.convert_to_numpy(gan.images_seen)) == 4 * steps
    assert not (run / ".lock").exists()


def test_an_error_of_all_processes_is_said_once(tmp_path, backend, capfd):
    if backend != "torch":
        pytest.skip("one process has all devices")
    result = train(tmp_path / "run", 2, "--kimg", "1")
    assert result.exit_code == 2
    assert "Error: `--kimg`" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "run").exists()
