import warnings

import keras
import numpy as np

from kerasgan.utils import check_count
from kerasgan.utils.look_up import look_up

_UNITS = {"epoch": "epoch", "step": "step"}


class PeriodicCallback(keras.callbacks.Callback):
    """Base of the callbacks that look at a model at intervals.

    It decides when to look, and asks the model for images. Nothing that
    training depends on is changed. In a run of several processes only the
    first one looks, unless `in_all_processes` says otherwise.

    Args:
        every: Number of epochs or steps between two looks. Defaults to 1.
        unit: `"epoch"` or `"step"` (one step is one update of the generator).
            Defaults to `"epoch"`.

    Raises:
        ValueError: If an argument is out of its range, or, when training
            begins, if the model is none that generates.
    """

    #: Whether every process of a run looks, rather than the first alone.
    in_all_processes = False
    #: What a model must have.
    needs = ("generate", "steps_seen")
    #: Whether to look at the end of `fit`, if not just done.
    at_end = True
    #: What is left out where the images are not finite, for the warning.
    what = "pictures"

    def __init__(self, every=1, unit="epoch"):
        super().__init__()
        check_count("every", every)
        look_up(unit, _UNITS, "unit")
        self.every = every
        self.unit = unit
        # In epochs the batch hooks do nothing, so Keras may call them late.
        self.async_safe = unit == "epoch"
        self._epoch = 0
        self._step = None
        self._acted_step = None
        self._warned = False

    def on_due(self, epoch, step, logs):
        """Called when it is time to look; to be overridden.

        Args:
            epoch: Number of epochs that are complete.
            step: Number of steps that the model has taken in all its life.
            logs: Dict of Keras' logs, of the epoch if one is complete.
        """
        raise NotImplementedError

    def on_run_begin(self, epoch, step):
        """Called when a run begins, after backups are restored.

        Args:
            epoch: Number of epochs that are complete.
            step: Number of steps that the model has taken in all its life.
        """

    def on_train_begin(self, logs=None):
        for name in self.needs:
            if not hasattr(self.model, name):
                raise ValueError(
                    f"{type(self).__name__} needs a model of kerasgan, which "
                    f"has `{name}`. Received: {type(self.model).__name__}."
                )
        self._step = None
        self._acted_step = None

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = epoch
        if self._step is None:
            # Not in `on_train_begin`, where `BackupAndRestore` may follow.
            self._step = self._epoch_start = self._count_steps()
            if self._is_active():
                self.on_run_begin(epoch, self._step)
        self._epoch_start = self._step

    def on_train_batch_end(self, batch, logs=None):
        if self.unit == "epoch":
            return
        # Keras skips batches where `steps_per_execution` is above 1.
        before, self._step = self._step, self._epoch_start + batch + 1
        if before // self.every < self._step // self.every:
            self._act(logs)

    def on_epoch_end(self, epoch, logs=None):
        self._epoch = epoch + 1
        self._step = self._count_steps()
        if self.unit == "epoch" and self._epoch % self.every == 0:
            self._act(logs)

    def on_train_end(self, logs=None):
        is_new = self._step is not None and self._acted_step != self._step
        if self.at_end and is_new:
            self._act(logs)

    def render(self, n, seed, asked):
        """Returns pictures of the model, `None` where they are not finite.

        That they are not is said in a warning, once. They come with the
        number of them that makes a row, or `None`.

        Args:
            n: Integer, how many images.
            seed: Integer, of the latents.
            asked: Dict of further arguments of `generate`.
        """
        # Through `self.model`: on JAX this brings the state of the running
        # epoch back into the model.
        if hasattr(self.model, "_sample_pictures"):
            images, columns = self.model._sample_pictures(n, seed, **asked)
        else:
            images, columns = self.model.generate(n, seed=seed, **asked), None
        if np.isfinite(images).all():
            return images, columns
        self._warn_of_nan()
        return None, None

    def finite(self, batches):
        """Yields batches of images of the model until one is not finite.

        Then `is_finite` is false, and that they are not is said in a
        warning, once.

        Args:
            batches: Iterable of arrays.
        """
        self.is_finite = True
        for images in batches:
            if not np.isfinite(images).all():
                self.is_finite = False
                self._warn_of_nan()
                return
            yield images

    def _warn_of_nan(self):
        if not self._warned:
            warnings.warn(
                f"{type(self).__name__} leaves out its {self.what} from step "
                f"{self._step} on while the generator makes NaN: its "
                "training diverged. `keras.callbacks.TerminateOnNaN` "
                "stops such a run.",
                stacklevel=3,
            )
        self._warned = True

    def _count_steps(self):
        return int(keras.ops.convert_to_numpy(self.model.steps_seen))

    def _is_first_process(self):
        from kerasgan.backend import process_index

        return process_index() == 0

    def _is_active(self):
        return self.in_all_processes or self._is_first_process()

    def _act(self, logs=None):
        from kerasgan.backend import outside_distribution

        if self._is_active():
            self._acted_step = self._step
            # An empty dict too, into which values may be put.
            logs = {} if logs is None else logs
            outside_distribution(
                lambda: self.on_due(self._epoch, self._step, logs)
            )
