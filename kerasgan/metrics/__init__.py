"""How good samples are."""

from kerasgan.metrics.mode_coverage import ModeCoverage
from kerasgan.metrics.stacked_mnist_modes import StackedMNISTModes

__all__ = ["ModeCoverage", "StackedMNISTModes"]
