"""Runs the suite once a backend: `python -m tests [--backend NAME] [ARGS]`.

Each backend gets a pytest of its own, because Keras chooses its backend once
a process. They run one after the other, each spread over all cores by
pytest-xdist with one compute thread a worker: the tests are small, so that
keeps every core busy until the end, which three whole suites side by side do
not. Arguments that this module does not know go to pytest.
"""

import argparse
import importlib.util
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree

BACKENDS = ("tensorflow", "jax", "torch")
# Where several are tested, tests marked `once` run here: it is the fastest.
ONCE_ON = "torch"
ROOT = pathlib.Path(__file__).resolve().parent.parent
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
}
# With it XLA compiles faster, which is most of what the tests wait for on JAX.
SIMPLE_FUSION = "--xla_cpu_use_fusion_emitters=false"


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python -m tests",
        description="Runs the tests on each backend; unknown arguments go to "
        "pytest (for example: -k fit, -x, a file).",
    )
    parser.add_argument(
        "--backend",
        action="append",
        choices=BACKENDS,
        help="run this backend alone; may be given more than once",
    )
    parser.add_argument(
        "--jobs",
        type=int,
        default=_cores(),
        help="worker processes (default: one a core, %(default)s here)",
    )
    options, pytest_arguments = parser.parse_known_args(arguments)
    results = {}
    backends = options.backend or BACKENDS
    for backend in backends:
        print(f"===== {backend}", flush=True)
        chosen = pytest_arguments
        if backend != ONCE_ON and ONCE_ON in backends:
            chosen = ["-m", "not once", *chosen]
        results[backend] = _run(backend, options.jobs, chosen)
    print()
    for backend, (counts, seconds, _) in results.items():
        print(f"{backend:10}  {_line(counts)}  in {seconds:.0f} s")
    total = {
        kind: sum(counts[kind] for counts, _, _ in results.values())
        for kind in ("passed", "failed", "skipped")
    }
    print(_line(total))
    return int(any(failed for _, _, failed in results.values()))


def _run(backend, jobs, pytest_arguments):
    """Returns the counts, the seconds and whether the backend failed."""
    start = time.monotonic()
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    if importlib.util.find_spec(backend) is None:
        print(
            f"{backend} is not installed here. Install what the tests need: "
            'python -m pip install -e ".[test]"'
        )
        counts["failed"] = 1
        return counts, 0.0, True
    command = [sys.executable, "-m", "pytest", "-q"]
    # What to look at when the suite takes too long.
    command += ["--durations=20", "--durations-min=5"]
    environment = {**os.environ, "KERAS_BACKEND": backend}
    if jobs > 1:
        command += ["-n", str(jobs), "--dist", "worksteal"]
        environment = {**ONE_THREAD, **environment}
    environment["XLA_FLAGS"] = _jax_flags(environment.get("XLA_FLAGS", ""))
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder, "report.xml")
        # Many tests compile the same small step: each is compiled once.
        cache = {
            "JAX_COMPILATION_CACHE_DIR": str(pathlib.Path(folder, "jax")),
            "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
            "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
        }
        environment = {**cache, **environment}
        command += [f"--junitxml={report}", *pytest_arguments]
        status = subprocess.run(command, cwd=ROOT, env=environment).returncode
        if report.exists():
            for suite in xml.etree.ElementTree.parse(report).iter("testsuite"):
                number = {
                    kind: int(suite.get(kind, 0))
                    for kind in ("tests", "failures", "errors", "skipped")
                }
                bad = number["failures"] + number["errors"]
                counts["failed"] += bad
                counts["skipped"] += number["skipped"]
                counts["passed"] += number["tests"] - bad - number["skipped"]
    if status != 0 and counts["failed"] == 0:
        # pytest itself fell, or found no test: no test says so, so this does.
        print(f"pytest ended with exit status {status} on {backend}.")
        counts["failed"] = 1
    return counts, time.monotonic() - start, status != 0


def _jax_flags(flags):
    """Adds one to XLA's, unless this JAX ends at it because it is not known.

    Also where another backend is tested: some tests compare it with JAX.
    """
    longer = f"{flags} {SIMPLE_FUSION}".strip()
    program = "import jax; jax.numpy.ones(3) + 1"
    result = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "JAX_PLATFORMS": "cpu", "XLA_FLAGS": longer},
        capture_output=True,
    )
    return flags if result.returncode else longer


def _line(counts):
    line = f"{counts['passed']} passed, {counts['failed']} failed"
    if counts["skipped"]:
        line += f", {counts['skipped']} skipped"
    return line


def _cores():
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
