import json
import pathlib
import runpy

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCALING = runpy.run_path(str(ROOT / "benchmarks" / "scaling.py"))


def test_each_axis_starts_from_the_same_point():
    points = SCALING["points"](["batch_size", "image_size", "devices"])
    assert points.count(SCALING["BASE"]) == 1
    assert {p["batch_size"] for p in points} == {4, 8, 16, 32, 64, 128}
    assert {(p["devices"], p["batch_size"]) for p in points} >= {(2, 32)}


def test_a_point_is_timed_and_drawn(tmp_path, capsys, backend):
    def run(_, point, args):
        # In this process: another one loads Keras first.
        SCALING["child"](point, args.filters, args.images, args.rounds)
        return {
            "backend": backend,
            **point,
            "filters": args.filters,
            "images": args.images,
            **json.loads(capsys.readouterr().out.splitlines()[-1]),
        }

    main = SCALING["main"]
    small = {"batch_size": 4, "image_size": 8, "devices": 1}
    main.__globals__["measure"] = run
    main.__globals__["BASE"] = small
    main.__globals__["AXES"] = {"batch_size": (2, 4)}
    out = tmp_path / "scaling.jsonl"
    words = ["--out", str(out), "--axes", "batch_size", "--backends", backend]
    words += ["--filters", "2", "--images", "8", "--rounds", "2"]
    main(words)
    records = [json.loads(line) for line in out.read_text().splitlines()]
    assert [r["batch_size"] for r in records] == [2, 4]
    assert all(len(r["seconds"]) == 2 for r in records)
    assert out.with_suffix(".png").read_bytes().startswith(b"\x89PNG")
    main(words)  # which finds both
    assert out.read_text().count("\n") == 2
