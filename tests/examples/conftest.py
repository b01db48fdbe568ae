"""Where Python looks first when it runs a file of `examples/`."""

import pathlib
import sys

import pytest

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(autouse=True)
def from_the_examples_folder(monkeypatch, without_graphs):
    monkeypatch.syspath_prepend(str(EXAMPLES))
    yield
    sys.modules.pop("common", None)
