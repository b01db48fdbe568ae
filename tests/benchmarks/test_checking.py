import pathlib
import runpy

import pytest

pytestmark = pytest.mark.once

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_each_kind_of_batch_is_measured(capsys):
    script = runpy.run_path(str(ROOT / "benchmarks" / "checking.py"))
    script["main"](["--batch-size", "2", "--steps", "1"])
    printed = capsys.readouterr().out
    for name in ("bytes", "floats", "bytes and labels"):
        assert f"| {name} | " in printed
