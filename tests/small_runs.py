"""Runs of the command, in this process, on a folder of tiny pictures."""

import contextlib
import csv
import inspect
import resource
import signal
import time

import keras
import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

import kerasgan
from kerasgan.cli.commands import cli
from kerasgan.runs import fit_run


def draw_pictures(folder):
    """Makes a folder of twelve coloured pictures; returns it."""
    folder.mkdir()
    rng = np.random.default_rng(0)
    for i in range(12):
        pixels = rng.integers(0, 256, (8, 8, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{i:02d}.png")
    return folder


@contextlib.contextmanager
def small(name, **smaller):
    """Makes `kerasgan train` train a model that compiles in a moment.

    Args:
        name: Name of the model's class.
        **smaller: Arguments that make it small.
    """
    cls = getattr(kerasgan.applications, name)
    init = cls.__init__

    def small_init(self, image_shape=(8, 8, 3), **kwargs):
        init(self, image_shape, **{**smaller, **kwargs})

    small_init.__signature__ = inspect.signature(init)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cls, "__init__", small_init)
        yield


def command(*arguments):
    return CliRunner().invoke(cli, [str(a) for a in arguments])


def train(pictures, out, *more, model="dcgan", epochs=1):
    return command(
        *("train", model, "--data", pictures, "--image-size", "8"),
        *("--batch-size", 4, "--epochs", epochs, "--out", out, *more),
    )


def weights(run):
    gan = keras.saving.load_model(run / "model.keras")
    return [keras.ops.convert_to_numpy(v) for v in gan.variables]


def log(run):
    with open(run / "log.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def assert_same_runs(a, b):
    assert log(a) == log(b)
    names = [sorted(p.name for p in run.rglob("*")) for run in (a, b)]
    assert names[0] == names[1]
    for one, other in zip(weights(a), weights(b), strict=True):
        np.testing.assert_array_equal(one, other)


def one_line(result):
    """Returns the only line of an error, with no traceback around it."""
    assert result.exit_code != 0
    lines = [x for x in result.stderr.splitlines() if x.startswith("Error:")]
    assert len(lines) == 1, result.output
    assert "Traceback" not in result.output
    assert result.stderr.splitlines()[-1] == lines[0]
    return lines[0]


@contextlib.contextmanager
def no_space_to_save():
    """Lets the disk be full where a model is saved."""
    save = keras.Model.save

    def save_on_a_full_disk(self, path, **kwargs):
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
        try:
            save(self, path, **kwargs)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keras.Model, "save", save_on_a_full_disk)
        yield


@contextlib.contextmanager
def signal_before_step(step, number=signal.SIGTERM):
    """Sends a signal to this process before a step of its training.

    Args:
        step: Integer, which of all steps that are begun in the context.
        number: The signal.
    """
    make, begun = fit_run._stop_between_steps, iter(range(1, 1_000_000))

    def make_with_signal(gan, signals):
        callback = make(gan, signals)
        begin = callback.on_train_batch_begin

        def begin_with_signal(batch, logs=None):
            if next(begun) == step:
                signal.raise_signal(number)
                while signals.number is None:
                    time.sleep(0.001)  # Python may hear of it later
            begin(batch, logs)

        callback.on_train_batch_begin = begin_with_signal
        return callback

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fit_run, "_stop_between_steps", make_with_signal)
        yield
