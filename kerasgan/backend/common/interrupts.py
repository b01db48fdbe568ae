"""Signals that come while a step runs wait for its end."""

import contextlib
import signal
import threading


class Interrupts:
    """Holds signals, whose handlers may raise, back until a step is whole.

    Python calls a handler between two of its instructions. `KeyboardInterrupt`
    raised there, in the middle of a step, would leave a model of which one
    player has moved and the other has not; on JAX it would lose the result of
    a step whose inputs were donated to it; and TensorFlow may abort the whole
    process. A second signal of the same kind is heard at once.

    Only the main thread is interrupted by signals; elsewhere this does
    nothing.
    """

    def __init__(self):
        self._before = {}
        self._waiting = []
        self._must_wait = None

    @contextlib.contextmanager
    def watched(self):
        """A context in which `whole` holds signals back; it can be nested."""
        is_main = threading.current_thread() is threading.main_thread()
        if self._before or not is_main:
            yield
            return
        for number in signal.valid_signals():
            handler = signal.getsignal(number)
            if callable(handler):
                self._before[number] = handler
                signal.signal(number, self._handle)
        try:
            yield
        finally:
            before, self._before = self._before, {}
            for number, handler in before.items():
                # A callback may have set another one.
                if signal.getsignal(number) == self._handle:
                    signal.signal(number, handler)
            self._must_wait = None
            waiting, self._waiting = self._waiting, []
            for number, frame in waiting:
                before[number](number, frame)

    @contextlib.contextmanager
    def whole(self, must_wait=lambda: True):
        """A context at whose end signals are heard that came within it.

        Args:
            must_wait: Function of nothing that says whether a signal that
                comes now has to wait.
        """
        outer, self._must_wait = self._must_wait, must_wait
        try:
            yield
        finally:
            self._must_wait = outer
        if outer is None:
            self.listen()

    def listen(self):
        """Hears the signals that have waited, within `whole` too."""
        while self._waiting:
            number, frame = self._waiting.pop(0)
            self._before[number](number, frame)

    def _handle(self, number, frame):
        is_first = all(number != other for other, _ in self._waiting)
        if self._must_wait is not None and is_first and self._must_wait():
            self._waiting.append((number, frame))
        else:
            self._before[number](number, frame)


#: One for the process, as its signals are.
INTERRUPTS = Interrupts()
