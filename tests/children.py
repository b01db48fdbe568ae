"""Runs a function of a test module in a process of its own."""

import contextlib
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


@contextlib.contextmanager
def running(function, *arguments, backend=None, status=0):
    """Runs `function(*arguments)` in a new Python process beside the body.

    Leaving the body waits for the process and fails if it ends otherwise than
    expected. It is killed where the body fails.

    Args:
        function: Function at the top of a test module.
        *arguments: What it is called with, as strings.
        backend: String, another backend than this process has, or `None`.
        status: Integer, how the process has to end.
    """
    module, name = function.__module__, function.__name__
    # With the settings of the tests, so that steps are the same bit for bit.
    code = (
        "import sys; import tests.conftest; "
        f"from {module} import {name}; {name}(*sys.argv[1:])"
    )
    environment = dict(os.environ)
    if backend is not None:
        environment["KERAS_BACKEND"] = backend
    with subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield
            output, _ = process.communicate(timeout=280)
        finally:
            process.kill()
    assert process.returncode == status, output
