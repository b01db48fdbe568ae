"""The list of models, and what they have in common."""

import keras

from kerasgan.applications import presets
from kerasgan.utils.look_up import look_up
from kerasgan.utils.seeds import check_seed
from kerasgan.utils.seeds import shift_seed
from kerasgan.utils.takes_dtype import takes_dtype

_MODELS = {}


def application(cls):
    """Decorates a class of the zoo.

    It gets the arguments `pretrained=` and `dtype=`, the method
    `save_to_preset`, a place in `list_models()`, a `get_config` and can be
    loaded from `.keras` files.

    Args:
        cls: `kerasgan.models.GAN` subclass that sets `network_config`, a
            dict of those arguments of its `__init__` that make its networks.

    Returns:
        The class.

    Example:

    ```python
    import kerasgan

    assert kerasgan.applications.get("DCGAN") is kerasgan.applications.DCGAN
    ```
    """
    cls = presets.accepts_pretrained(cls)
    cls.__init__ = takes_dtype(cls.__init__)
    cls.save_to_preset = presets.save_to_preset
    cls.get_config = _config
    _MODELS[cls.__name__] = cls
    # A package name of its own: `models` has a `GAN` too.
    package = "kerasgan.applications"
    return keras.saving.register_keras_serializable(package=package)(cls)


def _config(self):
    policy = keras.dtype_policies.serialize(self.dtype_policy)
    return {**self.network_config, "dtype": policy, **self.get_game_config()}


def second_seed(seed):
    """Returns another seed, for the second network of a model."""
    return shift_seed(check_seed(seed), 1000)


def list_models():
    """Returns the names of the models of the zoo.

    Returns:
        Sorted list of class names, each an attribute of
        `kerasgan.applications`.

    Example:

    ```python
    import kerasgan

    assert "DCGAN" in kerasgan.applications.list_models()
    ```
    """
    return sorted(_MODELS)


def get(name):
    """Returns a class of the zoo by its name, in any case.

    Args:
        name: String, such as `"DCGAN"`, `"dcgan"` or `"wgan-gp"`.

    Returns:
        The class.

    Raises:
        ValueError: If there is none of that name.

    Example:

    ```python
    import kerasgan

    gan = kerasgan.applications.get("dcgan")(image_shape=(28, 28, 1))
    ```
    """
    table = {key.lower(): cls for key, cls in _MODELS.items()}
    plain = str(name).lower().replace("-", "").replace("_", "")
    return look_up(plain, table, "model")
