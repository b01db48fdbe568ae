"""The models and presets that are found by their names."""

import keras

from kerasgan.applications import preset_files
from kerasgan.utils.look_up import look_up

_MODELS = {}


def register(cls):
    """Decorates a `kerasgan.applications.Application` of the zoo.

    It gets a place in `list_models()`, and can be loaded from `.keras` files
    and presets.

    Args:
        cls: The class.

    Returns:
        The class.

    Example:

    ```python
    import kerasgan

    assert kerasgan.applications.get("DCGAN") is kerasgan.applications.DCGAN
    ```
    """
    _MODELS[cls.__name__] = cls
    # A package name of its own: `models` has a `GAN` too.
    package = "kerasgan.applications"
    return keras.saving.register_keras_serializable(package=package)(cls)


def list_models() -> list[str]:
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


def get(name: str):
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


def list_pretrained():
    """Returns the names of the presets that ship with kerasgan.

    Returns:
        Sorted list of names such as `"dcgan/fashion_mnist"`. The class of the
        model takes the part behind the slash too.

    Example:

    ```python
    import kerasgan

    print(kerasgan.applications.list_pretrained())
    ```
    """
    return sorted(preset_files.packaged_presets())
