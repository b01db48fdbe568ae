"""A convolutional game with BatchNormalization, on each installed backend."""

import contextlib
import importlib.util
import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

from tests.models.play_dcgan import play

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.mark.timeout(600)
def test_a_small_dcgan_trains_alike_on_all_backends(backend, tmp_path):
    if backend != "tensorflow":
        pytest.skip("compared once, in the run for tensorflow")
    others = [
        name for name in ("jax", "torch") if importlib.util.find_spec(name)
    ]
    if not others:
        pytest.skip("no other backend is installed")
    with contextlib.ExitStack() as stack:
        programs = {
            name: stack.enter_context(_played_on(name, tmp_path))
            for name in others
        }
        initial, final, images = play()
        for name, program in programs.items():
            _, errors = program.communicate()
            assert program.returncode == 0, errors
            with np.load(tmp_path / f"{name}.npz") as file:
                their_images, *theirs = (file[key] for key in file.files)
            for ours, other in zip(final, theirs, strict=True):
                np.testing.assert_allclose(ours, other, rtol=1e-4, atol=1e-4)
            np.testing.assert_allclose(images, their_images, atol=1e-3)
    # What agrees is not what they started from.
    for before, after in zip(initial, final, strict=True):
        if after.size > 1 and after.dtype == "float32":
            assert np.abs(after - before).max() > 1e-3


def _played_on(name, folder):
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.models.play_dcgan",
            str(folder / f"{name}.npz"),
        ],
        cwd=ROOT,
        env={**os.environ, "KERAS_BACKEND": name},
        stderr=subprocess.PIPE,
        text=True,
    )
