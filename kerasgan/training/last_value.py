import keras


class LastValue(keras.metrics.Metric):
    """The value of the last step, where a mean over an epoch says nothing.

    Args:
        name: String, key in the logs.
    """

    def __init__(self, name):
        super().__init__(name=name)
        # On several replicas each of them has it.
        self.value = self.add_variable(
            (), "zeros", aggregation="mean", name="value"
        )

    def update_state(self, value):
        self.value.assign(value)

    def result(self):
        return keras.ops.convert_to_tensor(self.value)
