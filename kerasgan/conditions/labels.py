import keras
import numpy as np
from keras import ops

from kerasgan.conditions.condition import Condition
from kerasgan.utils.as_array import as_array
from kerasgan.utils.check_count import check_count
from kerasgan.utils.check_labels import check_labels


@keras.saving.register_keras_serializable(package="kerasgan")
class Labels(Condition):
    """The class of an image, one of a number of them.

    Takes whole numbers from 0 to `num_classes - 1`, as an array, a list, a
    column or a `pandas.Series`, and one-hot rows, `(n, num_classes)`, of any
    dtype. Random labels have equal probability. A network takes integers,
    `(batch,)`, and embeds them as one-hot vectors.

    Args:
        num_classes: Integer.

    Example:

    ```python
    from kerasgan.conditions import Labels

    labels = Labels(3).standardize([[0, 0, 1], [1, 0, 0]], n=2)
    assert labels.tolist() == [2, 0]
    ```
    """

    dtype = "int32"
    input_name = "labels"

    def __init__(self, num_classes):
        check_count("num_classes", num_classes)
        self.num_classes = int(num_classes)

    @property
    def embedding_size(self):
        return self.num_classes

    @property
    def count(self):
        return self.num_classes

    def standardize(self, values, n, name="condition"):
        shape = getattr(values, "shape", None)
        if shape is None or len(shape) != 1:
            values = self._numbers(values, n, name)
        labels = check_labels(values, n, self.num_classes, name)
        return labels.astype("int32", copy=False)

    def _numbers(self, values, n, name):
        """Returns labels of one-hot rows; anything else as it is."""
        rows = as_array(values, name, "whole numbers or one-hot rows")
        if rows.shape != (n, self.num_classes) or self.num_classes == 1:
            return rows
        largest = rows.argmax(1)
        if not np.array_equal(rows, np.eye(self.num_classes)[largest]):
            raise ValueError(
                f"`{name}` must be whole numbers, or one-hot rows of a single "
                "1 and zeros else. Several classes an image are a "
                "`kerasgan.conditions.Vector`. Received: rows of shape "
                f"{rows.shape} that are not one-hot"
            )
        return largest

    def is_single(self, values):
        return np.ndim(values) == 0

    def draw(self, n, rng):
        return rng.integers(self.num_classes, size=n).astype("int32")

    def in_turn(self, n):
        return np.arange(n, dtype="int32") % self.num_classes

    def classes_of(self, values):
        return values

    def cast(self, values):
        # One-hot rows of pipelines that checks cannot change.
        if values.ndim == 2 and values.shape[1] == self.num_classes > 1:
            values = ops.argmax(values, axis=-1)
        return super().cast(values)

    def embed(self, inputs, seed=None):
        return ops.one_hot(inputs, self.num_classes)

    def get_config(self):
        return {"num_classes": self.num_classes}
