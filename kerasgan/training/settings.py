"""What is compiled into a step beside variables, and how to see it change."""

import functools
import types

import keras
import numpy as np

from kerasgan.training.part import Part

_PLAIN = (type(None), bool, int, float, complex, str, bytes, np.generic)
_BY_IDENTITY = (
    keras.Variable,
    keras.layers.Layer,
    keras.metrics.Metric,
    keras.optimizers.Optimizer,
    keras.random.SeedGenerator,
    np.ndarray,
    type,
    types.ModuleType,
    types.FunctionType,
    types.BuiltinFunctionType,
)
# Objects in objects in slots; nothing of ours goes deeper.
_DEPTH = 5


def settings_of(model, layers):
    """Returns a description that differs where a compiled step would.

    Attributes of Python are constants of a step that is compiled; where one
    has changed, the step has to be made anew. Looked at are the model's public
    ones, the objects in them, and which layers are trained.

    Args:
        model: Keras model.
        layers: List of the layers of its networks.
    """
    own = {
        name: value
        for name, value in vars(model).items()
        if not name.startswith("_") and name not in names_of_keras()
    }
    own["loss"] = model.loss
    trained = tuple(layer.trainable for layer in layers)
    return trained, _describe(own, _DEPTH)


@functools.cache
def names_of_keras():
    """Returns the attributes that Keras itself sets on a model."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return frozenset(vars(model)) | {
        "history",
        "stop_evaluating",
        "stop_predicting",
        "stop_training",
    }


def _settings_of_part(part):
    return {
        name: value
        for name, value in vars(part).items()
        if not name.startswith("_") and name not in _names_of_layers()
    }


@functools.cache
def _names_of_layers():
    return frozenset(vars(Part())) | {"built"}


def _describe(value, depth):
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, Part):
        return id(value), _describe(_settings_of_part(value), depth - 1)
    if isinstance(value, _BY_IDENTITY) or depth == 0:
        return id(value)
    if isinstance(value, dict):
        return tuple(
            (key if isinstance(key, _PLAIN) else id(key), _describe(v, depth))
            for key, v in value.items()
        )
    if isinstance(value, (list, tuple)):
        return tuple(_describe(v, depth - 1) for v in value)
    inner = getattr(value, "__dict__", None)
    if inner is None:
        return id(value)
    return id(value), _describe(dict(inner), depth - 1)
