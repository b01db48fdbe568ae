"""Weights into a model that is there already: all of them, or none."""

import contextlib
import pathlib

import keras
import numpy as np

from kerasgan.saving.json_files import read_json
from kerasgan.saving.keras_archive import check_archive
from kerasgan.saving.weights_file import check_weights
from kerasgan.saving.weights_file import naming

_ADVICE = "The model is as it was. Load weights of such a model."


@contextlib.contextmanager
def loading_whole(model, path):
    """A context in which weights are loaded, all of them or none.

    The file is checked first. Where one array is of another shape, or cannot
    be read, the model gets back all that it had.

    Args:
        model: `kerasgan.models.AdversarialModel`.
        path: Path of a file of weights, `.weights.h5`, `.weights.json` or
            `.keras`.

    Raises:
        ValueError: If the weights are not of such a model.
        OSError: If the file cannot be read.
    """
    _check(pathlib.Path(path).expanduser())
    variables = list(model.variables)
    if model.optimizer is not None:
        variables += model.optimizer.variables
    # Copies: PyTorch's arrays are the variables' own memory.
    before = [np.array(keras.ops.convert_to_numpy(v)) for v in variables]
    try:
        with naming(path, _ADVICE):
            yield
    except BaseException:
        for variable, value in zip(variables, before):
            variable.assign(value)
        raise


def _check(path):
    """Raises unless Keras can read a file safely; it names others itself."""
    if not path.is_file():
        raise FileNotFoundError(
            f"`filepath` must be a file. Received: '{path}', which is none. "
            "Check the path."
        )
    if path.name.endswith(".weights.h5"):
        check_weights(path, path, _ADVICE)
    elif path.suffix == ".keras":
        with open(path, "rb") as file:
            check_archive(file, path, _ADVICE)
    elif path.name.endswith(".weights.json"):
        shards = read_json(path, "ShardIndex", _ADVICE)["weight_map"]
        names = set()
        for found in shards.values():
            names.update([found] if isinstance(found, str) else found)
        for name in sorted(names):
            check_weights(path.with_name(name), path.with_name(name), _ADVICE)
