import functools
import inspect

import keras

# What `Application` adds to a constructor, and Keras or it says by itself.
_ADDED = ("self", "dtype", "include_discriminator", "pretrained")
_MANY = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)


class Configured:
    """Objects whose config is made of what their constructors were given.

    A class of a user's own that takes an argument of its own has it in its
    config where it keeps it as an attribute of the same name, or with an
    underscore before it; where it does not, it cannot be saved. Without that,
    a file would hold everything else, and what is loaded the default.

    Example:

    ```python
    from kerasgan.utils.configured import Configured

    class Scaled(Configured):
        def __init__(self, scale=1.0):
            self.scale = scale

    assert Scaled(2.0).get_config() == {"scale": 2.0}
    ```
    """

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        keep_own_arguments(cls)

    def get_config(self):
        return {}

    @classmethod
    def from_config(cls, config):
        return cls(**config)


def keep_own_arguments(cls):
    """Adds the arguments of a class' constructor to what it inherits.

    Args:
        cls: Class, of a user's own. One that has a `get_config` beside its
            `__init__` is left as it is.
    """
    own = vars(cls)
    is_ours = cls.__module__.startswith("kerasgan.")
    if is_ours or "__init__" not in own or "get_config" in own:
        return

    @functools.wraps(cls.get_config)
    def get_config(self):
        return _completed(self, cls, super(cls, self).get_config())

    cls.get_config = get_config


def _completed(instance, cls, config):
    """Returns a config with exactly the arguments of a constructor."""
    parameters = inspect.signature(cls.__init__).parameters.values()
    is_open = any(p.kind is p.VAR_KEYWORD for p in parameters)
    names = [p.name for p in parameters if p.kind not in _MANY]
    if not is_open:
        config = {k: value for k, value in config.items() if k in names}
    for name in names:
        if name in _ADDED or name in config:
            continue
        kept = next(
            (one for one in (name, f"_{name}") if hasattr(instance, one)), None
        )
        if kept is None:
            raise NotImplementedError(
                f"{cls.__name__} cannot be saved: its argument `{name}` is "
                f"not kept. Set `self.{name} = {name}` in `__init__`, or "
                "write `get_config`"
            )
        config = {**config, name: plain(getattr(instance, kept))}
    return config


def plain(value):
    """Returns a value as Keras can write it into a file."""
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return keras.saving.serialize_keras_object(value)
