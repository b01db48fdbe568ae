"""Kills what writes files at random moments, and looks at what is left.

    python scripts/soak.py --out soak.jsonl --folder /tmp/soak --kills 1000

On each backend, in turn: trainings of `kerasgan train`, models and presets
that are saved again and again, `kerasgan generate` into a picture, an array
and a folder, and presets whose weights are downloaded from a server of this
machine. Each is a process of its own, which gets SIGKILL at a random moment.

After each kill, what is there must be whole: a file is not there yet, or can
be read and holds one state. A training is then resumed, and killed again; when
it ends it must hold the same state as one that nothing disturbed, bit for bit,
and the same log. Whatever is done once more, without a kill, must leave no
other file behind. Last, one process does all this for many rounds, and the
memory that it holds must not grow.

A line of JSON a kill goes to `--out`, which also tells where to go on when
this script itself is stopped. The table of the results is printed at the end.

Processes are forked from one that has loaded the framework, so that more kills
hit what is tried; `interrupt_training.py` beside this file starts each from
nothing.
"""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

BACKENDS = ("tensorflow", "jax", "torch")
# Of 100 kills.
SHARES = {"train": 40, "save": 15, "preset": 15, "generate": 15, "download": 15}


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--backend", action="append", choices=BACKENDS)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    backends = options.backend or BACKENDS
    if options.here:
        _soak(options, options.kills)
        return
    words = list(sys.argv[1:] if argv is None else argv)
    for i, backend in enumerate(backends):
        kills = len(range(i, options.kills, len(backends)))
        subprocess.run(
            [sys.executable, __file__, *words, "--here", "--kills", str(kills)],
            env={
                **os.environ,
                "KERAS_BACKEND": backend,
                "TF_CPP_MIN_LOG_LEVEL": "3",
                "PYTHONPATH": str(ROOT),
                "OMP_NUM_THREADS": "1",
                "TF_NUM_INTRAOP_THREADS": "1",
                "TF_NUM_INTEROP_THREADS": "1",
            },
            check=True,
        )
    print(table(_read(options.out)))


def _soak(options, kills):
    """Kills so often on this process' backend, and measures its memory."""
    from scripts.soaking import memory
    from scripts.soaking import victims

    backend = os.environ["KERAS_BACKEND"]
    counts = collections.Counter()
    for record in _read(options.out):
        if record["backend"] == backend:
            counts[record["kind"]] += 1

    def write(record):
        record = {"backend": backend, **record}
        print(json.dumps(record), flush=True)
        with open(options.out, "a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")

    folder = options.folder / backend
    for kind, share in SHARES.items():
        wanted = round(kills * share / 100)
        if counts[kind] < wanted:
            trials = victims.KINDS[kind](folder / kind)
            while counts[kind] < wanted:
                for record in trials.kill(seed=counts[kind]):
                    write({"kind": kind, **record})
                    counts[kind] += 1
    if not counts["memory"]:
        write({"kind": "memory", **memory.grow(folder, options.rounds)})


def _read(path):
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def table(records):
    """Returns what was tried, how often, and how often it was at fault."""
    lines = [
        "| backend | kind | kills | faults | compared to the end |",
        "|---|---|---|---|---|",
    ]
    for backend in BACKENDS:
        for kind in SHARES:
            own = [
                record
                for record in records
                if (record["backend"], record["kind"]) == (backend, kind)
            ]
            if own:
                faults = sum(bool(record["faults"]) for record in own)
                ends = sum(record["is_end"] for record in own)
                lines.append(
                    f"| {backend} | {kind} | {len(own)} | {faults} | {ends} |"
                )
    for record in records:
        if record["kind"] == "memory":
            lines.append(
                f"\n{record['backend']}: {record['mb_before']} MB after "
                f"{record['warm_up']} rounds, {record['mb_after']} MB after "
                f"{record['rounds']}"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
