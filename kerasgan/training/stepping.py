import contextlib

import keras
from keras import ops

from kerasgan import backend
from kerasgan.training.ema import follow
from kerasgan.training.frozen import unfrozen
from kerasgan.training.part import parts_in


class Stepping:
    """What comes with any step; mixed into `AdversarialModel`.

    The seam calls `_training_step` and `_testing_step`, which call what the
    model says of itself: `adversarial_step` and `_evaluation_step`.
    """

    _is_evaluating = False
    _player_losses = _penalties = None

    @property
    def seed_generator(self):
        """The source of all randomness of the running step."""
        if self._is_evaluating:
            return self._evaluation_seed_generator
        return self._training_seeds

    def _penalty_gradients(self, player):
        """Returns the gradients of a player's `weight_penalty`, and its logs.

        Of a loss that is scaled as the player's optimizer wants it; `None`
        and no logs where there is no such penalty.
        """
        variables = self._player_variables()[player]
        is_there = any(variable.regularizer for variable in variables) or any(
            r.is_of_weights and r.acts_on(player) for r in self.regularizers
        )
        if not is_there:
            return None, {}

        def objective():
            penalty, logs = self._weight_penalty(player)
            return self._scale_loss(player, penalty), logs

        _, logs, pullback = backend.vjp(objective, variables)
        return pullback(), logs

    def _note(self, player, loss, logs=None):
        """Counts a loss into `loss` of the logs: the last one of a player.

        Args:
            player: String, the player.
            loss: Scalar.
            logs: Dict of penalties to log, which add up over the players.
        """
        if self._player_losses is not None:
            self._player_losses[player] = loss
            for key, value in (logs or {}).items():
                self._penalties[key] = self._penalties.get(key, 0.0) + value

    def _training_step(self, batch):
        """Runs `adversarial_step`, and all that comes with any step.

        Counters advance, parts act, and what there is to log is logged.
        """
        with self._noting():
            logs = {**self.adversarial_step(batch), **self._penalties}
            shown = _rows_of(batch) * backend.replica_count()
            self.steps_seen.assign_add(1)
            self.images_seen.assign_add(shown)
            self.__dict__["_images_in_step"] = shown
            for part in self._parts:
                logs.update(part.after_step(self, logs) or {})
            return self._log(logs, shown)

    def _testing_step(self, batch):
        """Runs `_evaluation_step`, and logs what it returns."""
        self._is_evaluating = True
        try:
            with self._noting():
                logs = self._evaluation_step(batch)
                return self._log({**logs, **self._penalties}, _rows_of(batch))
        finally:
            self._is_evaluating = False

    @contextlib.contextmanager
    def _noting(self):
        self.__dict__.update(_player_losses={}, _penalties={})
        try:
            yield
        finally:
            # Tensors of a traced step are of no use outside of it.
            self.__dict__.update(
                _player_losses=None, _penalties=None, _images_in_step=None
            )

    def _log(self, values, weight=1):
        """Adds to the running means of this epoch and returns them.

        The key `loss` is added: the sum of the players' losses, and NaN if
        any value is. A game has no such number; it is there for callbacks
        that know no other key, as `keras.callbacks.TerminateOnNaN`.

        Args:
            values: Dict of scalars with the keys of `log_names`.
            weight: Number of images that the values stand for.
        """
        losses = list((self._player_losses or {}).values())
        if not losses:
            losses = [v for k, v in values.items() if k.endswith("_loss")]
        values = {"loss": sum(losses), **values}
        if backend.replica_count() > 1:
            values = {k: ops.cast(v, "float32") for k, v in values.items()}
            means = backend.all_reduce_mean(list(values.values()))
            values = dict(zip(values, means))
        total, others = values.pop("loss"), sum(values.values())
        values = {"loss": total + 0.0 * others, **values}
        for key, metric in self._latest_logs.items():
            if key in values:
                metric.update_state(ops.cast(values.pop(key), "float32"))
        self._log_means.update_state(values, weight)
        return self.get_metrics_result()

    #: Number of images in the running step, of all devices; for parts.
    _images_in_step = None

    @property
    def _parts(self):
        """The `kerasgan.training.Part`s among the attributes."""
        return parts_in(vars(self).values())

    def _follow_networks(self, decay):
        """Moves the averages towards their networks; see `EMA`."""
        for name in self._averages:
            follow(
                getattr(self, name),
                getattr(self, name.removeprefix("ema_")),
                decay,
                self._averaged_weights,
            )

    @property
    def _averaged_weights(self):
        """`id`s of the weights that are averaged, frozen for a while or not."""
        if "_averaged_weights" not in self.__dict__:
            names = [name.removeprefix("ema_") for name in self._averages]
            networks = [getattr(self, name) for name in names]
            with unfrozen(networks):
                self.__dict__["_averaged_weights"] = {
                    id(variable)
                    for network in networks
                    for variable in network.trainable_variables
                }
        return self.__dict__["_averaged_weights"]


def _rows_of(batch):
    return ops.shape(keras.tree.flatten(batch)[0])[0]
