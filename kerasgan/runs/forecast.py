import time

import keras

# The first steps, in which the frameworks compile.
_COMPILING = 3
_MOST_SECONDS = 5.0
_MOST_STEPS = 20


class Forecast(keras.callbacks.Callback):
    """Says once how long a training will take, after its first steps.

    Args:
        say: Called with the seconds that are left and those of one step.
        steps: Integer, how many steps there are to come.

    Example:

    ```python
    from kerasgan.runs.forecast import Forecast

    forecast = Forecast(lambda left, one: print(left), steps=1000)
    ```
    """

    def __init__(self, say, steps):
        super().__init__()
        self.say = say
        self.steps = steps
        self._seen = 0
        self._start = None

    def on_train_batch_end(self, batch, logs=None):
        self._seen += 1
        if self.say is None or self._seen < _COMPILING:
            return
        now = time.monotonic()
        if self._start is None:
            self._start = now
            return
        passed, steps = now - self._start, self._seen - _COMPILING
        if passed >= _MOST_SECONDS or steps >= _MOST_STEPS:
            one = passed / steps
            self.say(one * max(self.steps - self._seen, 0), one)
            self.say = None
