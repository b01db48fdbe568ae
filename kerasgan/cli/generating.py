import pathlib

import keras
import numpy as np

import kerasgan
from kerasgan.cli.run_folder import RunFolder


def generate(source, count, seed, labels, columns, out, say):
    """Draws a grid of images and writes it to a file.

    Args:
        source: Folder of a run, `.keras` file, or preset.
        count: Number of images.
        seed: Seed of the latents.
        labels: Classes to draw, repeated up to `count`; empty for all in
            turn, or for a model without classes.
        columns: Images in a row, or `None`.
        out: File to write.
        say: Called with each line for the user.

    Raises:
        ValueError: If the model does not take the labels, or the preset is
            unknown.
        OSError: If a file cannot be read or written.

    Example:

    ```python
    from kerasgan.cli.generating import generate

    try:
        generate("no such preset", 4, 0, (), None, "grid.png", say=print)
    except ValueError as error:
        print(error)
    ```
    """
    gan = _open(source)
    options = {}
    if gan.num_classes:
        labels = labels or range(gan.num_classes)
        options["labels"] = np.resize(np.asarray(labels, "int32"), count)
    elif labels:
        raise ValueError(
            f"`--label` is for conditional models, and {type(gan).__name__} "
            f"has no classes. Received: {list(labels)}. Leave it out."
        )
    images = gan.generate(count, seed=seed, **options)
    kerasgan.utils.save_image(out, images, columns)
    say(f"Images: {out}")


def _open(source):
    path = pathlib.Path(source).expanduser()
    run = RunFolder(path)
    if run.exists and not run.model_file.exists():
        raise FileNotFoundError(
            f"The run in '{path}' has no model.keras yet: no epoch is "
            "complete. Go on with `kerasgan train ... --resume`."
        )
    file = run.model_file if run.model_file.exists() else path
    if file.is_file() or file.suffix == ".keras":
        return _load(file)
    return kerasgan.applications.load_preset(None, source)


def _load(file):
    if not file.exists():
        raise FileNotFoundError(f"There is no file '{file}'.")
    gan = keras.saving.load_model(file)
    if not hasattr(gan, "generate"):
        raise ValueError(
            f"'{file}' must hold a model of kerasgan. Received: a "
            f"{type(gan).__name__}."
        )
    return gan
