"""A model outlives whatever ends its training: after the last whole step."""

import contextlib

from kerasgan.backend.common.interrupts import INTERRUPTS


class Survival:
    """Mixed into the trainer of each backend, before Keras' own.

    A trainer says in `recover` how a step that was not completed is undone.
    """

    def recover(self):
        """Sets all variables back to what they were after the last step."""
        raise NotImplementedError

    def forget_steps(self):
        """Drops what `recover` would need: nothing is under way."""
        raise NotImplementedError

    def listening(self):
        """A context in which signals interrupt as the framework allows."""
        return contextlib.nullcontext()

    @contextlib.contextmanager
    def surviving(self):
        """A context whose errors leave the model after a whole step."""
        with INTERRUPTS.watched():
            try:
                with self.listening():
                    yield
            except BaseException:
                self.recover()
                raise
            finally:
                self.forget_steps()

    def fit(self, *args, **kwargs):
        with self.surviving():
            return super().fit(*args, **kwargs)

    def evaluate(self, *args, **kwargs):
        with self.surviving():
            return super().evaluate(*args, **kwargs)

    def predict(self, *args, **kwargs):
        with self.surviving():
            return super().predict(*args, **kwargs)

    def train_on_batch(self, *args, **kwargs):
        with self.surviving():
            return super().train_on_batch(*args, **kwargs)

    def test_on_batch(self, *args, **kwargs):
        with self.surviving():
            return super().test_on_batch(*args, **kwargs)

    def predict_on_batch(self, *args, **kwargs):
        with self.surviving():
            return super().predict_on_batch(*args, **kwargs)
