"""What metrics of pairs of images share."""

import numbers

import keras
from keras import ops

from kerasgan.utils import check_number


def value_range(data_range):
    """Returns `(least, greatest)` of a pair or of one number, from 0 on."""
    pair = data_range
    if isinstance(pair, numbers.Real):
        check_number("data_range", pair, above=0)
        pair = (0.0, pair)
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise ValueError(
            "`data_range` must be (least, greatest) or one number, the "
            f"greatest where 0 is least. Received: data_range={data_range!r}"
        )
    least, greatest = pair
    check_number("data_range", least)
    check_number("data_range", greatest, above=least)
    return float(least), float(greatest)


def scaled(y_true, y_pred, data_range):
    """Returns two batches of images as float32, the range from 0 to 1.

    Args:
        y_true: `(batch, height, width, channels)`.
        y_pred: The same shape.
        data_range: `(least, greatest)`.

    Raises:
        ValueError: If the shapes are not those of images, or differ.
    """
    least, greatest = data_range
    pair = [
        ops.cast(ops.convert_to_tensor(y), "float32") for y in (y_true, y_pred)
    ]
    true, predicted = (tuple(y.shape) for y in pair)
    if len(true) != 4 or true[1:] != predicted[1:]:
        raise ValueError(
            "`y_true` and `y_pred` must be images of the same shape, (batch, "
            f"height, width, channels). Received: shapes {true} and "
            f"{predicted}"
        )
    return [(y - least) / (greatest - least) for y in pair]


class MeanOverPairs(keras.metrics.Metric):
    """A mean over pairs of images; a subclass says of what, in `measure`.

    Args:
        data_range: See `value_range`.
        name: String, the metric's name.
        dtype: As for `keras.metrics.Metric`.
    """

    def __init__(self, data_range, name, dtype=None):
        super().__init__(name=name, dtype=dtype)
        self.data_range = value_range(data_range)
        self.total = self.add_variable((), "zeros", name="total")
        self.count = self.add_variable((), "zeros", name="count")

    def measure(self, true, predicted):
        """Returns a number for each pair, `(batch,)`.

        Args:
            true: Float32 images, `(batch, height, width, channels)`, the
                range from 0 to 1.
            predicted: The same shape.
        """
        raise NotImplementedError

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Counts images in.

        Args:
            y_true: `(batch, height, width, channels)`, any number of
                channels.
            y_pred: The same shape.
            sample_weight: `(batch,)` or `None`.
        """
        values = self.measure(*scaled(y_true, y_pred, self.data_range))
        weights = ops.ones_like(values)
        if sample_weight is not None:
            weights = ops.convert_to_tensor(sample_weight)
            weights = ops.reshape(ops.cast(weights, values.dtype), (-1,))
            # What does not count may be infinite.
            values = ops.where(weights > 0, values * weights, 0.0)
        for variable, added in ((self.total, values), (self.count, weights)):
            variable.assign(variable + ops.cast(ops.sum(added), self.dtype))

    def result(self):
        return ops.divide_no_nan(self.total, self.count)

    def get_config(self):
        return {**super().get_config(), "data_range": self.data_range}
