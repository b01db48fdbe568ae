"""What metrics of pairs of images share."""

import numbers

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


def add_weighted(metric, values, sample_weight):
    """Adds values, `(batch,)`, to a metric's `total` and `count`."""
    weights = ops.ones_like(values)
    if sample_weight is not None:
        weights = ops.cast(ops.convert_to_tensor(sample_weight), values.dtype)
        weights = ops.reshape(weights, (-1,))
        # What does not count may be infinite.
        values = ops.where(weights > 0, values * weights, 0.0)
    metric.total.assign(metric.total + ops.cast(ops.sum(values), metric.dtype))
    metric.count.assign(metric.count + ops.cast(ops.sum(weights), metric.dtype))
