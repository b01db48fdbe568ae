"""`scripts/soak.py`: what it kills, and what it finds."""

import pytest

from scripts import soak
from scripts.soaking import victims


def test_a_file_of_two_states_is_a_fault(tmp_path):
    gan = victims._model(3)
    gan.save_weights(tmp_path / "gan.weights.h5")
    assert victims._number_in(gan) == 3
    gan.generator.weights[0].assign(gan.generator.weights[0] + 1)
    with pytest.raises(AssertionError, match="mixed: .3.0, 4.0"):
        victims._number_in(gan)


def test_kills_are_counted_by_what_was_killed():
    record = {"backend": "torch", "kind": "save", "is_end": False}
    records = [
        {**record, "faults": []},
        {**record, "faults": ["other bytes"], "is_end": True},
        {"backend": "torch", "kind": "memory", "rounds": 60, "warm_up": 20,
         "mb_before": 700, "mb_after": 701},
    ]  # fmt: skip
    table = soak.table(records)
    assert "| torch | save | 2 | 1 | 1 |" in table
    assert "700 MB after 20 rounds, 701 MB after 60" in table


@pytest.mark.once
def test_what_is_killed_while_it_saves_leaves_whole_files(tmp_path):
    saves = victims.Saves(tmp_path / "save")
    saves.every = 1
    (record,) = saves.kill(seed=0)
    assert record["faults"] == [] and record["is_end"]
