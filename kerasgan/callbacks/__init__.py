"""What is drawn, measured and kept while a game is trained."""

from kerasgan.callbacks.collapse_monitor import CollapseMonitor
from kerasgan.callbacks.generative_metrics import GenerativeMetrics
from kerasgan.callbacks.sample_grid import SampleGrid
from kerasgan.callbacks.training_film import TrainingFilm

__all__ = [
    "CollapseMonitor",
    "GenerativeMetrics",
    "SampleGrid",
    "TrainingFilm",
]


def __dir__():
    return list(__all__)
