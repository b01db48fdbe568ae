import inspect
import sys

import keras

import kerasgan
from kerasgan.cli.image_stream import ImageStream
from kerasgan.cli.opening import open_data
from kerasgan.cli.run_folder import RunFolder
from kerasgan.utils.writing import replacing


def train(
    model,
    out,
    options,
    given,
    resume,
    say,
    devices=1,
    deterministic=False,
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

    Raises:
        ValueError: If an option is out of its range, or is not the run's.
        OSError: If data cannot be read or the folder cannot be written to.

    Example:

    ```python
    import tempfile
    from kerasgan.cli.training import train

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
    is_first = kerasgan.distribution.is_first_process()
    if not is_first:
        say = _say_nothing
    if resume:
        stored = run.read_settings()
        kept = {key: stored[key] for key in options if key in stored}
        options = {**options, **kept, **{key: options[key] for key in given}}
    elif is_first:
        run.check_free()
    taken = inspect.signature(cls).parameters
    kimg = options.get("kimg")
    if kimg is not None and "kimg" not in taken:
        raise ValueError(
            f"`--kimg` is for a model that grows, and {cls.__name__} does "
            f"not. Received: --kimg {kimg:g}. Leave it out."
        )
    source = open_data(
        options["data"],
        options["image_size"],
        options["grayscale"],
        labeled="num_classes" in taken,
    )
    settings = {
        **options,
        "model": cls.__name__,
        "data": source.name,
        "images": source.count,
        "image_shape": list(source.image_shape),
        "image_size": options["image_size"] and list(options["image_size"]),
        "backend": keras.backend.backend(),
    }
    if resume:
        run.check_same(stored, settings)
    if deterministic:
        kerasgan.utils.make_deterministic(options["seed"])
    with kerasgan.distribution.data_parallel(devices):
        if run.model_file.exists():
            gan = kerasgan.load_model(run.model_file)
        else:
            arguments = {
                "image_shape": source.image_shape,
                "num_classes": source.num_classes,
                "seed": options["seed"],
                "kimg": kimg,
            }
            arguments = {k: v for k, v in arguments.items() if k in taken}
            if options.get("augment"):
                arguments["augmentation"] = "diff_augment"
            keras.utils.set_random_seed(options["seed"])
            gan = cls(**arguments)
    steps, minibatches = options["steps_per_epoch"], gan.minibatches_per_step
    stream = ImageStream(
        source.fetch,
        source.count,
        source.image_shape,
        has_labels=source.num_classes is not None,
        batch_size=options["batch_size"],
        seed=options["seed"],
        batches=steps and steps * minibatches,
    )
    # What the model itself has counted: no second file that could disagree.
    seen = int(keras.ops.convert_to_numpy(gan.steps_seen))
    done = seen // max(stream.num_batches // minibatches, 1)
    if done >= options["epochs"]:
        say(f"The run has {done} epochs already. `--epochs` asks for more.")
        return
    if is_first:
        run.write_settings(settings)
        run.cut_log(done)
    say(
        f"{cls.__name__} on {source.count} images of {source.name}, "
        f"{keras.backend.backend()}, epochs {done + 1} to {options['epochs']}"
    )
    log = keras.callbacks.CSVLogger(run.log_file, append=done > 0)
    callbacks = [
        stream.follow(),
        kerasgan.callbacks.SampleGrid(
            run.samples, every=options["sample_every"], seed=0
        ),
    ]
    if is_first:
        # The last: an epoch is complete when it is saved.
        callbacks += [log, _save_after_each_epoch(run)]
    try:
        gan.fit(
            stream,
            shuffle=False,
            initial_epoch=done,
            epochs=options["epochs"],
            verbose=1 if sys.stdout.isatty() else 2,
            callbacks=callbacks,
        )
    finally:
        if is_first:
            log.on_train_end()  # closes the file of a run that was cut off
    say(f"Samples: {max(run.samples.glob('*.png'), default=run.samples)}")
    say(f"Model:   {run.model_file}")


def _say_nothing(line):
    """For processes beside the first one."""


def _save_after_each_epoch(run):
    class Save(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            # A kill in the middle leaves the file of the epoch before.
            with replacing(run.model_file, "--out") as temporary:
                self.model.save(temporary)

    return Save()
