import os
import pathlib
from collections.abc import Mapping

import keras

from kerasgan import backend
from kerasgan.saving.configuration import check_configuration
from kerasgan.saving.keras_archive import CONFIG
from kerasgan.saving.keras_archive import check_archive
from kerasgan.saving.weights_file import naming

_ADVICE = "It is cut off, changed, or no model of kerasgan; get it again."


def load_model(
    filepath: str | os.PathLike,
    custom_objects: Mapping[str, object] | None = None,
    compile: bool = True,
):
    """Loads a model that `gan.save` wrote, after it has checked the file.

    It does what `keras.saving.load_model` does, for files that may come from
    anywhere. They are read to their end and checked first: the archive must
    be whole; its configuration may name Keras' objects and registered ones,
    no other file and no code; and the model may not be larger than the
    weights that come with it.

    Args:
        filepath: Path of a `.keras` file.
        custom_objects: Dict from names to classes and functions that the model
            is made of and that are not registered with Keras, or `None`.
            Defaults to `None`.
        compile: Whether to give the model the optimizers that it had.
            Defaults to `True`.

    Returns:
        The model, as it was when it was saved.

    Raises:
        OSError: If there is no such file, or if it is cut off or changed.
        ValueError: If it holds another model, or one that is not what the
            file says.

    Example:

    ```python
    import tempfile
    import kerasgan

    gan = kerasgan.applications.GAN(image_shape=(2,), latent_dim=2, units=(4,))
    with tempfile.TemporaryDirectory() as folder:
        gan.save(f"{folder}/gan.keras")
        same = kerasgan.load_model(f"{folder}/gan.keras")
    assert (same.generate(2, seed=0) == gan.generate(2, seed=0)).all()
    ```
    """
    path = pathlib.Path(filepath).expanduser()
    if path.suffix != ".keras":
        raise ValueError(
            "`filepath` must be a `.keras` file, as `gan.save` writes it. "
            f"Received: '{filepath}'."
        )
    if not path.is_file():
        raise FileNotFoundError(
            f"`filepath` must be a file. Received: '{filepath}', which is "
            "none. Check the path."
        )
    with open(path, "rb") as file:
        config, stored = check_archive(file, path, _ADVICE)
        _check_class(config, path, custom_objects)
        check_configuration(
            config, f"{path}/{CONFIG}", stored.layers, custom_objects
        )
        file.seek(0)
        with (
            naming(path, _ADVICE),
            backend.limited_variables(*stored.limits),
            backend.skip_initializers() as draw_all_but,
        ):
            gan = backend.load_keras_file(file, custom_objects, compile)
            draw_all_but(gan.variables)
    return gan


def _check_class(config, path, custom_objects):
    name = config["registered_name"] or config["class_name"]
    cls = keras.saving.get_registered_object(name, custom_objects)
    if cls is None:
        raise ValueError(
            f"'{path}' must hold a model of kerasgan. Received: a '{name}', "
            "which is not registered with Keras. Import the module that "
            "registers it, give it as `custom_objects`, or load what Keras "
            "alone has with `keras.saving.load_model`."
        )
    if not hasattr(cls, "adversarial_step"):
        raise ValueError(
            f"'{path}' must hold a model of kerasgan. Received: a '{name}'. "
            "Load it with `keras.saving.load_model`."
        )
