import pathlib
import runpy

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_each_phase_is_timed(capsys):
    main = runpy.run_path(str(ROOT / "benchmarks" / "growing.py"))["main"]
    small = ("--image-size", "8", "--channels", "1", "--batch-size", "2")
    main([*small, "--width", "0.01", "--steps", "1"])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" | ")[0] for line in lines[3:6]] == [
        "| stabilising 4x4",
        "| fading in 8x8",
        "| stabilising 8x8",
    ]
    assert lines[6].endswith("times cheaper")
