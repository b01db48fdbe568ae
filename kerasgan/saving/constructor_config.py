"""Configs of models whose arguments are attributes of the same names."""

import inspect

import keras

from kerasgan import backend
from kerasgan.utils.configured import plain


def constructor_config(model, stop, without=(), cls=None):
    """Returns the config of a model from the arguments of its constructors.

    Args:
        model: Keras model, whose constructor keeps each of its arguments as
            an attribute of the same name, or with an underscore before it.
        stop: Class whose own arguments are asked for last, where those of
            its subclasses pass `**kwargs` on.
        without: Names of arguments to leave out.
        cls: Class whose constructor's arguments are meant. Defaults to
            `None`, that of the model.

    Returns:
        Dict of values that Keras can write.

    Raises:
        NotImplementedError: If an argument is no attribute.
        ValueError: If it is for a file that no model could be loaded from.
    """
    if backend.is_for_hdf5():
        # `keras.saving.save_model` comes by here, and not by `save`.
        raise ValueError(
            "`filepath` must end in `.keras`, the files that a game can be "
            "loaded from. Write `save('gan.keras')` for the whole model, and "
            "`save_weights('gan.weights.h5')` for the weights alone. "
            "Received: a path of an HDF5 file"
        )
    config = {}
    for name in arguments_of(cls or type(model), stop):
        if name in without or name in config:
            continue
        kept = name if hasattr(model, name) else f"_{name}"
        if not hasattr(model, kept):
            raise NotImplementedError(
                f"{type(model).__name__} cannot be saved: its argument "
                f"`{name}` is not kept. Set `self.{name} = {name}` in "
                "`__init__`, or write `get_config`"
            )
        config[name] = plain(getattr(model, kept))
    return config


def from_constructor_config(cls, config, custom_objects=None):
    """Returns a model of a config, objects in it made first."""
    return cls(
        **{
            key: keras.saving.deserialize_keras_object(
                value, custom_objects=custom_objects
            )
            if isinstance(value, (dict, list))
            else value
            for key, value in config.items()
        }
    )


def arguments_of(cls, stop):
    """Yields the names of the arguments of a class' constructors.

    Args:
        cls: Class.
        stop: See `constructor_config`.
    """
    for base in cls.__mro__:
        if "__init__" not in vars(base):
            continue
        parameters = inspect.signature(vars(base)["__init__"]).parameters
        kinds = [p.kind for p in parameters.values()]
        for name, parameter in list(parameters.items())[1:]:
            if parameter.kind not in (
                parameter.VAR_KEYWORD,
                parameter.VAR_POSITIONAL,
            ):
                yield name
        if base is stop or inspect.Parameter.VAR_KEYWORD not in kinds:
            return
