import numpy as np

import kerasgan
from kerasgan.cli.opening_model import open_model


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
    gan = open_model(source)
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
