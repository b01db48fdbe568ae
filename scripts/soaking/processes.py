"""Processes that are killed, forked from one that has loaded the framework."""

import multiprocessing
import os
import signal
import sys
import tempfile
import time

_LONGEST = 300.0
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["scripts.soaking.victims"])


def shared_number():
    """Returns a number that a process and its children share."""
    return _CONTEXT.Value("d", 0.0)


def killed_after(seconds, function, *arguments):
    """Calls a function in a process that gets SIGKILL at a moment.

    Returns:
        `"killed"`, or `"ended"` if it was faster.

    Raises:
        RuntimeError: If it failed before.
    """
    process = _start(function, arguments)
    process.join(seconds)
    process.kill()
    return "ended" if _status(process) == 0 else "killed"


def seconds_of(function, *arguments):
    """Calls a function in a process, and returns how long that took.

    Raises:
        RuntimeError: If it failed, or did not end.
    """
    begin = time.monotonic()
    process = _start(function, arguments)
    process.join(_LONGEST)
    process.kill()
    if _status(process):
        raise RuntimeError(f"{function.__name__} did not end")
    return time.monotonic() - begin


def _start(function, arguments):
    process = _CONTEXT.Process(target=_call, args=(function, arguments))
    process.start()
    return process


def _status(process):
    process.join()
    path = _error_file(process.pid)
    status = process.exitcode
    process.close()
    said = ""
    if os.path.exists(path):
        with open(path, encoding="utf-8", errors="replace") as file:
            said = file.read()
        os.unlink(path)
    if status not in (0, -signal.SIGKILL):
        raise RuntimeError(f"status {status}: {said[-600:]}")
    return status


def _error_file(number):
    return os.path.join(tempfile.gettempdir(), f"soak-{number}.txt")


def _call(function, arguments):
    """Calls a function; what it says is kept for the case that it fails."""
    file = os.open(
        _error_file(os.getpid()), os.O_CREAT | os.O_TRUNC | os.O_WRONLY
    )
    os.dup2(file, 1)
    os.dup2(file, 2)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        function(*arguments)
    except SystemExit as error:
        sys.exit(error.code)
