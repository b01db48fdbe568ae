"""Writers to run in processes of their own, without waiting for Keras.

`python tests/utils/writers.py FUNCTION ARGUMENTS...`
"""

import contextlib
import importlib.util
import os
import pathlib
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def atomic_files():
    """Returns `kerasgan.utils.atomic_files`, which needs no other module."""
    path = ROOT / "kerasgan" / "utils" / "atomic_files.py"
    spec = importlib.util.spec_from_file_location("atomic_files", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextlib.contextmanager
def running(function, *arguments, status=0):
    """Runs a function of this file in a process of its own beside the body.

    Leaving the body waits for the process and fails if it ends otherwise than
    expected. It is killed where the body fails.

    Yields:
        The `subprocess.Popen`.
    """
    with subprocess.Popen(
        [sys.executable, __file__, function.__name__, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
            output, _ = process.communicate(timeout=200)
        finally:
            process.kill()
    assert process.returncode == status, output


def write_and_wait(path):
    path = pathlib.Path(path)
    with atomic_files().replacing(path) as temporary:
        temporary.write_text("half")
        path.with_suffix(".begun").touch()
        time.sleep(200)


def replace_one_of(folder, *names):
    """Is killed when the first of the files is in its place."""
    original = os.replace

    def replace(*args):
        original(*args)
        os.kill(os.getpid(), signal.SIGKILL)

    os.replace = replace
    with atomic_files().replacing_together(folder, names) as temporary:
        for name in names:
            (temporary / name).write_text("2")


def count_up(path, rounds):
    path, locked = pathlib.Path(path), atomic_files().locked
    for _ in range(int(rounds)):
        with locked(path.with_suffix(".lock"), 60):
            count = int(path.read_text())
            path.write_text(str(count + 1))


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
