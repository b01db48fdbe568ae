import keras
from keras import ops

from kerasgan.utils import check_number


@keras.saving.register_keras_serializable(package="kerasgan")
class WeightClip(keras.constraints.Constraint):
    """Clips every weight to an interval around zero, after each update.

    A Keras constraint: give it to a layer (`kernel_constraint=`), or let
    `kerasgan.models.WGAN` put it on all of a critic's weights.

    Args:
        limit: Float, the paper's c. Defaults to 0.01.

    Example:

    ```python
    import keras
    import kerasgan

    clip = kerasgan.regularizers.WeightClip(0.01)
    print(clip(keras.ops.array([-3.0, 0.005, 3.0])))  # -0.01, 0.005, 0.01
    ```

    Reference:
        Arjovsky, Chintala and Bottou, 2017, arXiv 1701.07875.
    """

    def __init__(self, limit=0.01):
        check_number("limit", limit, above=0)
        self.limit = limit

    def __call__(self, value):
        return ops.clip(value, -self.limit, self.limit)

    def get_config(self):
        return {"limit": self.limit}
