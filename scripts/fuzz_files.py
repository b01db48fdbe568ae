"""Opens files that were changed at random, and counts what must not happen.

    python scripts/fuzz_files.py --cases 20000 --out fuzz.jsonl

Each file that kerasgan reads is changed in ways that are seeded: bits and
bytes, and, where it is JSON or CSV, keys and values. It must then be read, or
be refused with a `ValueError` or an `OSError`: with no other error, within two
seconds (of CPU time, so that others may use the machine) and 200 MB, without
writing a file or reaching for another one. A line
of JSON is written for every 100 cases; what is there already is not done
again. Cases are run by a process beside this one, which may crash or hang.
"""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

_BLOCK = 100
_SECONDS = 2.0
_MEGABYTES = 200
_HANG_SECONDS = 120
_CASES_A_WORKER = 4000


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--kinds", nargs="*", help="names; all by default")
    parser.add_argument("--out", default="fuzz.jsonl")
    parser.add_argument("--worker", action="store_true")
    args = parser.parse_args(argv)
    if args.worker:
        return _work()
    out = pathlib.Path(args.out)
    done = {
        (line["backend"], line["kind"], line["start"]): line
        for line in map(json.loads, out.read_text().splitlines())
    } if out.exists() else {}  # fmt: skip
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    worker = None
    from scripts.fuzzing import mutations

    kinds = args.kinds or list(mutations.KINDS)
    for start in range(0, args.cases, _BLOCK):
        for kind in kinds:
            if (backend, kind, start) in done:
                continue
            block = {"backend": backend, "kind": kind, "start": start}
            results = collections.Counter()
            block |= {"slowest": 0.0, "most_mb": 0.0, "faults": []}
            for case in range(start, min(start + _BLOCK, args.cases)):
                if worker is None or worker.cases >= _CASES_A_WORKER:
                    worker = worker and worker.close()
                    worker = _Worker()
                result = worker.run(kind, case)
                if not worker.lives:
                    worker = None
                results[result["outcome"]] += 1
                block["slowest"] = max(block["slowest"], result["seconds"])
                block["most_mb"] = max(block["most_mb"], result["mb"])
                block["faults"] += _faults(case, result)
            block |= {"outcomes": dict(results)}
            done[backend, kind, start] = block
            with open(out, "a") as file:
                file.write(json.dumps(block) + "\n")
    if worker:
        worker.close()
    print(table(done.values()))


def table(blocks):
    """Returns the figures of a run as a table in Markdown."""
    names = "file|backend|cases|read|refused|faults|slowest, s|most memory, MB"
    rows = [f"| {names.replace('|', ' | ')} |", "|---" * 8 + "|"]
    groups = collections.defaultdict(list)
    for block in blocks:
        groups[block["kind"], block["backend"]].append(block)
    for (kind, backend), found in sorted(groups.items()):
        outcomes = collections.Counter()
        for block in found:
            outcomes.update(block["outcomes"])
        rows.append(
            f"| {kind} | {backend} | {sum(outcomes.values())} | "
            f"{outcomes['read']} | {outcomes['refused']} | "
            f"{sum(len(block['faults']) for block in found)} | "
            f"{max(block['slowest'] for block in found):.2f} | "
            f"{max(block['most_mb'] for block in found):.0f} |"
        )
    return "\n".join(rows)


def _faults(case, result):
    found = []
    if result["outcome"] not in ("read", "refused"):
        found.append({"case": case, "error": result["outcome"]})
    if result["seconds"] > _SECONDS:
        found.append({"case": case, "seconds": round(result["seconds"], 2)})
    if result["mb"] > _MEGABYTES:
        found.append({"case": case, "mb": round(result["mb"])})
    return found


class _Worker:
    """A process that runs cases, one after the other."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.cases = 0
        self.lives = True

    def run(self, kind, case):
        self.cases += 1
        watch = threading.Timer(_HANG_SECONDS, self.process.kill)
        watch.start()
        start = time.monotonic()
        try:
            self.process.stdin.write(json.dumps([kind, case]) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except OSError:
            line = ""
        finally:
            watch.cancel()
        if line:
            return json.loads(line)
        self.lives = False
        code = self.process.wait()
        return {
            "outcome": f"ended with {code}",
            "seconds": time.monotonic() - start,
            "mb": 0.0,
        }

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def _work():
    # What the frameworks print is not for the process that listens.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    from scripts.fuzzing import trying

    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        trial = trying.Trial(pathlib.Path(folder))
        for line in sys.stdin:
            result = trial.run(*json.loads(line))
            answers.write(json.dumps(result) + "\n")
            answers.flush()


if __name__ == "__main__":
    main()
