"""What the metrics of mode dropping share."""

import math

import keras
import numpy as np


def reverse_kl(counts):
    """Returns KL(p || uniform) of the shares p of each bin, in nats.

    Args:
        counts: Integer array `(bins,)`.

    Returns:
        Float from 0, where all bins are equally full, to `log(bins)`, where
        one has everything. NaN where all are empty.
    """
    total = counts.sum()
    if not total:
        return math.nan
    shares = counts[counts > 0] / total
    return float(np.sum(shares * np.log(shares * len(counts))))


def to_numpy(values):
    """Returns the NumPy array of a tensor, an array or nested lists."""
    if not isinstance(values, np.ndarray) and keras.ops.is_tensor(values):
        return keras.ops.convert_to_numpy(values)
    return np.asarray(values)


def check_finite(argument, values):
    """Raises `ValueError` if there are values that are not finite."""
    wrong = int(values.size - np.isfinite(values).sum())
    if wrong:
        raise ValueError(
            f"`{argument}` must be finite. Received: {wrong} values of "
            f"{values.size} that are NaN or infinite. A generator whose "
            "training diverged makes such samples."
        )


def add_to(variable, counts):
    """Adds NumPy's counts to an integer `keras.Variable`."""
    held = keras.ops.convert_to_numpy(variable.value)
    variable.assign((held + counts).astype(held.dtype))
