"""Standard streams that are closed, broken or full."""

import contextlib
import os
import sys

_STREAMS = {0: ("stdin", "r"), 1: ("stdout", "w"), 2: ("stderr", "w")}


def open_closed_streams():
    """Lets standard streams that are closed lead nowhere.

    Otherwise the next file that is opened takes their place, and what a
    framework prints goes into it.
    """
    for number, (name, mode) in _STREAMS.items():
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest that is free
        if getattr(sys, name) is None:
            nothing = open(os.devnull, mode, encoding="utf-8")  # noqa: SIM115
            setattr(sys, name, nothing)


def leave_quietly():
    """Drops what cannot be written any more, which Python would complain of."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            with contextlib.suppress(OSError, ValueError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, stream.fileno())


def take_all_texts():
    """Lets what is written hold what no encoding has, as file names may."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


class Unbreakable:
    """A stream whose failures end nothing.

    A training goes on where its terminal was closed or the disk of its log
    is full; where the reader of a pipe has ended, it is told.

    Args:
        stream: The stream to write to.
        on_broken_pipe: Called when nobody reads the stream any more.
    """

    def __init__(self, stream, on_broken_pipe):
        self._stream = stream
        self._on_broken_pipe = on_broken_pipe

    def __getattr__(self, name):
        return getattr(self._stream, name)

    def write(self, text):
        self._attempt(self._stream.write, text)
        return len(text)

    def flush(self):
        self._attempt(self._stream.flush)

    def _attempt(self, function, *arguments):
        try:
            function(*arguments)
        except BrokenPipeError:
            self._on_broken_pipe()
        except OSError:
            pass


@contextlib.contextmanager
def no_chatter():
    """Keeps away what TensorFlow's C++ writes past `sys.stderr`."""
    sys.stderr.flush()
    stderr = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(nowhere)
