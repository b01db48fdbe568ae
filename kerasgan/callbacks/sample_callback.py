import warnings

import keras
import numpy as np

from kerasgan.utils.image_grid import check_whole_number
from kerasgan.utils.image_grid import image_grid
from kerasgan.utils.look_up import look_up

_UNITS = {"epoch": "epoch", "step": "step"}


class SampleCallback(keras.callbacks.Callback):
    """Base of the callbacks that look at the same samples again and again.

    It decides when to draw, draws with `generate` the images of one seed, and
    hands the grid to `on_samples`. Nothing that training depends on is
    changed. In a run of several processes only the first one draws.

    Args:
        every: Number of epochs or steps between two drawings. Defaults to 1.
        unit: `"epoch"` or `"step"` (one step is one update of the generator).
            Defaults to `"epoch"`.
        n: Number of images. Defaults to `None`, which is 64, or as many of
            them as make whole rows of all classes of a conditional model.
        seed: Seed of the latents. Defaults to 0.
        labels: For conditional models, one class an image, shape `(n,)`.
            Defaults to `None`: the classes in their order, again and again.
        columns: Images in a row. Defaults to `None`: the number of classes
            where it is at most 16 and `labels` are not given, otherwise as
            square as possible.

    Raises:
        ValueError: If an argument is out of its range, or, when training
            begins, if the model is none that generates or has no such labels.
    """

    def __init__(
        self, every=1, unit="epoch", n=None, seed=0, labels=None, columns=None
    ):
        super().__init__()
        check_whole_number(every, 1, "every")
        look_up(unit, _UNITS, "unit")
        check_whole_number(seed, 0, "seed")
        for argument, value in (("n", n), ("columns", columns)):
            if value is not None:
                check_whole_number(value, 1, argument)
        self.every = every
        self.unit = unit
        self.n = n
        self.seed = seed
        self.labels = None if labels is None else _check_labels(labels, n)
        self.columns = columns
        # In epochs the batch hooks do nothing, so Keras may call them late.
        self.async_safe = unit == "epoch"
        self._epoch = 0
        self._step = None
        self._drawn_step = None
        self._warned = False

    def on_samples(self, grid, epoch, step):
        """Called with each drawing; to be overridden.

        Args:
            grid: uint8 array `(height, width, channels)`.
            epoch: Number of epochs that are complete.
            step: Number of steps that the model has taken in all its life.
        """
        raise NotImplementedError

    def on_run_begin(self, epoch, step):
        """Called when a run begins, after backups are restored.

        Args:
            epoch: Number of epochs that are complete.
            step: Number of steps that the model has taken in all its life.
        """

    def on_train_begin(self, logs=None):
        self._plan(self.model)
        self._step = None
        self._drawn_step = None

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = epoch
        if self._step is None:
            # Not in `on_train_begin`, where `BackupAndRestore` may follow.
            self._step = self._epoch_start = self._count_steps()
            if self._is_first_process():
                self.on_run_begin(epoch, self._step)
        self._epoch_start = self._step

    def on_train_batch_end(self, batch, logs=None):
        if self.unit == "epoch":
            return
        # Keras skips batches where `steps_per_execution` is above 1.
        before, self._step = self._step, self._epoch_start + batch + 1
        if before // self.every < self._step // self.every:
            self._draw()

    def on_epoch_end(self, epoch, logs=None):
        self._epoch = epoch + 1
        self._step = self._count_steps()
        if self.unit == "epoch" and self._epoch % self.every == 0:
            self._draw()

    def on_train_end(self, logs=None):
        if self._step is not None and self._drawn_step != self._step:
            self._draw()

    def _plan(self, model):
        for name in ("generate", "steps_seen"):
            if not hasattr(model, name):
                raise ValueError(
                    f"{type(self).__name__} needs a model of kerasgan, which "
                    f"has `{name}`. Received: {type(model).__name__}."
                )
        classes = getattr(model, "num_classes", None)
        self._n, self._columns = self.n or 64, self.columns
        self._options = {}
        if self.labels is not None:
            _check_classes(self.labels, classes)
            self._n = len(self.labels)
            self._options = {"labels": self.labels}
        elif classes:
            if self.n is None:
                self._n = min(max(64 // classes, 1) * classes, 64)
            labels = np.arange(self._n, dtype="int32") % classes
            self._options = {"labels": labels}
            if self.columns is None and classes <= 16:
                self._columns = classes

    def _count_steps(self):
        return int(keras.ops.convert_to_numpy(self.model.steps_seen))

    def _is_first_process(self):
        from kerasgan.backend import process_index

        return process_index() == 0

    def _draw(self):
        if not self._is_first_process():
            return
        self._drawn_step = self._step
        # Through `self.model`: on JAX this brings the state of the running
        # epoch back into the model.
        images = self.model.generate(self._n, seed=self.seed, **self._options)
        if not np.isfinite(images).all():
            if not self._warned:
                warnings.warn(
                    f"{type(self).__name__} leaves out its pictures from step "
                    f"{self._step} on while the generator makes NaN: its "
                    "training diverged. `keras.callbacks.TerminateOnNaN` "
                    "stops such a run.",
                    stacklevel=2,
                )
            self._warned = True
            return
        self.on_samples(
            image_grid(images, self._columns), self._epoch, self._step
        )


def _check_labels(labels, n):
    labels = np.asarray(labels)
    if labels.ndim != 1 or not len(labels) or labels.dtype.kind not in "iu":
        raise ValueError(
            "`labels` must be a list of whole numbers, one an image. "
            f"Received: shape {labels.shape}, dtype {labels.dtype}."
        )
    if n is not None and n != len(labels):
        raise ValueError(
            f"`labels` must hold one class for each of the `n` images. "
            f"Received: {len(labels)} labels and n={n}."
        )
    return labels.astype("int32")


def _check_classes(labels, classes):
    if not classes:
        raise ValueError(
            "`labels` must be None for a model without classes. "
            f"Received: {len(labels)} labels."
        )
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError(
            f"`labels` must lie in [0, {classes}), the classes of the model. "
            f"Received: values from {labels.min()} to {labels.max()}."
        )
