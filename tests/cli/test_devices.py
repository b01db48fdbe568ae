"""`kerasgan train --devices`."""

import keras
import numpy as np
import pytest
from click.testing import CliRunner

import kerasgan
import kerasgan_cli


def train(out, devices, *more):
    return CliRunner().invoke(
        kerasgan_cli.cli,
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
    assert "`devices` must be from 1 to" in result.output
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
