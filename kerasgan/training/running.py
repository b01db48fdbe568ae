import contextlib

import keras
from keras import ops

from kerasgan import backend
from kerasgan.training.part import parts_in


class Running:
    """Runs each step, and all that comes with any; mixed into the base.

    The seam calls `_training_step` and `_testing_step`, which call what the
    model says of itself: `adversarial_step` and `_evaluation_step`.
    """

    def _training_step(self, batch):
        """Runs `adversarial_step`, and all that comes with any step.

        Counters advance, parts act, and what there is to log is logged.
        """
        with self._noting() as step:
            logs = {**self.adversarial_step(batch), **step.penalties}
            shown = _rows_of(batch)
            if self._has_replicas:
                shown = shown * backend.replica_count()
            self.steps_seen.assign_add(1)
            self.images_seen.assign_add(shown)
            step.images = shown
            logs = self._of_all_replicas(logs)
            for part in self._parts:
                logs.update(self._means(part.after_step(self, logs) or {}))
            return self._log(logs, shown)

    def _testing_step(self, batch):
        """Runs `_evaluation_step`, and logs what it returns."""
        with self._noting(is_evaluating=True) as step:
            logs = {**self._evaluation_step(batch), **step.penalties}
            return self._log(self._of_all_replicas(logs), _rows_of(batch))

    @contextlib.contextmanager
    def _noting(self, is_evaluating=False):
        step = self._running
        step.begin(is_evaluating)
        try:
            yield step
        finally:
            # Tensors of a traced step are of no use outside of it.
            step.end()

    def _of_all_replicas(self, values):
        """Returns the means of logs over the replicas, `loss` among them."""
        losses = list(self._running.player_losses.values())
        if not losses:
            losses = [v for k, v in values.items() if k.endswith("_loss")]
        return self._means({"loss": sum(losses), **values})

    def _means(self, values):
        """Returns the means of scalars over the replicas."""
        if not self._has_replicas:
            return values
        values = {k: ops.cast(v, "float32") for k, v in values.items()}
        means = backend.all_reduce_mean(list(values.values()))
        return dict(zip(values, means))

    def _log(self, values, weight=1):
        """Adds to the running means of this epoch and returns them.

        The key `loss` is the sum of the players' losses, and NaN if any
        value is. A game has no such number; it is there for callbacks that
        know no other key, as `keras.callbacks.TerminateOnNaN`.

        Args:
            values: Dict of scalars with the keys of `log_names` and `loss`,
                the same on all replicas.
            weight: Number of images that the values stand for.
        """
        values = dict(values)
        total, others = values.pop("loss"), sum(values.values())
        values = {"loss": total + 0.0 * others, **values}
        for key, metric in self._latest_logs.items():
            if key in values:
                metric.update_state(ops.cast(values.pop(key), "float32"))
        self._log_means.update_state(values, weight)
        return self.get_metrics_result()

    @property
    def _images_in_step(self):
        """Number of images in the running step, of all devices; for parts."""
        return self._running.images

    @property
    def metrics(self):
        """Means over the epoch, and what shows its last step."""
        return [self._log_means, *self._latest_logs.values()]

    @property
    def _parts(self):
        """The `kerasgan.training.Part`s among the attributes."""
        # Looking through all attributes takes longer than many a small step.
        if self.__dict__.get("_known_parts") is None:
            self.__dict__["_known_parts"] = parts_in(vars(self).values())
        return self.__dict__["_known_parts"]


def _rows_of(batch):
    return ops.shape(keras.tree.flatten(batch)[0])[0]
