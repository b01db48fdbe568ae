"""Each kind of file, changed at random: `scripts/fuzz_files.py`, for less."""

import gc

import keras
import pytest

from scripts.fuzzing import mutations
from scripts.fuzzing import trying

# What reads files is the same on all backends; what is made of them is not.
CASES = 200 if keras.backend.backend() == "torch" else 20


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
    for case in range(CASES):
        result = trial.run(kind, case)
        if result["outcome"] not in ("read", "refused"):
            faults[case] = result["outcome"]
        if result["seconds"] > 2.0 or result["mb"] > 200:
            faults[case] = result
    assert not faults
