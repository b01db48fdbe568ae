import keras
from keras import ops


class HistoricalAverage(keras.layers.Layer):
    """Pulls a player's weights to the mean of all values they have had.

    The penalty `weight * |theta - mean_i theta_i|^2`, with the mean over the
    steps so far including the present one, is added as its gradient,
    `2 * weight * (theta - mean)`; the mean counts as a constant.

    Args:
        variables: List of the player's trainable variables.
        weight: Float, the factor of the penalty.

    Example:

    ```python
    import keras
    from kerasgan.regularizers.historical_average import HistoricalAverage

    theta = keras.Variable([0.0])
    history = HistoricalAverage([theta], weight=1.0)
    zero = [keras.ops.zeros(1)]
    history.add_gradients(zero, [theta])
    theta.assign([2.0])
    # The mean of 0 and 2 is 1: the penalty is 1, its gradient 2.
    print(history.add_gradients(zero, [theta]))
    ```

    Reference:
        Salimans et al., 2016, arXiv 1606.03498, section 3.3.
    """

    def __init__(self, variables, weight, name=None):
        super().__init__(name=name, trainable=False)
        self.weight = weight
        self.count = self.add_weight(
            name="count", initializer="zeros", trainable=False
        )
        self.means = [
            self.add_weight(
                name=f"mean_{i}",
                shape=variable.shape,
                initializer="zeros",
                trainable=False,
            )
            for i, variable in enumerate(variables)
        ]
        # Past Keras, which would take the player's weights for its own.
        self.__dict__["_variables"] = list(variables)
        self.built = True

    def add_gradients(self, gradients, variables):
        """Counts the present values in; returns the gradients of both.

        Args:
            gradients: List of tensors, one a variable.
            variables: Those of the variables given to `__init__` that are
                trained now.
        """
        self.count.assign(self.count + 1.0)
        distances = {}
        for variable, mean in zip(self._variables, self.means):
            value = ops.convert_to_tensor(variable)
            mean.assign(mean + (value - mean) / self.count)
            distances[id(variable)] = value - mean
        return [
            gradient + 2.0 * self.weight * distances[id(variable)]
            for gradient, variable in zip(gradients, variables)
        ]
