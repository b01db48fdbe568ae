"""What an editor or `dir` shows of a room: what users call."""

import importlib

import pytest

import kerasgan

ROOMS = ("applications", "layers", "losses", "metrics", "models", "networks")


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_shows_its_public_names_alone(room):
    module = importlib.import_module(f"kerasgan.{room}")
    assert dir(module) == sorted(module.__all__)
    assert all(hasattr(module, name) for name in module.__all__)
    assert getattr(kerasgan, room) is module
