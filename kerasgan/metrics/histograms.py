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


def check_finite(argument, values):
    """Raises `ValueError` if there are values that are not finite."""
    wrong = int(values.size - np.isfinite(values).sum())
    if wrong:
        raise ValueError(
            f"`{argument}` must be finite. Received: {wrong} values of "
            f"{values.size} that are NaN or infinite. A generator whose "
            "training diverged makes such samples."
        )


def check_probabilities(argument, rows):
    """Raises `ValueError` unless each row is one of class probabilities.

    Args:
        argument: What the user knows them by, for the message.
        rows: Array of numbers `(n, classes)`.
    """
    sums = rows.sum(axis=1, dtype="float64")
    if rows.size and (rows.min() < 0 or np.abs(sums - 1.0).max() > 1e-3):
        raise ValueError(
            f"`{argument}` must be class probabilities, rows of at least 0 "
            f"whose sum is 1. Received: values from {rows.min():g}, sums from "
            f"{sums.min():g} to {sums.max():g}. Turn logits into "
            "probabilities with `keras.ops.softmax`"
        )


def add_to(variable, counts):
    """Adds NumPy's counts to an integer `keras.Variable`."""
    held = keras.ops.convert_to_numpy(variable.value)
    variable.assign((held + counts).astype(held.dtype))
