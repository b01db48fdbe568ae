"""Callbacks where several processes train one model."""

import keras

from kerasgan import backend

# Callbacks of Keras that write files, which one process does for all.
_WRITERS = (
    "BackupAndRestore",
    "CSVLogger",
    "ModelCheckpoint",
    "RemoteMonitor",
    "TensorBoard",
)


class _Together(keras.callbacks.Callback):
    """Starts and stops all processes of a run at the same points."""

    def on_train_begin(self, logs=None):
        self.model._start_together()

    def on_epoch_end(self, epoch, logs=None):
        model = self.model
        model.stop_training = model._any_process(model.stop_training)


class _Alone(keras.callbacks.Callback):
    """Calls a callback of one process apart from the others.

    What it does there, such as to make variables for a moment, would wait
    for the other processes to do the same.
    """

    def __init__(self, callback):
        super().__init__()
        self.callback = callback

    def set_params(self, params):
        super().set_params(params)
        self.callback.set_params(params)

    def set_model(self, model):
        super().set_model(model)
        self.callback.set_model(model)


def _apart(name):
    def hook(self, *args, **kwargs):
        call = getattr(self.callback, name)
        if name == "on_epoch_end":
            # No file is begun if the epoch has failed.
            self.model._finish_step()
        return backend.outside_distribution(lambda: call(*args, **kwargs))

    return hook


for _name in dir(keras.callbacks.Callback):
    if _name.startswith("on_"):
        setattr(_Alone, _name, _apart(_name))


def work_together(model, callbacks, verbose):
    """Returns what `fit` calls and prints in this process of a run.

    Args:
        model: The model.
        callbacks: List of callbacks, or `None`.
        verbose: As given to `fit`.
    """
    if model._processes == 1 or isinstance(
        callbacks, keras.callbacks.CallbackList
    ):
        return callbacks, verbose
    if callbacks is None:
        callbacks = []
    elif not isinstance(callbacks, (list, tuple)):
        callbacks = [callbacks]
    if backend.process_index() != 0:
        callbacks = [c for c in callbacks if not _is_writer(c)]
        verbose = 0
    callbacks = [_Alone(callback) for callback in callbacks]
    # The last: others may load weights when training begins.
    return [*callbacks, _Together()], verbose


def _is_writer(callback):
    return any(
        cls.__name__ in _WRITERS and cls.__module__.startswith("keras")
        for cls in type(callback).__mro__
    )
