import keras
import numpy as np

from kerasgan.backend.common.distribution import padded_rows


def predict_padded(model, rows, most):
    """Returns what a Keras model says of rows, compiled for few sizes.

    Rows of zeros are added up to one of these, and what the model says of
    them is dropped.

    Args:
        model: Keras model.
        rows: Array `(n, ...)`.
        most: Integer, the largest number of rows that it is called with; at
            least `n`.

    Returns:
        NumPy array, or structure of arrays, of `n` rows.

    Example:

    ```python
    import keras
    import numpy as np
    from kerasgan.metrics.features.predict_padded import predict_padded

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    assert predict_padded(model, np.ones((5, 2)), most=64).shape == (5, 3)
    ```
    """
    count = len(rows)
    size = max(min(most, padded_rows(count)), count)
    missing = [(0, size - count), *((0, 0),) * (rows.ndim - 1)]
    outputs = model.predict_on_batch(np.pad(rows, missing))
    return keras.tree.map_structure(lambda x: x[:count], outputs)
