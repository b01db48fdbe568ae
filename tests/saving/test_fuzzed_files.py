"""Each kind of file, changed at random: `scripts/fuzz_files.py`, for less."""

import gc

import keras
import pytest

from scripts.fuzzing import mutations
from scripts.fuzzing import trying

pytestmark = pytest.mark.once

# Of 200 cases each backend opens a third.
BACKENDS = ("tensorflow", "jax", "torch")
CASES = range(BACKENDS.index(keras.backend.backend()), 200, 3)


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        # A file that a name of a mutation leads to would appear here.
        patch.chdir(tmp_path_factory.mktemp("here"))
        yield trying.Trial(tmp_path_factory.mktemp("files"))
    gc.unfreeze()


@pytest.mark.parametrize("kind", mutations.KINDS)
def test_a_changed_file_is_read_or_refused(kind, trial):
    faults = {}
    for case in CASES:
        result = trial.run(kind, case)
        if result["outcome"] not in ("read", "refused"):
            faults[case] = result["outcome"]
        if result["seconds"] > 2.0 or result["mb"] > 200:
            faults[case] = result
    assert not faults
