import math

import keras
import numpy as np
from keras import ops

from kerasgan.latent.code import Code
from kerasgan.latent.prior import Prior


@keras.saving.register_keras_serializable(package="kerasgan")
class Categorical(Prior, Code):
    """One of several classes with equal probability, as a one-hot vector.

    Args:
        num_classes: Integer, at least 2.

    Example:

    ```python
    import numpy as np
    import kerasgan

    code = kerasgan.latent.Categorical(10)
    drawn = code.draw((4, 10), np.random.default_rng(0))
    assert (drawn.sum(axis=1) == 1).all()
    ```
    """

    def __init__(self, num_classes):
        if not isinstance(num_classes, int) or num_classes < 2:
            raise ValueError(
                "`num_classes` must be a whole number, at least 2. Received: "
                f"num_classes={num_classes!r}"
            )
        self.num_classes = num_classes

    @property
    def width(self):
        return self.num_classes

    @property
    def parameters(self):
        return self.num_classes

    @property
    def entropy(self):
        return math.log(self.num_classes)

    def sample(self, shape, seed):
        classes = keras.random.randint(
            shape[:-1], 0, self.num_classes, seed=seed
        )
        return ops.one_hot(classes, self.num_classes, dtype="float32")

    def draw(self, shape, rng):
        classes = rng.integers(self.num_classes, size=shape[:-1])
        return np.eye(self.num_classes, dtype="float32")[classes]

    is_continuous = False

    def restrict(self, latents):
        nearest = ops.argmax(latents, axis=-1)
        return ops.one_hot(nearest, self.num_classes, dtype="float32")

    def log_likelihood(self, code, parameters):
        return ops.sum(code * ops.log_softmax(parameters, axis=-1), axis=-1)

    def infer(self, parameters):
        return parameters.argmax(axis=-1)

    def encode(self, values, count):
        values = np.broadcast_to(np.asarray(values), (count,))
        if values.dtype.kind not in "iu" or not (
            values.min() >= 0 and values.max() < self.num_classes
        ):
            raise ValueError(
                "`codes` of `Categorical` must be whole numbers from 0 to "
                f"{self.num_classes - 1}. Received: {values.dtype} values "
                f"from {values.min()} to {values.max()}"
            )
        return np.eye(self.num_classes, dtype="float32")[values]

    def span(self, count):
        return np.arange(self.num_classes)

    def get_config(self):
        return {"num_classes": self.num_classes}
