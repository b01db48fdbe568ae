"""Says of what is saved whether it can be loaded."""

import warnings

import keras

from kerasgan.utils.caller import frames_of_ours

_OURS = ("keras", "kerasgan", "builtins")


def warn_of_unregistered(model):
    """Warns if a model consists of what Keras will not find by its name.

    Args:
        model: Keras model that is about to be saved.
    """
    names = sorted(_unregistered(keras.saving.serialize_keras_object(model)))
    if not names:
        return
    warnings.warn(
        f"{', '.join(names)} cannot be loaded by name: it is not registered "
        "with Keras. Decorate it with "
        "`@keras.saving.register_keras_serializable(package='mine')`, or load "
        f"the file with `custom_objects={{'{names[0]}': {names[0]}}}`.",
        stacklevel=frames_of_ours(),
    )


def _unregistered(config):
    """Yields the names of classes that are in no registry."""
    pending, found = [config], set()
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            name = value.get("class_name")
            names_class = isinstance(name, str) and "config" in value
            if names_class and not _is_known(value, name):
                found.add(name)
            pending.extend(value.values())
        elif isinstance(value, (list, tuple)):
            pending.extend(value)
    return found


def _is_known(config, name):
    room = (config.get("module") or "builtins").partition(".")[0]
    if name.startswith("__") or name == "function" or room in _OURS:
        return True
    registered = config.get("registered_name") or name
    return keras.saving.get_registered_object(registered) is not None
