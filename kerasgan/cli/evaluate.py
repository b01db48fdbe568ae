import dataclasses
import os
import pathlib
import sys

import numpy as np

import kerasgan
from kerasgan.applications import preset_files
from kerasgan.cli.evaluate_translator import evaluate_translator
from kerasgan.cli.held_out import read_names
from kerasgan.cli.open_data import check_data
from kerasgan.cli.open_data import open_data
from kerasgan.cli.open_data import pictures_in
from kerasgan.cli.open_model import check_source
from kerasgan.cli.open_model import open_model
from kerasgan.datasets.catalog import DATASETS
from kerasgan.datasets.pictures import BROKEN
from kerasgan.datasets.pictures import CHANNELS
from kerasgan.datasets.pictures import read_picture
from kerasgan.metrics.evaluate_translation import OF_PAIRS
from kerasgan.metrics.get import metric_class
from kerasgan.metrics.opened_images import data_set_of
from kerasgan.runs.run_folder import RunFolder

_MOST_SAMPLES = 10_000


@dataclasses.dataclass(frozen=True)
class _Given:
    """Images from a folder or a data set, and what else is known of them."""

    images: object  # an array, or a tuple of images and labels
    shape: tuple
    split: str | None = None
    others: object = None

    @property
    def count(self):
        images = self.images
        return len(images[0] if isinstance(images, tuple) else images)


def evaluate(source, data, options, say):
    """Scores a model or a folder of images, and prints the scores.

    Args:
        source: Folder of a run, `.keras` file, preset or folder of images.
        data: Name of a data set, or folder of images, to compare with; or
            `None` for what a run has held out of its folder, or the named
            data set that a model was trained on.
        options: Dict of the options of `kerasgan evaluate`.
        say: Called with each line for the user.

    Raises:
        ValueError: If a name is unknown, or images do not fit together.
        OSError: If a file cannot be read or written.

    Example:

    ```python
    from kerasgan.cli.evaluate import evaluate

    try:
        evaluate("run", "mnist", {"metrics": ("fdi",)}, say=print)
    except ValueError as error:
        print(error)
    ```
    """
    metrics = [m for names in options["metrics"] for m in names.split(",")]
    for name in set(metrics) - {*OF_PAIRS}:
        metric_class(name)  # an unknown one is found before the work begins
    features = kerasgan.metrics.features.get(options["features"])
    if data is not None:
        check_data(data)
    else:
        _check_source_or_images(source)
    for option, folder in (
        ("--json", options["json"] and pathlib.Path(options["json"]).parent),
        ("--cache", options["cache"]),
    ):
        if folder:
            _check_creatable(folder, option)
    gan = None if _is_images(source) else open_model(source)
    if hasattr(gan, "translate"):
        options = {**options, "data": data}
        return evaluate_translator(gan, source, options, metrics, say)
    run = None
    if data is None:
        data = _trained_on(source)
        run = None if data in DATASETS else RunFolder(source)
    features = features or features_for(data)
    if _is_images(source):
        gan, real = _open_images(source, data, options)
    else:
        if options["image_size"] or options["grayscale"]:
            raise ValueError(
                "`--image-size` and `--grayscale` are for two folders of "
                f"images. Received: the model '{source}', whose images have "
                "their own size. Leave them out."
            )
        if run is not None and run.held_out_file.exists():
            real = _open_held_out(run, data, gan.image_shape, options)
            data = f"{real.count} pictures held out of {data}"
        else:
            skip_broken = run is not None and bool(
                run.read_settings("RunSource").get("skip_broken")
            )
            real = _open_real(data, gan.image_shape, options, skip_broken)
            if run is not None:
                say(
                    "The run has held out no pictures: it is scored by those "
                    "that it was trained on, which flatters it."
                )
        _check_shape(source, gan.image_shape, data, real.shape)
    samples = options["samples"]
    if samples is None:
        # A folder of images is compared as a whole.
        count = _MOST_SAMPLES if _is_images(source) else real.count
        samples = min(max(count, 2), _MOST_SAMPLES)
    evaluation = kerasgan.evaluate(
        gan,
        real.images,
        features=features,
        samples=samples,
        seed=options["seed"],
        floor_real=real.others,
        split=real.split,
        cache=options["cache"],
        # A bar is for a terminal, not for what scores are piped into.
        verbose=int(sys.stdout is not None and sys.stdout.isatty()),
        **({"metrics": metrics} if metrics else {}),
    )
    say(f"{source} against {data}\n\n{evaluation}")
    if options["json"]:
        evaluation.to_json(options["json"], indent=2)
        say(f"\nScores: {options['json']}")


def _check_source_or_images(source):
    """Raises unless there is a model or a folder of images of that name.

    Args:
        source: What the user gave.
    """
    if not _is_images(source):
        check_source(source)


def _trained_on(source):
    """Returns the data set of a run or a preset, or the folder of a run."""
    if _is_images(source):
        raise ValueError(
            "`--data` must name the real images to compare a folder of images "
            f"with. Received: '{source}' alone."
        )
    run = RunFolder(source)
    if run.exists:
        settings = run.read_settings("RunSource")
        data = settings.get("data")
        if "target_shape" not in settings and pathlib.Path(data or "").is_dir():
            return data
    elif pathlib.Path(source).suffix == ".keras":
        data = None
    else:
        folder = preset_files.find_folder((), source)
        metadata = preset_files.read_json(folder / preset_files.METADATA)
        data = metadata.get("dataset")
    if data not in DATASETS:
        raise ValueError(
            "`--data` must name the real images where a model does not say "
            "which data set of kerasgan it was trained on. Received: "
            f"'{source}', which says {data!r}. Name a folder, best of images "
            "that it was not trained on."
        )
    return data


def features_for(data):
    """Returns the name of the feature network that fits a data set best.

    Args:
        data: Name of a data set, or a folder.

    Example:

    ```python
    from kerasgan.cli.evaluate import features_for

    assert features_for("mnist") == "mnist"
    ```
    """
    return data_set_of(data) or "efficientnet_lite0"


def _is_images(source):
    """Whether the source is a folder, and neither a run nor a preset."""
    path = pathlib.Path(source).expanduser()
    run = RunFolder(path)
    files = (run.settings_file, run.model_file, path / preset_files.CONFIG)
    return path.is_dir() and not any(file.exists() for file in files)


def _open_images(source, data, options):
    """Returns images of a folder, and the real ones to compare them with."""
    size = options["image_size"] or _size_of_pictures(source)
    channels = 1 if options["grayscale"] else 3
    if data in DATASETS:
        channels = DATASETS[data].image_shape[2]
    shape = (*size, channels)
    real = _open_real(data, shape, options)
    _check_shape(source, shape, data, real.shape)
    # As many as are scored, drawn from all: the first may be of one class.
    most = options["samples"] or _MOST_SAMPLES
    images = _read_folder(source, shape, most, options["seed"])
    return images, real


def _open_held_out(run, folder, image_shape, options):
    """Returns the pictures that a run has held out, and others as floor."""
    folder = pathlib.Path(folder)
    held = read_names(run.held_out_file)
    there = pictures_in(folder, [])
    missing = set(held) - {*there}
    if missing:
        raise FileNotFoundError(
            f"The run has held out {len(held)} pictures of '{folder}', of "
            f"which {len(missing)} are not there any more, such as "
            f"'{min(missing)}'. Name other real images with `--data`."
        )
    broken = ()
    if run.left_out_file.exists():
        broken = read_names(run.left_out_file)
    kept = {*held, *(line.partition(": broken: ")[0] for line in broken)}
    others = [name for name in there if name not in kept]
    most = options["samples"] or _MOST_SAMPLES
    rng = np.random.default_rng(options["seed"])
    chosen = rng.permutation(len(others))[:most]
    *size, channels = image_shape
    modes = {count: mode for mode, count in CHANNELS.items()}

    def read(names):
        return np.stack(
            [
                read_picture(folder / name, size, modes[channels], True)
                for name in names
            ]
        )

    images = read(held)
    return _Given(
        images,
        images.shape[1:],
        "held out",
        read([others[i] for i in np.sort(chosen)]) if len(others) > 1 else None,
    )


def _open_real(data, image_shape, options, skip_broken=False):
    """Returns the real images, of a folder in the shape that is given."""
    if data not in DATASETS:
        # Twice as many as are scored: the others measure the floor.
        most = 2 * (options["samples"] or _MOST_SAMPLES)
        images = _read_folder(
            data, image_shape, most, options["seed"], skip_broken
        )
        return _Given(images, images.shape[1:])
    split = options["split"]
    other = "train" if split == "test" else "test"
    images, others = (
        kerasgan.datasets.load(data, part) for part in (split, other)
    )
    return _Given(images, images[0].shape[1:], split, others)


def _read_folder(folder, image_shape, most, seed, skip_broken=False):
    *size, channels = image_shape
    if not pathlib.Path(folder).expanduser().is_dir():
        # Says what the name of a data set may be.
        open_data(folder, None, False, labeled=False)
    # Its whole path is never the name of a data set.
    path = pathlib.Path(folder).expanduser().resolve()
    source = open_data(
        str(path), size, channels == 1, labeled=False, skip_broken=skip_broken
    )
    indices = np.arange(source.count)
    if source.count > most:
        indices = np.random.default_rng(seed).permutation(indices)[:most]
    return source.fetch(np.sort(indices))


def _size_of_pictures(folder):
    """Returns the `(height, width)` that all pictures of a folder have."""
    from PIL import Image

    path = pathlib.Path(folder).expanduser()
    sizes = {}
    for name in pictures_in(path):
        try:
            with Image.open(path / name) as picture:
                sizes.setdefault(picture.size[::-1], name)
        except BROKEN as error:
            raise OSError(
                f"Cannot read the image '{path / name}': {error}"
            ) from error
    if len(sizes) > 1:
        (a, first), (b, second) = list(sizes.items())[:2]
        raise ValueError(
            f"The pictures in '{folder}' must all have one size. Received: "
            f"'{first}' of {a[0]}x{a[1]} and '{second}' of "
            f"{b[0]}x{b[1]} pixels. Name the size to crop and resize all to "
            "with `--image-size`."
        )
    return next(iter(sizes))


def _check_shape(source, shape, data, real_shape):
    if tuple(shape) != tuple(real_shape):
        raise ValueError(
            "Both sides must be images of one size. Received: "
            f"{_describe(shape)} from '{source}' and {_describe(real_shape)} "
            f"from `--data {data}`. Compare with images like those that the "
            "model was trained on, or, for a folder of images, name the size "
            "with `--image-size`."
        )


def _describe(shape):
    height, width, channels = shape
    return f"{height}x{width} with {channels} channels"


def _check_creatable(folder, argument):
    """Raises `OSError` unless a folder is there or can be made."""
    folder = pathlib.Path(folder).expanduser().absolute()
    nearest = next(p for p in (folder, *folder.parents) if p.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        raise OSError(
            f"`{argument}` must lead to a folder that can be written to. "
            f"Received: '{folder}', where '{nearest}' cannot. Choose another "
            "folder, or change its rights."
        )
