"""The same steps of the same games, on each installed backend."""

import contextlib
import importlib.util
import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

from tests import children
from tests.models.play_dcgan import play
from tests.models.play_zoo import play_zoo
from tests.models.play_zoo import save_zoo

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


@pytest.mark.timeout(600)
def test_every_model_of_the_zoo_trains_alike_on_all_backends(backend, tmp_path):
    if backend != "tensorflow":
        pytest.skip("compared once, in the run for tensorflow")
    others = [
        name for name in ("jax", "torch") if importlib.util.find_spec(name)
    ]
    if not others:
        pytest.skip("no other backend is installed")
    with contextlib.ExitStack() as stack:
        for name in others:
            path = tmp_path / f"{name}.npz"
            stack.enter_context(children.running(save_zoo, path, backend=name))
        ours = play_zoo()
    for name in others:
        with np.load(tmp_path / f"{name}.npz") as theirs:
            assert len(theirs) == sum(len(final) for _, final in ours.values())
            for model, (_, final) in ours.items():
                for i, value in enumerate(final):
                    np.testing.assert_allclose(
                        value,
                        theirs[f"{model} {i}"],
                        rtol=1e-4,
                        atol=1e-4,
                        err_msg=f"{model}, weight {i}, on {name}",
                    )
    # What agrees is not what they started from.
    for model, (initial, final) in ours.items():
        moved = [np.abs(a - b).max() > 1e-3 for a, b in zip(initial, final)]
        assert np.mean(moved) > 0.6, (model, moved)


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
