"""What an editor or `dir` shows of a room: what users call."""

import importlib
import pydoc

import pytest

import kerasgan

pytestmark = pytest.mark.once

# Those of the seam and of the switches have what the package itself needs.
ROOMS = sorted(
    {*kerasgan.__all__} - {"backend", "config", "evaluate", "load_model"}
)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_shows_its_public_names_alone(room):
    module = importlib.import_module(f"kerasgan.{room}")
    assert dir(module) == sorted(module.__all__)
    assert all(hasattr(module, name) for name in module.__all__)
    assert getattr(kerasgan, room) is module


@pytest.mark.parametrize("name", kerasgan.applications.list_models())
def test_help_says_nothing_that_holds_for_any_object(name):
    model = kerasgan.applications.get(name)
    text = pydoc.plain(pydoc.render_doc(model.__init__))
    assert "Initialize self" not in text and "see the class" in text


def test_what_is_ours_says_what_it_is():
    said = {}
    for cls in kerasgan.applications.DCGAN.__mro__:
        is_ours = cls.__module__.startswith("kerasgan.")
        if is_ours and not cls.__module__.startswith("kerasgan.backend."):
            for name, value in vars(cls).items():
                function = getattr(value, "__func__", value)
                function = getattr(function, "fget", function)
                if callable(function) and not name.startswith("_"):
                    said[name] = said.get(name) or function.__doc__
    assert "generate" in said
    assert not [name for name, doc in said.items() if not doc]
