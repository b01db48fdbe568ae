"""What a training says of itself, and what watches it."""

import shlex
import sys

import kerasgan
from kerasgan.cli import held_out
from kerasgan.cli.evaluate import features_for
from kerasgan.cli.words import duration
from kerasgan.datasets.catalog import DATASETS
from kerasgan.datasets.find_images import describe_left_out
from kerasgan.runs.tensorboard_log import TensorBoardLog

# Below as many images a discriminator soon knows them by heart.
_FEW = 3_000
# How often `--monitor` measures, and at least by how many images.
_LOOKS = 20
_LEAST_SAMPLES, _MOST_SAMPLES = 500, 2_000
# Shorter trainings need no forecast.
_SHORT = 60


def evaluation_of(run):
    """Returns the command that scores a run."""
    return shlex.join(["kerasgan", "evaluate", str(run.path)])


def about(source, held, options, taken, run, steps, passes):
    """Gives lines on the data, for those who train."""
    if source.left_out:
        kinds = [
            (name, reason.partition(":")[0]) for name, reason in source.left_out
        ]
        yield (
            f"Left out of the folder: {describe_left_out(kinds)}. "
            f"{run.left_out_file} has their names."
        )
    if held is not None:
        yield (
            f"{held.count} pictures are held out: the model does not see them, "
            f"val_* in the log and `{evaluation_of(run)}` score by them."
        )
    each = f", {passes:.0f} times all images" if passes >= 1.5 else ""
    epochs = options["epochs"]
    yield (
        f"{_counted(epochs, 'epoch')} of {_counted(steps, 'step')}{each}: "
        f"{epochs * steps:,} in all."
    )
    augments = "augmentation" in taken or source.pairs is None
    if source.count < _FEW and augments and not options.get("augment"):
        yield (
            f"{source.count} images are few, which the discriminator soon "
            "knows by heart: `--augment` helps, and so do more images."
        )


def _counted(count, noun):
    return f"{count} {noun}{'s' if count != 1 else ''}"


def forecast(say):
    """Returns a function that says how long a training takes."""

    def forecast(left, one):
        if left < _SHORT:
            return
        if sys.stdout.isatty():
            say("")  # beneath the progress bar
        say(
            f"About {duration(left)} to go, at {one:.2g} seconds a step. "
            "Ctrl-C saves the run and ends it; --resume goes on."
        )

    return forecast


def write_lists(run, source, held):
    """Writes which files were held out of the training, and left out."""
    if held is not None:
        held_out.write_names(run.held_out_file, held.names)
    if source.left_out:
        names = [f"{name}: {reason}" for name, reason in source.left_out]
        held_out.write_names(run.left_out_file, names)


def monitors(gan, run, held, options):
    """Returns the callbacks that score a model, and write for TensorBoard."""
    callbacks = []
    if options.get("monitor"):
        every = max(options["epochs"] // _LOOKS, 1)
        real = _to_score_by(held, options)
        if options.get("kimg") or hasattr(gan, "schedule"):
            raise ValueError(
                "`--monitor` is for models of one size all along, and "
                f"{type(gan).__name__} grows. Leave it out, and score it with "
                "`kerasgan evaluate` when it is trained."
            )
        samples = min(max(len(real), _LEAST_SAMPLES), _MOST_SAMPLES)
        callbacks.append(
            kerasgan.callbacks.GenerativeMetrics(
                options["monitor"],
                real,
                every=every,
                samples=samples,
                monitor=options["monitor"],
                folder=run.scores,
                features=features_for(options["data"]),
            )
        )
    is_first = kerasgan.distribution.is_first_process()
    if options.get("tensorboard") and is_first:
        callbacks.append(TensorBoardLog(run.tensorboard, run.samples))
    return callbacks


def _to_score_by(held, options):
    """Returns real images that are not trained on."""
    if options["data"] in DATASETS:
        images, _ = kerasgan.datasets.load(options["data"], "test")
        return images
    if held is None:
        raise ValueError(
            "`--monitor` scores by the pictures that are held out, and there "
            "are none. Received: --held-out 0, or a folder of few pictures. "
            "Leave it out, or hold some out with `--held-out`."
        )
    found = held.fetch(range(min(held.count, _MOST_SAMPLES)))
    return found[0] if isinstance(found, tuple) else found
