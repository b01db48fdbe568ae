import contextlib
import threading

import keras
from keras import ops

from kerasgan import backend
from kerasgan.training.ema import follow
from kerasgan.training.frozen import unfrozen
from kerasgan.training.part import parts_in


class Stepping:
    """What comes with any step; mixed into `AdversarialModel`.

    The seam calls `training_step` and `testing_step`, which call what the
    model says of itself: `adversarial_step` and `evaluation_step`.
    """

    @property
    def _running(self):
        return self.__dict__.setdefault("_running_step", _RunningStep())

    @property
    def _is_evaluating(self):
        return self._running.is_evaluating

    @property
    def is_training(self):
        """Whether the running step trains, rather than evaluates."""
        return not self._is_evaluating

    @property
    def seed_generator(self):
        """The source of all randomness of the running step."""
        if self._is_evaluating:
            return self.evaluation_seed_generator
        return self._training_seeds

    def penalty_gradients(self, player):
        """Returns the gradients of a player's `weight_penalty`, and its logs.

        Of a loss that is scaled as the player's optimizer wants it; `None`
        and no logs where there is no such penalty.
        """
        variables = self.player_variables()[player]
        is_there = any(variable.regularizer for variable in variables) or any(
            r.is_of_weights and r.acts_on(player) for r in self.regularizers
        )
        if not is_there:
            return None, {}

        def objective():
            penalty, logs = self.weight_penalty(player)
            return self.scale_loss(player, penalty), logs

        _, logs, pullback = backend.vjp(objective, variables)
        return pullback(), logs

    def note(self, player, loss, logs=None):
        """Counts a loss into `loss` of the logs: the last one of a player.

        Args:
            player: String, the player.
            loss: Scalar.
            logs: Dict of penalties to log, which add up over the players.
        """
        step = self._running
        if step.player_losses is not None:
            step.player_losses[player] = loss
            for key, value in (logs or {}).items():
                step.penalties[key] = step.penalties.get(key, 0.0) + value

    def training_step(self, batch):
        """Runs `adversarial_step`, and all that comes with any step.

        Counters advance, parts act, and what there is to log is logged.
        """
        with self._noting() as step:
            logs = {**self.adversarial_step(batch), **step.penalties}
            shown = _rows_of(batch) * backend.replica_count()
            self.steps_seen.assign_add(1)
            self.images_seen.assign_add(shown)
            step.images = shown
            logs = self._of_all_replicas(logs)
            for part in self.parts:
                logs.update(_means(part.after_step(self, logs) or {}))
            return self.log(logs, shown)

    def testing_step(self, batch):
        """Runs `evaluation_step`, and logs what it returns."""
        with self._noting(is_evaluating=True) as step:
            logs = {**self.evaluation_step(batch), **step.penalties}
            return self.log(self._of_all_replicas(logs), _rows_of(batch))

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
        return _means({"loss": sum(losses), **values})

    def log(self, values, weight=1):
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
        for key, metric in self.latest_logs.items():
            if key in values:
                metric.update_state(ops.cast(values.pop(key), "float32"))
        self.log_means.update_state(values, weight)
        return self.get_metrics_result()

    @property
    def images_in_step(self):
        """Number of images in the running step, of all devices; for parts."""
        return self._running.images

    @property
    def parts(self):
        """The `kerasgan.training.Part`s among the attributes."""
        return parts_in(vars(self).values())

    def follow_networks(self, decay):
        """Moves the averages towards their networks; see `EMA`."""
        for name in self.averages:
            follow(
                getattr(self, name),
                getattr(self, name.removeprefix("ema_")),
                decay,
                self.averaged_weights,
            )

    @property
    def averaged_weights(self):
        """`id`s of the weights that are averaged, frozen for a while or not."""
        if "_averaged_weights" not in self.__dict__:
            names = [name.removeprefix("ema_") for name in self.averages]
            networks = [getattr(self, name) for name in names]
            with unfrozen(networks):
                self.__dict__["_averaged_weights"] = {
                    id(variable)
                    for network in networks
                    for variable in network.trainable_variables
                }
        return self.__dict__["_averaged_weights"]


class _RunningStep(threading.local):
    """What is noted of the running step, apart for each replica.

    TensorFlow traces the replicas in threads that take turns.
    """

    is_evaluating = False
    player_losses = penalties = images = None

    def begin(self, is_evaluating):
        self.is_evaluating = is_evaluating
        self.player_losses, self.penalties = {}, {}

    def end(self):
        self.is_evaluating = False
        self.player_losses = self.penalties = self.images = None


def _means(values):
    """Returns the means of scalars over the replicas."""
    if backend.replica_count() == 1:
        return values
    values = {k: ops.cast(v, "float32") for k, v in values.items()}
    means = backend.all_reduce_mean(list(values.values()))
    return dict(zip(values, means))


def _rows_of(batch):
    return ops.shape(keras.tree.flatten(batch)[0])[0]
