"""The same steps of the same games, on each installed backend."""

import contextlib
import importlib.util

import numpy as np
import pytest

from tests import children
from tests.models.play_dcgan import play
from tests.models.play_zoo import play_zoo


def save_games(folder, name):
    """Keeps what `play` and `play_zoo` return, for another backend."""
    _, final, images = play()
    np.savez(f"{folder}/{name}_dcgan.npz", images, *final)
    finals = {
        f"{model} {i}": value
        for model, (_, final) in play_zoo().items()
        for i, value in enumerate(final)
    }
    np.savez(f"{folder}/{name}_zoo.npz", **finals)


@pytest.mark.timeout(600)
def test_games_train_alike_on_all_backends(backend, tmp_path, optimized_graphs):
    if backend != "tensorflow":
        pytest.skip("compared once, in the run for tensorflow")
    others = [
        name for name in ("jax", "torch") if importlib.util.find_spec(name)
    ]
    if not others:
        pytest.skip("no other backend is installed")
    # One process a backend plays everything: to start it takes a while.
    with contextlib.ExitStack() as stack:
        for name in others:
            stack.enter_context(
                children.running(save_games, tmp_path, name, backend=name)
            )
        dcgan, zoo = play(), play_zoo()
    for name in others:
        _compare_dcgan(dcgan, tmp_path, name)
        _compare_zoo(zoo, tmp_path, name)


def _compare_dcgan(dcgan, folder, name):
    initial, final, images = dcgan
    with np.load(folder / f"{name}_dcgan.npz") as file:
        their_images, *theirs = (file[key] for key in file.files)
    for ours, other in zip(final, theirs, strict=True):
        np.testing.assert_allclose(ours, other, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(images, their_images, atol=1e-3)
    # What agrees is not what they started from.
    for before, after in zip(initial, final, strict=True):
        if after.size > 1 and after.dtype == "float32":
            assert np.abs(after - before).max() > 1e-3


def _compare_zoo(zoo, folder, name):
    with np.load(folder / f"{name}_zoo.npz") as theirs:
        assert len(theirs) == sum(len(final) for _, final in zoo.values())
        for model, (_, final) in zoo.items():
            for i, value in enumerate(final):
                np.testing.assert_allclose(
                    value,
                    theirs[f"{model} {i}"],
                    rtol=1e-4,
                    atol=1e-4,
                    err_msg=f"{model}, weight {i}, on {name}",
                )
    # What agrees is not what they started from.
    for model, (initial, final) in zoo.items():
        moved = [np.abs(a - b).max() > 1e-3 for a, b in zip(initial, final)]
        assert np.mean(moved) > 0.6, (model, moved)
