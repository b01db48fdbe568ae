"""Checks of the arrays that networks make of images."""

import numpy as np


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
