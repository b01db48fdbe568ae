import keras
import numpy as np
import pytest

from kerasgan.models.running_mean import RunningMean

ROWS = np.array([0.1, -3.0, 7.7], "float32")


@pytest.mark.parametrize(
    "updates",
    [
        [(0.1, 3.0), (-2.7, 5.0), (1e4, 1.0)],
        [(ROWS, 2.0), (0.3, 4.0)],
        [(ROWS, np.array([1.0, 0.0, 2.0], "float32"))],
        [(ROWS, None), (0.5, None)],
    ],
    ids=["scalars", "rows", "weighted rows", "no weights"],
)
def test_it_is_the_mean_that_keras_computes(updates):
    ours, theirs = RunningMean(name="ours"), keras.metrics.Mean()
    for value, weight in updates:
        value = keras.ops.convert_to_tensor(value, "float32")
        if weight is not None:
            weight = keras.ops.convert_to_tensor(weight, "float32")
        for metric in (ours, theirs):
            metric.update_state(value, sample_weight=weight)
    assert float(ours.result()) == float(theirs.result())
    ours.reset_state()
    assert float(ours.result()) == 0.0
