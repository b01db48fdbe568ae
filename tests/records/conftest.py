"""The scripts of `applications/`, writing below a temporary folder."""

import importlib
import pathlib
import sys
import types

import pytest

from kerasgan.applications import preset_files

RECORDS = pathlib.Path(__file__).resolve().parents[2] / "applications"
NAMES = (
    "recipes",
    "train",
    "drawing",
    "score",
    "card",
    "gallery",
    "sensitivity",
)


@pytest.fixture
def scripts(monkeypatch, tmp_path, where_compiling_is_cheap, without_graphs):
    """Yields the modules; their records and presets are in `tmp_path`."""
    monkeypatch.syspath_prepend(str(RECORDS))
    modules = {name: importlib.import_module(name) for name in NAMES}
    for module in (*modules.values(), preset_files):
        for name, folder in (("HERE", "."), ("PACKAGED", "packaged")):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, tmp_path / folder)
    yield types.SimpleNamespace(**modules)
    for name in NAMES:
        sys.modules.pop(name)
