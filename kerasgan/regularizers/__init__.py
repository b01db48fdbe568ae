"""Penalties on the players."""

from kerasgan.regularizers.dragan import DRAGAN
from kerasgan.regularizers.drift import Drift
from kerasgan.regularizers.gradient_penalty import GradientPenalty
from kerasgan.regularizers.historical_averaging import HistoricalAveraging
from kerasgan.regularizers.orthogonal import Orthogonal
from kerasgan.regularizers.r1 import R1
from kerasgan.regularizers.r2 import R2
from kerasgan.regularizers.regularizer import Regularizer
from kerasgan.regularizers.weight_clip import WeightClip
from kerasgan.utils import resolve

_BY_NAME = {
    "dragan": DRAGAN,
    "drift": Drift,
    "gradient_penalty": GradientPenalty,
    "historical_averaging": HistoricalAveraging,
    "orthogonal": Orthogonal,
    "r1": R1,
    "r2": R2,
}


def get(identifier):
    """Returns a regularizer by name, config or as it is.

    Args:
        identifier: A `Regularizer`; one of the names `"dragan"`, `"drift"`,
            `"gradient_penalty"`, `"historical_averaging"`, `"orthogonal"`,
            `"r1"`, `"r2"`, which give the class' defaults; or a serialized
            regularizer.

    Returns:
        A `Regularizer`.

    Raises:
        ValueError: If the identifier is none of these.

    Example:

    ```python
    import kerasgan

    penalty = kerasgan.regularizers.get("r1")
    ```
    """
    return resolve(identifier, Regularizer, _BY_NAME, "regularizer")


__all__ = [
    "DRAGAN",
    "Drift",
    "GradientPenalty",
    "HistoricalAveraging",
    "Orthogonal",
    "R1",
    "R2",
    "Regularizer",
    "WeightClip",
    "get",
]


def __dir__():
    return list(__all__)
