"""The base of all trainers: training that can be interrupted.

However it ends, the model stays as it was after the last whole step.
"""

import contextlib

from kerasgan.backend.common.interrupts import INTERRUPTS


class BaseTrainer:
    """Base of each framework's `Trainer`, which is mixed into Keras' model.

    A `Trainer` supplies Keras' `train_step` and `test_step`. They run
    `_training_step(batch)` and `_testing_step(batch)` of the model, which
    assign to variables and return logs, and leave the variables as they were
    where such a step is not completed.
    """

    #: Arguments of `compile` of which the framework knows only one value.
    _fixed_compile_arguments = {}

    def _train_in_minibatches(self, args, prepare):
        """Trains on the next batch in minibatches, each with a step of its own.

        Args:
            args: The arguments that Keras calls a `train_function` with.
            prepare: Function of `(read, write)`. `read(variable)` returns the
                value of an integer variable during training, and
                `write(variable, value)` sets a variable. It returns the
                compiled step to run next; the size of its minibatch, or `None`
                for all that is left; and a function from the number of images
                to pairs of an integer variable and its value after the step.

        Returns:
            The result that Keras expects from a `train_function`.
        """
        raise NotImplementedError

    def _recover(self):
        """Sets all variables back to their values after the last step."""
        raise NotImplementedError

    def _forget_steps(self):
        """Drops the copies that `recover` would need: no step is under way."""
        raise NotImplementedError

    def _listening(self):
        """A context in which signals interrupt as the framework allows."""
        return contextlib.nullcontext()

    @contextlib.contextmanager
    def _surviving(self):
        """A context whose errors leave the model after a whole step."""
        with INTERRUPTS.watched():
            try:
                with self._listening():
                    yield
            except BaseException:
                self._recover()
                raise
            finally:
                self._forget_steps()

    def fit(self, *args, **kwargs):
        with self._surviving():
            return super().fit(*args, **kwargs)

    def evaluate(self, *args, **kwargs):
        with self._surviving():
            return super().evaluate(*args, **kwargs)

    def predict(self, *args, **kwargs):
        """As `keras.Model.predict`: the images of inputs."""
        with self._surviving():
            return super().predict(*args, **kwargs)

    def train_on_batch(self, *args, **kwargs):
        with self._surviving():
            return super().train_on_batch(*args, **kwargs)

    def test_on_batch(self, *args, **kwargs):
        with self._surviving():
            return super().test_on_batch(*args, **kwargs)

    def predict_on_batch(self, *args, **kwargs):
        """As `keras.Model.predict_on_batch`: the images of inputs."""
        with self._surviving():
            return super().predict_on_batch(*args, **kwargs)
