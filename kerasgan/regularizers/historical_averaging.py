import keras

from kerasgan.regularizers.historical_average import HistoricalAverage
from kerasgan.regularizers.regularizer import Regularizer
from kerasgan.training.part import Part


@keras.saving.register_keras_serializable(package="kerasgan")
class HistoricalAveraging(Regularizer, Part):
    """Pulls both players' weights to the mean of all values they have had.

    The penalty `weight * |theta - mean_i theta_i|^2`, with the mean over the
    player's updates so far, is added as its gradient. It is not logged.

    Args:
        weight: Float, the factor of the penalty. Defaults to 0.001.
        name: String, name of the layer.

    Example:

    ```python
    import kerasgan

    gan = kerasgan.applications.GAN(
        image_shape=(4, 4, 1), units=(8,),
        regularizers=[kerasgan.regularizers.HistoricalAveraging(0.01)],
    )
    ```

    Reference:
        Salimans et al., 2016, arXiv 1606.03498, section 3.3.
    """

    default_name = "historical_averaging"
    is_logged = False

    def __init__(self, weight=0.001, name=None):
        Part.__init__(self, name=name)
        Regularizer.__init__(self, weight, name=name, player="both")

    def acts_on(self, player):
        # As gradients, and on no loss.
        return False

    def build_for(self, model):
        # Of the model, whose files have them there.
        model.histories = {
            player: HistoricalAverage(variables, self.weight)
            for player, variables in model._optimized_variables().items()
        }
        self.__dict__["_histories"] = model.histories

    def adjust_gradients(self, player, gradients, variables):
        return self._histories[player].add_gradients(gradients, variables)

    def get_config(self):
        return {"weight": self.weight, "name": self.name}
