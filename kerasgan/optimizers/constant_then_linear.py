import keras
from keras import ops

from kerasgan.utils import check_count
from kerasgan.utils import check_number


@keras.saving.register_keras_serializable(package="kerasgan")
class ConstantThenLinear(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate that is constant first and then falls linearly to 0.

    Counted in updates, which a saved optimizer goes on with: a training that
    is resumed is where it was. A training that is longer than planned has a
    learning rate of 0 in the end.

    Args:
        initial_learning_rate: Float.
        constant_steps: Integer, updates with that learning rate.
        decay_steps: Integer, updates after these until it is 0.
        name: String. Defaults to `"ConstantThenLinear"`.

    Example:

    ```python
    import kerasgan

    schedule = kerasgan.optimizers.ConstantThenLinear(2e-4, 1000, 1000)
    assert abs(float(schedule(1500)) - 1e-4) < 1e-9
    ```

    Reference:
        Zhu et al., 2017, arXiv 1703.10593: 100 epochs and 100 epochs. The
        authors' code has a step an epoch, this none.
    """

    def __init__(
        self,
        initial_learning_rate,
        constant_steps,
        decay_steps,
        name="ConstantThenLinear",
    ):
        check_number("initial_learning_rate", initial_learning_rate, least=0)
        check_count("constant_steps", constant_steps, least=0)
        check_count("decay_steps", decay_steps)
        self.initial_learning_rate = initial_learning_rate
        self.constant_steps = constant_steps
        self.decay_steps = decay_steps
        self.name = name

    def __call__(self, step):
        step = ops.cast(step, "float32") - float(self.constant_steps)
        share = ops.clip(step / float(self.decay_steps), 0.0, 1.0)
        return self.initial_learning_rate * (1.0 - share)

    def get_config(self):
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "constant_steps": self.constant_steps,
            "decay_steps": self.decay_steps,
            "name": self.name,
        }
