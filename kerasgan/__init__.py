"""Generative adversarial networks on Keras 3."""

import importlib
import sys
import typing

from kerasgan import _lazy_import

if typing.TYPE_CHECKING:
    from kerasgan import applications
    from kerasgan import augmentations
    from kerasgan import backend
    from kerasgan import callbacks
    from kerasgan import checkpoints
    from kerasgan import conditions
    from kerasgan import config
    from kerasgan import datasets
    from kerasgan import distribution
    from kerasgan import latent
    from kerasgan import layers
    from kerasgan import losses
    from kerasgan import metrics
    from kerasgan import models
    from kerasgan import networks
    from kerasgan import optimizers
    from kerasgan import regularizers
    from kerasgan import saving
    from kerasgan import training
    from kerasgan import utils

    # From their files: mypy takes `kerasgan.metrics.evaluate` for the module.
    from kerasgan.metrics.evaluate import evaluate
    from kerasgan.saving.load_model import load_model

__version__ = "0.1.0"

__all__ = [
    "applications",
    "augmentations",
    "backend",
    "callbacks",
    "checkpoints",
    "conditions",
    "config",
    "datasets",
    "distribution",
    "evaluate",
    "latent",
    "layers",
    "load_model",
    "losses",
    "metrics",
    "models",
    "networks",
    "optimizers",
    "regularizers",
    "saving",
    "training",
    "utils",
]

# Functions of rooms that stand here too; every other name is a room.
_FUNCTIONS = {"evaluate": "metrics", "load_model": "saving"}
_ROOMS = [name for name in __all__ if name not in _FUNCTIONS]


def __getattr__(name):
    if name not in __all__:
        raise AttributeError(f"module 'kerasgan' has no attribute {name!r}")
    if name not in _FUNCTIONS:
        return importlib.import_module(f"kerasgan.{name}")
    room = importlib.import_module(f"kerasgan.{_FUNCTIONS[name]}")
    globals()[name] = getattr(room, name)
    return globals()[name]


def __dir__():
    return sorted({*globals(), *__all__})


# Importing Keras takes seconds, which `kerasgan --help` should not; but
# whoever has imported both can load files of kerasgan's classes.
if "keras" in sys.modules:
    _lazy_import.import_all(_ROOMS)
else:
    _lazy_import.import_all_after_keras(_ROOMS)
