import inspect
import json

import keras

import kerasgan
from kerasgan.applications.translator import Translator
from kerasgan.cli import held_out
from kerasgan.cli import translators
from kerasgan.cli.class_pairs import takes_class_pairs
from kerasgan.cli.class_pairs import with_class_pairs
from kerasgan.cli.customize import checked
from kerasgan.cli.customize import saying_what_was_set
from kerasgan.cli.customize import set_learning_rates
from kerasgan.cli.length import length_of
from kerasgan.cli.open_data import folder_of
from kerasgan.cli.open_data import open_data
from kerasgan.cli.open_data import open_pairs
from kerasgan.cli.watching import about
from kerasgan.cli.watching import evaluation_of
from kerasgan.cli.watching import forecast
from kerasgan.cli.watching import monitors
from kerasgan.cli.watching import write_lists
from kerasgan.datasets.image_stream import ImageStream
from kerasgan.datasets.pair_stream import PairStream
from kerasgan.runs.fit_run import NoSignals
from kerasgan.runs.fit_run import fit_run
from kerasgan.runs.fit_run import position
from kerasgan.runs.forecast import Forecast
from kerasgan.runs.run_folder import RunFolder


def train(
    model,
    out,
    options,
    given,
    resume,
    say,
    devices=1,
    deterministic=False,
    signals=NoSignals,
):
    """Trains a model of the zoo, or goes on with its training.

    Args:
        model: Name of the model, as `kerasgan.applications.get` takes it, or
            `None`, with `resume`, for that of the run.
        out: Folder of the run.
        options: Dict of the options of `kerasgan train`.
        given: Names of the options that the user gave; with `resume` the
            others are taken from the run.
        resume: Whether to go on with the run in `out`.
        say: Called with each line for the user.
        devices: Integer, how many train; those of the run need not be the
            same when it goes on.
        deterministic: Whether to ask the framework for the same bits each
            time; see `kerasgan.utils.make_deterministic`.
        signals: Object that has `number`, `None` until the training is to
            end, and `deferred()`, a context in which nothing else ends it;
            see `kerasgan.cli.signals`. Defaults to one that never asks.

    Raises:
        ValueError: If an option is out of its range, or is not the run's.
        OSError: If data cannot be read or the folder cannot be written to,
            or if something else trains into it.
        KeyboardInterrupt: If `signals` asked for the end. The run is saved as
            it was after the last step.

    Example:

    ```python
    import tempfile
    from kerasgan.cli.train import train

    options = {
        "data": "fashion_mnist_subset", "image_size": None,
        "grayscale": False, "epochs": 1, "steps_per_epoch": 1,
        "batch_size": 2, "seed": 0, "sample_every": 1,
    }
    with tempfile.TemporaryDirectory() as folder:
        train("dcgan", folder, options, set(options), False, say=print)
    ```
    """
    run = RunFolder(out)
    if model is None:
        model = run.read_settings()["model"]
    cls = kerasgan.applications.get(model)
    if not kerasgan.distribution.is_first_process():
        say = _say_nothing
    with run.opened(resume) as stored:
        # What older runs do not say.
        stored = {"held_out": 0, **stored} if stored else {}
        kept = {key: stored[key] for key in options if key in stored}
        options = {**options, **kept, **{key: options[key] for key in given}}
        if "batch_size" not in {*given, *stored}:
            usual = translators.usual_batch_size(cls)
            options["batch_size"] = usual or options["batch_size"]
        taken = inspect.signature(cls).parameters
        _check_kimg(cls, taken, options.get("kimg"))
        translators.check_pretraining(cls, options.get("pretraining_epochs"))
        source, held = _open(cls, taken, options)
        if issubclass(cls, Translator):
            # Their learning rate may follow it.
            _set_length(options, source, 1)
        settings = _settings(cls, source, held, options)
        # Of a run that goes on, the model knows it.
        decay = translators.decay_of(cls, options, source.count)
        if resume:
            run.check_same(stored, settings)
        if deterministic:
            kerasgan.utils.make_deterministic(options["seed"])
        with kerasgan.distribution.data_parallel(devices):
            gan = run.load_or(
                lambda: _build(cls, taken, source, {**options, "decay": decay})
            )
        _set_length(options, source, gan._minibatches_per_step)
        for name in ("epochs", "steps_per_epoch"):
            settings[name] = options[name]
        stream = _stream(gan, source, options)
        done, part, steps = position(gan, stream)
        epochs = options["epochs"]
        if done >= epochs:
            say(f"The run has {done} epochs already. `--epochs` asks for more.")
            return
        say(
            f"{cls.__name__} on {source.count} images of {source.name}, "
            f"{settings['backend']}, epochs {done + 1} to {epochs}"
        )
        if source.held_out is not None:
            say(
                f"{settings['held_out']} more are held out: grids and `val_` "
                "scores are of these."
            )
        translators.say_of_decay(gan, options, steps, say)
        images = steps * gan._minibatches_per_step * options["batch_size"]
        passes = images / source.count
        for line in about(source, held, options, taken, run, steps, passes):
            say(line)
        if part:
            say(f"Epoch {done + 1} goes on after {part} of its {steps} steps.")
        if kerasgan.distribution.is_first_process():
            write_lists(run, source, held)
        left = epochs * steps - (done * steps + part)
        callbacks = (
            *monitors(gan, run, held, options),
            Forecast(forecast(say), left),
        )
        unit = held_out.unit_of(gan, devices)
        fit_run(
            *(gan, stream, run, settings),
            translators.phases_of(options, callbacks),
            sample_every=options["sample_every"],
            signals=signals,
            validation_data=_held_out(source, options)
            if source.pairs is not None
            else held_out.batches_of(held, options["batch_size"], unit),
        )
    say(f"Samples: {max(run.samples.glob('*.png'), default=run.samples)}")
    say(f"Model:   {run.model_file}")
    if options.get("monitor"):
        say(f"Best:    {run.scores / 'best'}, by {options['monitor']}")
    say(f"Scores:  {evaluation_of(run)}")


def _set_length(options, source, minibatches):
    """Says in the options how long a training is, if nobody has said it.

    Args:
        options: Dict of the options of `kerasgan train`.
        source: `Source` of what is trained on.
        minibatches: Integer, how many a step takes.
    """
    if options.get("epochs") is None:
        in_a_pass = source.count // min(options["batch_size"], source.count)
        options["epochs"], options["steps_per_epoch"] = length_of(
            in_a_pass // minibatches, options["steps_per_epoch"]
        )


def _open(cls, taken, options):
    """Returns the `Source` that a model learns from, and what is held out."""
    if translators.takes_two_kinds(cls):
        _refuse(options, "skip_broken", "monitor")
        return open_pairs(options, translators.is_paired(cls)), None
    for name in translators.OPTIONS:
        if options.get(name) not in (None, ()):
            raise ValueError(
                f"`--{name.replace('_', '-')}` is for models of two kinds of "
                f"images, and {cls.__name__} has one. Received: "
                f"{options[name]}. Leave it out."
            )
    if options["data"] is None:
        raise ValueError("`--data` must name a data set or a folder.")
    source = open_data(
        options["data"],
        options["image_size"],
        options["grayscale"],
        labeled="num_classes" in taken or takes_class_pairs(cls),
        skip_broken=bool(options.get("skip_broken")),
    )
    count, seed = options.get("held_out"), options["seed"]
    if source.names is None and count:
        raise ValueError(
            "`--held-out` is for a folder: a data set has test images. "
            f"Received: --held-out {count} and --data {options['data']}. "
            "Leave it out."
        )
    if takes_class_pairs(cls):
        return with_class_pairs(source, count, seed)
    if source.names is None:
        return source, None
    return held_out.without_held_out(source, count, seed)


def _refuse(options, *names):
    """Raises `ValueError` for options that models that translate lack."""
    for name in names:
        if options.get(name):
            raise ValueError(
                f"`--{name.replace('_', '-')}` is not for models that "
                f"translate. Received: {options[name]}. Leave it out."
            )


def _check_kimg(cls, taken, kimg):
    if kimg is not None and "kimg" not in taken:
        raise ValueError(
            f"`--kimg` is for a model that grows, and {cls.__name__} does "
            f"not. Received: --kimg {kimg:g}. Leave it out."
        )


def _settings(cls, source, held, options):
    given = options.get("set")
    return {
        **options,
        "set": given and json.loads(json.dumps(given)),
        "held_out": 0 if held is None else held.count,
        "model": cls.__name__,
        "data": source.name,
        "images": source.count + (0 if held is None else held.count),
        "image_shape": list(source.image_shape),
        "image_size": options["image_size"] and list(options["image_size"]),
        **_of_pairs(source, options),
        "backend": keras.backend.backend(),
    }


def _of_pairs(source, options):
    """Returns what settings say of two kinds of images."""
    if source.pairs is None:
        return {}
    held = source.held_out
    folders = {
        name: options[name] and str(folder_of(options[name]))
        for name in ("data", "targets", "pairs")
    }
    return {
        **folders,
        "target_shape": list(source.pairs.target_shape),
        "held_out": min(len(held.inputs), len(held.targets)) if held else 0,
        "crop": options["crop"] and list(options["crop"]),
        **{k: list(options.get(k) or ()) or None for k in translators.RANGES},
        "classes": translators.plain(source.pairs.classes),
    }


def _build(cls, taken, source, options):
    arguments = {
        "image_shape": source.image_shape,
        **_shapes_of(source),
        "num_classes": source.num_classes,
        "seed": options["seed"],
        "kimg": options.get("kimg"),
        "pretraining": bool(options.get("pretraining_epochs")),
    }
    arguments = {k: v for k, v in arguments.items() if k in taken}
    if options.get("decay"):
        arguments["learning_rate_decay"] = options["decay"]
    if options.get("augment"):
        arguments["augmentation"] = "diff_augment"
    if options.get("precision"):
        arguments["dtype"] = options["precision"]
    given = checked(cls, options.get("set"))
    keras.utils.set_random_seed(options["seed"])
    with saying_what_was_set(cls, given, arguments):
        gan = cls(**{**arguments, **given})
    set_learning_rates(gan, options.get("learning_rate"))
    return gan


def _shapes_of(source):
    """Returns the arguments of a model that translates."""
    if source.pairs is None:
        return {}
    a, b = source.pairs.input_shape, source.pairs.target_shape
    return {
        "input_shape": a,
        "output_shape": b,
        "image_shape_b": None if a == b else b,
    }


def _held_out(source, options):
    """Returns the pairs that scores and pictures are of, or `None`."""
    pairs = source.held_out
    if pairs is not None:
        pairs.batch_size = min(options["batch_size"], pairs.count)
    return pairs


def _stream(gan, source, options):
    steps = options["steps_per_epoch"]
    if source.pairs is not None:
        return PairStream(source.pairs, options["batch_size"], batches=steps)
    minibatches = steps and steps * gan._minibatches_per_step
    if source.class_pairs is not None:
        return PairStream(
            source.class_pairs, options["batch_size"], batches=minibatches
        )
    return ImageStream(
        source.fetch,
        source.count,
        source.image_shape,
        has_labels=source.num_classes is not None,
        batch_size=options["batch_size"],
        seed=options["seed"],
        batches=minibatches,
    )


def _say_nothing(line):
    """For processes beside the first one."""
