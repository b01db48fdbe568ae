import _thread
import contextlib
import os
import signal
import socket
import sys
import threading
import time

# SIGHUP comes when a terminal is closed; Windows has none.
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
_NUMBERS = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]


class _Interrupt(KeyboardInterrupt):
    """Not the class itself: Python kills itself if `exec` lets that pass."""


# Seconds after which what should have ended long ago is looked at again.
_PATIENCE = 1.0


class Signals:
    """Ctrl-C, SIGTERM and SIGHUP, taken in one place so that none is lost.

    The first one raises `KeyboardInterrupt` in the main thread, or, within
    `deferred()`, is only noted in `number`. A second one ends the process at
    once, also while it computes in compiled code, where Python's own handlers
    have to wait: a thread hears of each signal by itself.

    An exception that a handler raises in the wrong place is dropped, such as
    in a callback of Python's garbage collector, and JAX, which Keras imports
    with every framework, has one. It is raised again until it arrives.

    Args:
        together: Seconds in which several signals count as one: `timeout`,
            batch systems and terminals send two or more of them.

    Example:

    ```python
    from kerasgan.cli.signals import Signals

    with Signals() as signals:
        with signals.deferred():
            for step in range(3):
                signals.check()
        assert signals.number is None
    ```
    """

    def __init__(self, together=0.5):
        #: The first signal, or what `stop` was called with.
        self.number = None
        self._together = together
        self._is_deferred = False
        self._has_ended = False
        self._listener = None
        self._own = 0  # signals of `_raise_again`, which are no second ones
        self._before = {}

    def __enter__(self):
        if threading.current_thread() is not threading.main_thread():
            return self  # Python has signals in its main thread only
        self._reader, self._writer = socket.socketpair()
        self._writer.setblocking(False)
        for number in _NUMBERS:
            # What `nohup` and the like have turned off stays so.
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._handle)
        self._fd_before = signal.set_wakeup_fd(
            self._writer.fileno(), warn_on_full_buffer=False
        )
        self._hook_before = sys.unraisablehook
        sys.unraisablehook = self._unraisable
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *error):
        self._has_ended = True
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if hasattr(self, "_writer"):
            signal.set_wakeup_fd(self._fd_before)
            sys.unraisablehook = self._hook_before
            self._writer.close()  # ends the thread, which closes its side

    @contextlib.contextmanager
    def deferred(self):
        """A context in which a signal is noted and nothing is raised.

        Raises:
            KeyboardInterrupt: If there was one already.
        """
        self._is_deferred = True
        try:
            self.check()
            yield
        finally:
            self._is_deferred = False

    @contextlib.contextmanager
    def given_to(self, listener):
        """A context in which each signal is handed on; nothing else is done.

        Args:
            listener: Function of a signal's number and how many there were.
        """
        with self.deferred():
            self._listener = listener
            try:
                yield
            finally:
                self._listener = None

    def check(self):
        """Raises `KeyboardInterrupt` if there was a signal."""
        if self.number is not None:
            raise _Interrupt

    def stop(self, number):
        """Does what a signal does within `deferred()`.

        Args:
            number: Integer, number of the signal.
        """
        self.number = self.number or int(number)

    def caught(self):
        """Says that the exception has arrived where it ends the command."""
        self._has_ended = True

    def _handle(self, number, frame):
        self.stop(number)
        is_unwinding = isinstance(sys.exc_info()[1], KeyboardInterrupt)
        if not (self._is_deferred or self._has_ended or is_unwinding):
            raise _Interrupt

    def _unraisable(self, dropped):
        # It is raised again, so nobody has to read about it.
        if not issubclass(dropped.exc_type, KeyboardInterrupt):
            self._hook_before(dropped)

    def _watch(self):
        """Hears of each signal as it comes, whatever the main thread does."""
        first, last, count, has_said = None, None, 0, False
        with self._reader as reader:
            while True:
                reader.settimeout(None if first is None else _PATIENCE)
                try:
                    data = reader.recv(1)
                except TimeoutError:
                    if self._is_deferred and not has_said:
                        has_said = self._say_that_it_ends()
                    self._raise_again(last)
                    continue
                if not data:
                    return
                if data[0] not in self._before:
                    continue
                if self._own:
                    self._own -= 1
                    continue
                now = time.monotonic()
                if first is not None and now - first < self._together:
                    continue
                first, last, count = now, data[0], count + 1
                self.stop(data[0])
                if self._listener is not None:
                    self._listener(data[0], count)
                elif count > 1:
                    _end_at_once(data[0])

    def _say_that_it_ends(self):
        if self._listener is None:
            _write(
                "\nStopping as soon as the running step is complete; Ctrl-C "
                "again ends at once.\n"
            )
        return True

    def _raise_again(self, number):
        if not (self._is_deferred or self._has_ended):
            self._own += 1
            if hasattr(signal, "pthread_kill"):
                # Which also wakes it where it waits.
                signal.pthread_kill(threading.main_thread().ident, number)
            else:
                _thread.interrupt_main(number)


def _end_at_once(number):
    if os.isatty(2):
        _write("\x1b[?25h\n")  # the cursor, which progress bars hide
    os._exit(128 + number)


def _write(text):
    # Past Python's streams, which the main thread may hold.
    with contextlib.suppress(OSError):
        os.write(2, text.encode())
