import contextlib
import os
import pathlib

import numpy as np

from kerasgan.cli.generate import progress
from kerasgan.cli.open_model import open_model
from kerasgan.datasets.find_images import find_images
from kerasgan.datasets.image_files import ImageFiles
from kerasgan.datasets.pictures import CHANNELS
from kerasgan.datasets.write_picture import suffix_of
from kerasgan.datasets.write_picture import write_picture
from kerasgan.utils.tiles import in_tiles

# From how many times the trained size on a picture is called large.
_LARGE = 2


def translate(
    source, pictures, out, say, to=None, tile=1024, seed=0, signals=None
):
    """Translates pictures of any size, and writes each as a file.

    Args:
        source: Folder of a run, `.keras` file, or preset.
        pictures: A picture, or a folder of them.
        out: Folder to write to. Names and folders are those of `pictures`.
        say: Called with each line for the user.
        to: `"a"` or `"b"`, which way, for a model that has two. Defaults to
            `None`: its usual one.
        tile: Integer, pixels a side of the largest part that is computed at
            once; parts overlap, and are blended. Defaults to 1024.
        seed: Integer, of the noise, if the model has any. Defaults to 0.
        signals: See `kerasgan.cli.generate.generate`.

    Raises:
        ValueError: If the model does not translate, has no such way, or two
            pictures would have one name.
        OSError: If a picture cannot be read, or a file is there already.

    Example:

    ```python
    from kerasgan.cli.translate import translate

    try:
        translate("no such preset", "here", "there", say=print)
    except ValueError as error:
        print(error)
    ```
    """
    gan = open_model(source)
    asked = _way(gan, to)
    takes, makes = types_of(gan, to)
    paths = _paths(
        pictures, out, suffix_of(makes, _network(gan, to).output_shape[-1])
    )
    files = ImageFiles.of_type(takes, list(paths))
    deferred = signals.deferred if signals else contextlib.nullcontext
    large = 0
    # Of a model that enlarges, what it makes fills the memory.
    tile = max(tile // getattr(gan, "scale", 1), 16)
    with deferred(), progress(len(paths)) as advance:
        for index, target in enumerate(paths.values()):
            if signals:
                signals.check()
            picture = files.finish(np.asarray(files.load(index)))
            large += _is_large(gan, to, picture)
            made = in_tiles(
                lambda images: gan.translate(images, seed=seed, **asked),
                picture,
                tile,
                overlap=min(64, tile // 4),
            )
            write_picture(target, made, makes)
            advance(1)
    if large:
        height, width = _trained_size(gan, to)
        say(
            f"{large} of {len(paths)} are more than twice as large as the "
            f"{height} x {width} pixels that the model was trained on: it "
            "sees less of what is in them."
        )
    say(f"Images: {out}")


def _way(gan, to):
    """Returns the argument of `translate` that says which way."""
    if not hasattr(gan, "translate"):
        raise ValueError(
            "`kerasgan translate` takes a model that translates, such as a "
            f"CycleGAN. Received: {type(gan).__name__}. `kerasgan generate` "
            "draws from it."
        )
    if to is None:
        return {}
    if not hasattr(gan, "generator_a"):
        raise ValueError(
            "`--to` is for models of two ways, and "
            f"{type(gan).__name__} has one. Received: --to {to}. Leave it out."
        )
    return {"to": to}


def types_of(gan, to=None):
    """Returns what the pictures are that a model takes, and that it makes.

    Args:
        gan: The model.
        to: `"a"`, `"b"` or `None`, which way.

    Returns:
        Two dicts, see `kerasgan.datasets.image_files.ImageFiles`; the second
        one is `None` where 8 bits will do.

    Raises:
        ValueError: If it takes what is in no picture.
    """
    types = gan._picture_types
    channels = _network(gan, to).inputs[0].shape[-1]
    if types is not None:
        takes, makes = types[::-1] if to == "a" else types
        if takes["channels"] == channels:
            return takes, makes
    for mode, count in CHANNELS.items():
        if count == channels:
            keys = ("raw", "value_range", "classes")
            plain = {"color_mode": mode, "suffix": ".png", "channels": count}
            return {**plain, **dict.fromkeys(keys), "are_numbers": True}, None
    raise ValueError(
        "`kerasgan translate` reads pictures of 1, 3 or 4 channels, or such as "
        f"a model was trained on. Received: a model of images with {channels} "
        "that says nothing of them. Its `translate` takes arrays in Python."
    )


def _network(gan, to):
    return gan.generator_a if to == "a" else gan.generator


def _paths(pictures, out, suffix):
    """Returns a dict from pictures to the files to write, all of them new."""
    root = pathlib.Path(pictures).expanduser()
    out = pathlib.Path(out).expanduser()
    if root.is_dir():
        names = find_images(root)
    else:
        root, names = root.parent, [root.name]
    targets = {}
    for name in names:
        target = out / pathlib.Path(name).with_suffix(suffix)
        if target in targets:
            raise ValueError(
                "Each picture must have a name of its own, whatever its end. "
                f"Received: '{targets[target]}' and '{name}'."
            )
        targets[target] = name
    there = [os.fspath(target) for target in targets if target.exists()]
    if there:
        raise FileExistsError(
            f"{len(there)} files are there already, such as '{there[0]}'. "
            "Name another folder by `--out`."
        )
    return {root / name: target for target, name in targets.items()}


def _trained_size(gan, to):
    return _network(gan, to).inputs[0].shape[1:3]


def _is_large(gan, to, picture):
    sides = zip(picture.shape[:2], _trained_size(gan, to))
    return any(n is not None and side > _LARGE * n for side, n in sides)
