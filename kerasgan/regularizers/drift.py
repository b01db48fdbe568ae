import keras
from keras import ops

from kerasgan.regularizers.regularizer import Regularizer


@keras.saving.register_keras_serializable(package="kerasgan")
class Drift(Regularizer):
    """Keeps a Wasserstein critic's scores from drifting away from zero.

    ```
    weight * mean D(real)^2
    ```

    Args:
        weight: Float, the paper's epsilon. Defaults to 0.001.
        interval: Integer, in discriminator updates; see `Regularizer`.
        name: String, key in the logs.

    Example:

    ```python
    import kerasgan

    penalty = kerasgan.regularizers.Drift()
    ```

    Reference:
        Karras et al., 2018, arXiv 1710.10196, appendix A.1.
    """

    default_name = "drift"

    def __init__(self, weight=0.001, interval=1, name=None):
        super().__init__(weight, interval=interval, name=name)

    def penalty(self, logits_of, images, real_logits):
        return ops.mean(ops.square(real_logits))
