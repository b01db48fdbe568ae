import keras
import numpy as np

import kerasgan
from kerasgan.cli import translators
from kerasgan.cli.open_data import folder_of
from kerasgan.cli.open_data import open_data
from kerasgan.cli.open_data import open_pairs
from kerasgan.datasets.pictures import CHANNELS
from kerasgan.runs.run_folder import RunFolder
from kerasgan.utils.bicubic import shrink
from kerasgan.utils.pixels import from_bytes
from kerasgan.utils.pixels import to_bytes

_MOST_SAMPLES = 10_000


def evaluate_translator(gan, source, options, metrics, say):
    """Scores a model that translates, and prints the scores.

    Args:
        gan: The model.
        source: Where it came from: folder of a run, `.keras` file or preset.
        options: Dict of the options of `kerasgan evaluate`, with `data`.
        metrics: List of names; none for the usual ones.
        say: Called with each line for the user.

    Raises:
        ValueError: If there are no pictures, or they do not fit the model.
        OSError: If a file cannot be read or written.

    Example:

    ```python
    import kerasgan
    from kerasgan.cli.evaluate_translator import evaluate_translator

    game = kerasgan.applications.Pix2Pix(input_shape=(8, 8, 1), filters=2)
    try:
        options = {"data": None, "targets": None, "pairs": None}
        evaluate_translator(game, "game.keras", options, [], say=print)
    except ValueError as error:
        print(error)
    ```
    """
    if isinstance(gan, kerasgan.models.SRGAN):
        x, y, about = _open_large(gan, source, options)
    else:
        (x, about), y = _open_kinds(gan, source, options), None
    evaluation = kerasgan.metrics.evaluate_translation(
        gan,
        x,
        y,
        features=options["features"] or "efficientnet_lite0",
        samples=options["samples"] or _MOST_SAMPLES,
        seed=options["seed"],
        **({"metrics": metrics} if metrics else {}),
    )
    say(f"{source} against {about}\n\n{evaluation}")
    if options["json"]:
        evaluation.to_json(options["json"], indent=2)
        say(f"\nScores: {options['json']}")


def _settings_of(source):
    """Returns the settings of a run, empty if it is none."""
    run = RunFolder(source)
    if not run.exists:
        return {}
    # What older runs do not say.
    return {"held_out": 0, **run.read_settings()}


def _open_kinds(gan, source, options):
    """Returns `ImagePairs`, and what to say of them."""
    named = {key: options.get(key) for key in ("data", "targets", "pairs")}
    settings = _settings_of(source)
    if any(named.values()):
        return _open_named(gan, settings, named, options.get("paired"))
    if "target_shape" not in settings:
        raise ValueError(
            "`--data FOLDER --targets FOLDER`, or `--pairs FOLDER`, must name "
            "pictures where a model does not say what it was trained on. "
            f"Received: '{source}' alone."
        )
    opened = open_pairs(
        settings, translators.is_paired(type(gan)), validate=False
    )
    if opened.held_out is not None:
        about = f"{opened.held_out.count} held-out pictures of {opened.name}"
        return opened.held_out, about
    about = f"the pictures of {opened.name} that it was trained on"
    return opened.pairs.still(), about


def _open_named(gan, settings, named, paired):
    """Returns `ImagePairs` of pictures that the user named."""
    shapes = gan._example_shapes
    size = None
    if settings.get("crop") is None:
        *size, _ = shapes[0]
    types = gan._picture_types or ({}, {})
    modes = [
        # Of the types that the model was trained on, if they are no bytes.
        None if about.get("raw") or about.get("classes") else _mode(shape[2])
        for about, shape in zip(types, shapes)
    ]
    opened = open_pairs(
        {
            **named,
            "image_size": None if size is None or None in size else size,
            "crop": settings.get("crop"),
            "grayscale": False,
            "color_mode": modes,
            "classes": types[0].get("classes"),
            "value_range": types[0].get("value_range"),
            "target_range": types[1].get("value_range"),
            "seed": 0,
            "held_out": 0,
        },
        paired or translators.is_paired(type(gan)),
    )
    pairs = opened.pairs.still()
    found = pairs.input_shape, pairs.target_shape
    for shape, expected, option in zip(
        found, shapes, ("--data", "--targets"), strict=True
    ):
        if shape[2] != expected[2]:
            raise ValueError(
                f"`{option}` must have pictures of {expected[2]} channels, as "
                f"the model's. Received: {shape[2]} channels."
            )
    return pairs, f"{pairs.count} pictures of {opened.name}"


def _mode(channels):
    """Returns the colours that have so many channels, or `None`."""
    return next((m for m, n in CHANNELS.items() if n == channels), None)


def _open_large(gan, source, options):
    """Returns small images, the large ones, and what to say of them."""
    data = options["data"] or _settings_of(source).get("data")
    if data is None:
        raise ValueError(
            "`--data` must name large images where a model does not say what "
            f"it was trained on. Received: '{source}' alone."
        )
    *size, channels = gan.image_shape
    path = folder_of(data)
    if path.is_dir():
        opened = open_data(str(path), size, channels == 1, labeled=False)
    else:
        opened = open_data(data, None, False, labeled=False)
    if tuple(opened.image_shape) != tuple(gan.image_shape):
        raise ValueError(
            f"`--data` must have images of shape {gan.image_shape}, which the "
            f"model makes. Received: {tuple(opened.image_shape)}"
        )
    order = np.random.default_rng(options["seed"]).permutation(opened.count)
    chosen = order[: options["samples"] or _MOST_SAMPLES]
    large = opened.fetch(np.sort(chosen))
    small = keras.ops.convert_to_numpy(shrink(from_bytes(large), gan.scale))
    return to_bytes(small), large, f"{len(large)} images of {opened.name}"
