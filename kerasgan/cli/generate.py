import contextlib
import sys

import click
import numpy as np

from kerasgan.cli.drawing import Drawing
from kerasgan.cli.drawn_translations import drawn_translations
from kerasgan.cli.open_model import open_model
from kerasgan.conditions import Text
from kerasgan.conditions.in_turn import in_turn
from kerasgan.latent.generate_batches import generate_batches


def generate(
    source,
    count,
    seed,
    labels,
    columns,
    out,
    say,
    signals=None,
    captions=(),
):
    """Draws images, a batch at a time, and writes them to files.

    Args:
        source: Folder of a run, `.keras` file, or preset.
        count: Number of images.
        seed: Seed of the latents.
        labels: Classes to draw, repeated up to `count`; empty for all in
            turn, or for a model without classes.
        columns: Images in a row of a grid, or `None`.
        out: File or folder to write; see `Drawing`.
        say: Called with each line for the user.
        signals: Object with `deferred()`, a context in which signals end
            nothing, and `check()`, which raises if there was one. Defaults
            to `None`: signals do what they always do.
        captions: Captions to draw, repeated up to `count`; empty for those
            that the model draws at random, or for a model of no text.

    Raises:
        ValueError: If the model does not take the labels, the preset is
            unknown, or there are too many images for a grid.
        OSError: If a file cannot be read or written.

    Example:

    ```python
    from kerasgan.cli.generate import generate

    try:
        generate("no such preset", 4, 0, (), None, "grid.png", say=print)
    except ValueError as error:
        print(error)
    ```
    """
    drawing = Drawing(out, count, columns)
    gan = open_model(source)
    asked = conditions_asked(gan, labels, captions, count)
    if hasattr(gan, "translate"):
        batches = drawn_translations(gan, drawing, count, seed, say)
        count = drawing.count
    else:
        batches = generate_batches(gan, count, seed=seed, **asked)
    deferred = signals.deferred if signals else contextlib.nullcontext
    with deferred(), progress(count) as advance:
        drawing.write(_watched(batches, advance, signals))
    say(f"Images: {out}")


def conditions_asked(gan, labels, captions, count):
    """Returns the further arguments of a model's `generate`.

    Args:
        gan: The model.
        labels: Classes to draw; empty for all in turn.
        captions: Captions to draw; empty for the model's own.
        count: Integer, how many images.

    Raises:
        ValueError: If the model does not take them.
    """
    asked = _labels(gan, labels, count)
    return _captions(gan, captions, count) if captions else asked


def _labels(gan, labels, count):
    if not labels:
        return in_turn(gan, count)[0]
    condition = getattr(gan, "condition", None)
    classes = None if condition is None else condition.count
    if not classes:
        raise ValueError(
            f"`--label` is for conditional models, and "
            f"{type(gan).__name__} has no classes. Received: "
            f"{list(labels)}. Leave it out."
        )
    if max(labels) >= classes:
        raise ValueError(
            f"`--label` must be from 0 to {classes - 1}, the classes of this "
            f"{type(gan).__name__}. Received: {max(labels)}."
        )
    return {"condition": np.resize(np.asarray(labels, "int32"), count)}


def _captions(gan, captions, count):
    if not isinstance(getattr(gan, "condition", None), Text):
        raise ValueError(
            f"`--caption` is for models of text, and {type(gan).__name__} "
            f"takes none. Received: {list(captions)}. Leave it out."
        )
    return {"condition": [captions[i % len(captions)] for i in range(count)]}


@contextlib.contextmanager
def progress(count, label="Images"):
    """Gives a function that moves a progress bar on, where one can be seen.

    Args:
        count: Integer, how many images there are to come.
        label: String, what the bar is of. Defaults to `"Images"`.

    Example:

    ```python
    from kerasgan.cli.generate import progress

    with progress(3) as advance:
        advance(3)
    ```
    """
    if not sys.stderr.isatty():
        yield lambda images: None
        return
    with click.progressbar(
        length=count, label=label, file=sys.stderr, show_pos=True
    ) as bar:
        yield bar.update


def _watched(batches, advance, signals):
    for batch in batches:
        if signals:
            signals.check()
        yield batch
        advance(len(batch))
