"""Counts of modes, and how far they are from uniform."""

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


def add_to(variable, counts):
    """Adds NumPy's counts to an integer `keras.Variable`."""
    held = keras.ops.convert_to_numpy(variable.value)
    variable.assign((held + counts).astype(held.dtype))
