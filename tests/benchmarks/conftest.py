"""The scripts are run for a step or two, not to measure anything."""

import pathlib
import sys

import pytest

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "benchmarks"
# Where Python looks first when it runs one of these files.
sys.path[:0] = [str(FOLDER), str(FOLDER / "speed")]


@pytest.fixture(autouse=True)
def as_they_are(without_graphs):
    """Nothing is traced for so few steps."""
