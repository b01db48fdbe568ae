import contextlib
import csv
import sys
import warnings

import keras

import kerasgan


class NoSignals:
    """What `fit_run` asks where nothing asks for the end of a training.

    Example:

    ```python
    from kerasgan.runs.fit_run import NoSignals

    with NoSignals.deferred():
        assert NoSignals.number is None
    ```
    """

    number = None
    deferred = contextlib.nullcontext


def fit_run(
    gan,
    stream,
    run,
    settings,
    phases,
    sample_every=1,
    signals=NoSignals,
    validation_data=None,
):
    """Trains a model through the phases of its run, and keeps its files.

    It goes on where the model is, in the middle of an epoch too: with the
    batches, the running means and the line in the log that the epoch would
    have had in one piece.

    Args:
        gan: The model, new or as it was saved in the run's folder.
        stream: `ImageStream` with whole epochs.
        run: `RunFolder`, opened.
        settings: Dict of what the run may go on with; see
            `RunFolder.check_same`.
        phases: List of `Phase`s, in the order of their epochs.
        sample_every: Integer, epochs between two sample grids. Defaults to 1.
        signals: Object whose `number` is `None` until the training is to
            end, and whose `deferred()` is a context in which nothing else
            ends it; see `kerasgan.cli.signals`. Defaults to one that never
            asks.
        validation_data: See `kerasgan.models.GAN`'s `fit`. Defaults to
            `None`.

    Returns:
        The model: that of the last phase.

    Raises:
        KeyboardInterrupt: If `signals` asked for the end. The run is saved as
            it was after the last step.
    """
    with signals.deferred():
        done, _, _ = position(gan, stream)
        if kerasgan.distribution.is_first_process():
            run.write_settings(settings)
            run.cut_log(done)
        before = 0
        for phase in phases:
            done, part, _ = position(gan, stream)
            if done < phase.epochs:
                if phase.change and not part and done == before > 0:
                    gan = phase.change(gan)
                _fit_phase(
                    *(gan, stream, run, phase, sample_every, signals),
                    validation_data,
                )
            before = phase.epochs
    return gan


def _fit_phase(gan, stream, run, phase, sample_every, signals, validation_data):
    is_first = kerasgan.distribution.is_first_process()
    done, part, steps = position(gan, stream)
    grid = kerasgan.callbacks.SampleGrid(
        run.samples, every=sample_every, seed=0
    )
    log = _Log(run.log_file, append=done + part > 0)
    # The last that has to do with files: an epoch is complete when it is
    # saved.
    save = _Save(run, gan)
    callbacks = [stream.follow(), _stop_between_steps(gan, signals), grid]
    callbacks += phase.callbacks
    if is_first:
        verbose = 1 if sys.stdout.isatty() else 2
        callbacks += [log, save, _ProgressBar(phase.epochs, verbose)]
    try:
        if part:
            is_last = done + 1 == phase.epochs
            grid.at_end = is_last
            stream.skip = part * gan._minibatches_per_step
            with _without_forecast(not is_last):
                more = [*callbacks, _going_on(gan)]
                _fit(gan, stream, done, done + 1, more, validation_data)
            grid.at_end = True
            stream.skip = 0
            done += 1
        if done < phase.epochs:
            _fit(gan, stream, done, phase.epochs, callbacks, validation_data)
    except _Stopped:
        if is_first:
            save.save()
        if gan._processes > 1:
            gan._any_process(True)  # none ends before the file is there
        raise KeyboardInterrupt(_where(gan, stream)) from None
    finally:
        if is_first:
            log.on_train_end()  # closes the file of a run that was cut off


def position(gan, stream):
    """Returns where a model is in its run.

    It is what the model itself has counted: no second file could disagree.

    Args:
        gan: The model.
        stream: `ImageStream` with whole epochs.

    Returns:
        Number of complete epochs, of steps after them, and of the steps in
        an epoch.
    """
    steps = max(stream.batches // gan._minibatches_per_step, 1)
    return *divmod(_steps_seen(gan), steps), steps


def _fit(gan, stream, first, last, callbacks, validation_data):
    gan.fit(
        stream,
        shuffle=False,
        initial_epoch=first,
        epochs=last,
        verbose=0,
        callbacks=callbacks,
        validation_data=validation_data,
    )


def _steps_seen(gan):
    return int(keras.ops.convert_to_numpy(gan.steps_seen))


def _where(gan, stream):
    done, part, steps = position(gan, stream)
    if part:
        return (
            f"after step {part} of {steps} in epoch {done + 1}; the run is "
            "saved"
        )
    return f"after epoch {done}; the run is saved" if done else "before step 1"


class _Stopped(BaseException):
    """Ends `fit` between two steps; no `except Exception` is in its way."""


def _stop_between_steps(gan, signals):
    """Returns the callback that ends `fit` when it is asked to.

    It looks before each step, where Keras has whole states, and reaches for
    the model only where several processes have to end at the same step.
    """

    def begin(batch, logs=None):
        is_asked = signals.number is not None
        if gan._processes > 1:
            is_asked = gan._any_process(is_asked)
        if is_asked:
            raise _Stopped

    def end(batch, logs=None):
        """Does nothing; without it, Keras calls `begin` in another thread."""

    return keras.callbacks.LambdaCallback(
        on_train_batch_begin=begin, on_train_batch_end=end
    )


def _going_on(gan):
    """Returns the callback that keeps what an epoch has logged so far.

    Keras sets the running means back when an epoch begins, also when it goes
    on.
    """
    variables = [v for metric in gan.metrics for v in metric.variables]
    values = [keras.ops.convert_to_numpy(v).copy() for v in variables]

    def begin(epoch, logs=None):
        for variable, value in zip(variables, values):
            variable.assign(value)

    return keras.callbacks.LambdaCallback(on_epoch_begin=begin)


@contextlib.contextmanager
def _without_forecast(is_wrong):
    """Drops what a model that grows says of the end of each `fit`."""
    with warnings.catch_warnings():
        if is_wrong:
            warnings.filterwarnings("ignore", message="This `fit` ends")
        yield


class _Log(keras.callbacks.CSVLogger):
    """Keras' log, whose columns are those that there is something for.

    Keras adds `val_*` full of `NA` where there is no validation.
    """

    def on_epoch_end(self, epoch, logs=None):
        if self.keys is None:
            self.keys = self._columns() or sorted(logs or {})
        super().on_epoch_end(epoch, logs)

    def _columns(self):
        """Returns the columns of the log that is gone on with."""
        if not self.append:
            return []
        try:
            with open(self.filename, newline="", encoding="utf-8") as file:
                header = next(csv.reader(file), [])
        except OSError:
            return []
        return [name for name in header if name != "epoch"]


class _Save(keras.callbacks.Callback):
    def __init__(self, run, gan):
        super().__init__()
        self.run, self.gan = run, gan
        self.saved_steps = _steps_seen(gan)

    def on_epoch_end(self, epoch, logs=None):
        self.save()

    def save(self):
        steps = _steps_seen(self.gan)
        if steps != self.saved_steps:
            self.gan.save(self.run.model_file)
            self.saved_steps = steps


class _ProgressBar(keras.callbacks.ProgbarLogger):
    """Keras' progress bar, of a run that may be in several `fit`s."""

    # As Keras takes its own to be: no step waits for it.
    async_safe = True

    def __init__(self, epochs, verbose):
        super().__init__()
        self.shown = {"epochs": epochs, "verbose": verbose}

    def set_params(self, params):
        super().set_params({**params, **self.shown})
