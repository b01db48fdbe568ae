import time

import keras


class Epochs(keras.callbacks.Callback):
    """Times each epoch of a `fit`; its logs wait for the last step.

    What `fit` does around its epochs does not count: TensorFlow takes up to
    seconds to let go of an iterator.

    Attributes:
        seconds: List of floats, one an epoch.
    """

    def __init__(self):
        super().__init__()
        self.seconds = []

    def on_epoch_begin(self, epoch, logs=None):
        self._begin = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.seconds.append(time.perf_counter() - self._begin)
