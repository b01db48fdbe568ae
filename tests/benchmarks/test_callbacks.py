import pathlib
import runpy

import pytest

pytestmark = pytest.mark.once

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.mark.usefixtures("where_compiling_is_cheap")
def test_each_callback_is_timed(capsys, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    main = runpy.run_path(str(ROOT / "benchmarks" / "callbacks.py"))["main"]
    main(
        [
            *("--data", "fashion_mnist_subset", "--images", "8"),
            *("--epochs", "2", "--batch-size", "4", "--filters", "2"),
            *("--samples", "150"),
        ]
    )
    lines = capsys.readouterr().out.splitlines()
    rows = [line.split(" | ") for line in lines if line.startswith("| ")][1:]
    assert [row[0] for row in rows] == [
        "| SampleGrid",
        "| TrainingFilm",
        "| CollapseMonitor",
        "| GenerativeMetrics",
        "| all",
    ]
    seconds = [float(row[1]) for row in rows]
    assert min(seconds) > 0
    assert max(seconds[:-1]) <= seconds[-1] <= sum(seconds[:-1]) + 0.01
