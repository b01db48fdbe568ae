import json
import pathlib
import runpy

import pytest

pytestmark = pytest.mark.once

ROOT = pathlib.Path(__file__).resolve().parents[2]
GROWING = runpy.run_path(str(ROOT / "benchmarks" / "growing.py"))


@pytest.mark.usefixtures("where_compiling_is_cheap")
def test_each_phase_is_timed(tmp_path, capsys, backend):
    out = tmp_path / "growing.jsonl"
    small = ("--image-size", "8", "--channels", "1", "--batch-size", "2")
    words = [*small, "--width", "0.01", "--steps", "1", "--out", str(out)]
    GROWING["main"](words)
    record = json.loads(out.read_text())
    assert record["backend"] == backend
    assert [*record["milliseconds"]] == [
        "stabilising 4x4",
        "fading in 8x8",
        "stabilising 8x8",
    ]
    assert min(record["milliseconds"].values()) > 0
    assert capsys.readouterr().out == out.with_suffix(".md").read_text()


def test_a_table_compares_backends_with_full_size():
    records = [
        {"backend": "jax", "milliseconds": {"4x4": 9.0, "8x8": 9.0}},
        {"backend": "torch", "milliseconds": {"4x4": 2.0, "8x8": 6.0}},
        {"backend": "jax", "milliseconds": {"4x4": 1.0, "8x8": 4.0}},
    ]
    rows = GROWING["table"](records).splitlines()
    assert rows[0] == "| ms per image | jax | torch |"
    assert rows[2:] == [
        "| 4x4 | 1.00 | 2.00 |",
        "| 8x8 | 4.00 | 6.00 |",
        "| mean of all phases | 2.50 | 4.00 |",
        "| times cheaper than full size | 1.60 | 1.50 |",
    ]
