from typing import NamedTuple

import numpy as np


class Anomalies(NamedTuple):
    """What `AnomalyDetector.detect` says of pictures.

    Args:
        is_odd: Bool, `(n,)`, whether the score is above the threshold.
        scores: `(n,)`, the higher the odder.
        shares: `(n,)`, shares of normal pictures that score at least as
            high, from `1 / (m + 1)` to 1 of `m` that it was calibrated on.
        maps: `(n, height, width)`, where they are odd: differences to the
            nearest images, over those that normal pictures have in the mean.
        reconstructions: `(n, height, width, channels)`, the nearest images.
    """

    is_odd: np.ndarray
    scores: np.ndarray
    shares: np.ndarray
    maps: np.ndarray
    reconstructions: np.ndarray
