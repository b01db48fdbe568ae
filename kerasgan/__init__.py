"""Generative adversarial networks on Keras 3."""

from kerasgan import applications
from kerasgan import augmentations
from kerasgan import backend
from kerasgan import callbacks
from kerasgan import conditions
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
from kerasgan import utils
from kerasgan.metrics import evaluate
from kerasgan.saving import load_model

__version__ = "0.1.0"

__all__ = [
    "applications",
    "augmentations",
    "backend",
    "callbacks",
    "conditions",
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
    "utils",
]
