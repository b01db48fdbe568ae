import inspect

import keras

import kerasgan
from kerasgan.cli import translators
from kerasgan.cli.open_data import folder_of
from kerasgan.cli.open_data import open_data
from kerasgan.cli.open_data import open_pairs
from kerasgan.datasets.image_stream import ImageStream
from kerasgan.datasets.pair_stream import PairStream
from kerasgan.runs.fit_run import NoSignals
from kerasgan.runs.fit_run import fit_run
from kerasgan.runs.fit_run import position
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
        model: Name of the model, as `kerasgan.applications.get` takes it.
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
    cls = kerasgan.applications.get(model)
    run = RunFolder(out)
    if not kerasgan.distribution.is_first_process():
        say = _say_nothing
    with run.opened(resume) as stored:
        stored = translators.completed(stored or {})
        kept = {key: stored[key] for key in options if key in stored}
        options = {**options, **kept, **{key: options[key] for key in given}}
        if "batch_size" not in {*given, *stored}:
            usual = translators.usual_batch_size(cls)
            options["batch_size"] = usual or options["batch_size"]
        taken = inspect.signature(cls).parameters
        _check_kimg(cls, taken, options.get("kimg"))
        translators.check_pretraining(cls, options.get("pretraining_epochs"))
        source = _open(cls, taken, options)
        settings = _settings(cls, source, options)
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
        if part:
            say(f"Epoch {done + 1} goes on after {part} of its {steps} steps.")
        fit_run(
            *(gan, stream, run, settings, translators.phases_of(options)),
            sample_every=options["sample_every"],
            signals=signals,
            validation_data=_held_out(source, options),
        )
    say(f"Samples: {max(run.samples.glob('*.png'), default=run.samples)}")
    say(f"Model:   {run.model_file}")


def _open(cls, taken, options):
    """Returns the `Source` that a model learns from."""
    if translators.takes_two_kinds(cls):
        return open_pairs(options, translators.is_paired(cls))
    for name in translators.OPTIONS:
        if options.get(name) not in (None, ()):
            raise ValueError(
                f"`--{name.replace('_', '-')}` is for models of two kinds of "
                f"images, and {cls.__name__} has one. Received: "
                f"{options[name]}. Leave it out."
            )
    return open_data(
        options["data"],
        options["image_size"],
        options["grayscale"],
        labeled="num_classes" in taken,
    )


def _check_kimg(cls, taken, kimg):
    if kimg is not None and "kimg" not in taken:
        raise ValueError(
            f"`--kimg` is for a model that grows, and {cls.__name__} does "
            f"not. Received: --kimg {kimg:g}. Leave it out."
        )


def _settings(cls, source, options):
    return {
        **options,
        "model": cls.__name__,
        "data": source.name,
        "images": source.count,
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
    keras.utils.set_random_seed(options["seed"])
    return cls(**arguments)


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
    return ImageStream(
        source.fetch,
        source.count,
        source.image_shape,
        has_labels=source.num_classes is not None,
        batch_size=options["batch_size"],
        seed=options["seed"],
        batches=steps and steps * gan._minibatches_per_step,
    )


def _say_nothing(line):
    """For processes beside the first one."""
