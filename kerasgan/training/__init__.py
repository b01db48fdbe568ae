"""How any step is run: data, counters, logs, averages, settings."""

from kerasgan.training.ema import EMA
from kerasgan.training.part import Part

__all__ = ["EMA", "Part"]


def __dir__():
    return list(__all__)
