"""The scripts are run for a step or two, not to measure anything."""

import pytest


@pytest.fixture(autouse=True)
def as_they_are(without_graphs):
    """Nothing is traced for so few steps."""
