import threading

import keras
from keras import ops

from kerasgan import backend
from kerasgan.training import data


class Stepping:
    """What a step consists of: updates and penalties; mixed into the base.

    It starts with what a subclass calls in its `adversarial_step`.
    """

    def __getattr__(self, name):
        # `<player>_optimizer`, by which `compile` calls it.
        player = name.removesuffix("_optimizer")
        players = self.__dict__.get("_players", ())
        if player != name and player in players:
            return getattr(self.optimizer, name)
        missing = getattr(super(), "__getattr__", None)
        if missing is not None:
            return missing(name)
        raise AttributeError(
            f"'{type(self).__name__}' object has no attribute '{name}'"
        )

    @property
    def _running(self):
        return self.__dict__.setdefault("_running_step", _RunningStep())

    @property
    def _is_evaluating(self):
        return self._running.is_evaluating

    @property
    def seed_generator(self):
        """The source of all randomness of the running step."""
        if self._is_evaluating:
            return self._evaluation_seed_generator
        return self._training_seeds

    # === What a subclass calls in its step ===

    def unpack(self, batch):
        """Returns `(images, labels)` of a batch, images as float in [-1, 1].

        Args:
            batch: Images, or a tuple of images and labels. uint8 images are
                scaled by `x / 127.5 - 1`.

        Returns:
            Float32 images, and labels or `None`.
        """
        images, labels, _ = keras.utils.unpack_x_y_sample_weight(batch)
        is_bytes = keras.backend.standardize_dtype(images.dtype) == "uint8"
        images = ops.cast(images, "float32")
        if is_bytes:
            images = images / 127.5 - 1.0
        return images, labels

    def augment(self, images, training=True):
        """Returns images as a discriminator sees them.

        Args:
            images: Real or generated, `(batch, height, width, channels)`.
            training: Bool.
        """
        several = self.augmentation
        if several is None:
            return images
        for one in several if isinstance(several, tuple) else (several,):
            if training or one.in_evaluation:
                images = one.apply(
                    images, self.seed_generator, self.images_seen.since()
                )
        return images

    def minimize(self, player, objective, with_penalties=True):
        """Takes one step of a player down its loss.

        In evaluation the loss is computed, and nothing updated.

        Args:
            player: String, name of a network.
            objective: Function of nothing that returns a scalar loss and a
                structure of tensors.
            with_penalties: Bool, whether penalties of the player's weights
                are added: those of its layers and of `regularizers`.
                Defaults to `True`.

        Returns:
            The structure.
        """

        def whole():
            loss, aux = objective()
            penalty, logs = 0.0, {}
            if with_penalties:
                penalty, logs = self._weight_penalty(player)
            total = self._checked_loss(player, loss + penalty)
            return total, (loss, aux, logs)

        def scaled():
            loss, aux = whole()
            return self._scale_loss(player, loss), aux

        variables = self._player_variables()[player]
        if self._is_evaluating or not variables:
            with backend.no_gradients():
                _, (loss, aux, logs) = whole()
        else:
            _, (loss, aux, logs), pullback = backend.vjp(scaled, variables)
            self._update_player(player, pullback())
        self._note(player, loss, logs)
        return aux

    def _compute_once(self, player, compute):
        """Computes what a player makes, for several updates to look at.

        Args:
            player: String, the player.
            compute: Function of nothing that returns a tensor.

        Returns:
            The tensor, without its gradients, and its pullback for
            `_minimize_through`: `None` where the player does not move.
        """
        variables = self._player_variables()[player]
        if self._is_evaluating or not variables:
            with backend.no_gradients():
                return ops.stop_gradient(compute()), None
        made, _, pullback = backend.vjp(lambda: (compute(), None), variables)
        return ops.stop_gradient(made), pullback

    def _minimize_through(self, player, made, pullback, objective):
        """Takes one step of a player, through what it made before.

        It is `minimize`, without a second forward pass of the player: others
        may have been updated since.

        Args:
            player: String, the player.
            made: Tensor that `_compute_once` returned.
            pullback: What it returned besides.
            objective: Function of such a tensor that returns a scalar loss
                and a structure of tensors.

        Returns:
            The structure.
        """

        def scaled(made):
            loss, aux = objective(made)
            self._checked_loss(player, loss)
            return self._scale_loss(player, loss), (loss, aux)

        if pullback is None:
            with backend.no_gradients():
                loss, aux = objective(made)
                _, penalties = self._weight_penalty(player)
            self._note(player, loss, penalties)
            return aux
        _, (loss, aux), gradient = backend.input_gradient(scaled, made)
        gradients = pullback(gradient)
        # What does not pass through the images.
        of_weights, penalties = self._penalty_gradients(player)
        if of_weights is not None:
            gradients = [a + b for a, b in zip(gradients, of_weights)]
        self._update_player(player, gradients)
        self._note(player, loss, penalties)
        return aux

    def _checked_loss(self, player, loss):
        """Returns a loss, or raises unless it is one number."""
        shape = tuple(getattr(loss, "shape", ()))
        if shape:
            raise ValueError(
                f"The loss of `{player}` must be one number. Received: shape "
                f"{shape}. Take the mean of it, `keras.ops.mean(loss)`"
            )
        return loss

    # === Players ===

    def _networks_of(self, player):
        """Returns the networks of which a player updates the weights."""
        network = getattr(self, player, None)
        return [] if network is None else [network]

    #: Players whatever of their networks is frozen when the model is made.
    _player_names = ()

    def _find_players(self):
        """Returns the names of all players.

        They are `_player_names`, and each trainable network that is of none
        of these.
        """
        owned = {
            id(network)
            for player in self._player_names
            for network in self._networks_of(player)
        }
        others = [
            name
            for name in self._networks_of_players
            if id(getattr(self, name)) not in owned
        ]
        return (*self._player_names, *others)

    def _player_variables(self):
        """Returns a dict from players to the variables each updates.

        The default makes every network that has trainable variables when the
        model is made a player. Frozen layers have no part in it: a player of
        whom nothing is left has an empty list, and does not move.
        """
        if self._variables_now is not None:
            return self._variables_now
        return self._variables_of_players()

    def _variables_of_players(self):
        return {
            player: [
                variable
                for network in self._networks_of(player)
                for variable in network.trainable_variables
            ]
            for player in self._players
        }

    @property
    def optimizer(self):
        """The `PlayerOptimizers`, one optimizer for each player."""
        if self._optimizer is None:
            self._make_optimizers()
        return self._optimizer

    @optimizer.setter
    def optimizer(self, optimizer):
        self.__dict__["_optimizer"] = optimizer

    _optimizer = None

    def _updates_of(self, player):
        """Returns how many updates a player had, `None` in evaluation."""
        if self._is_evaluating:
            return None
        return self.optimizer.players[player].iterations

    def _update_player(self, player, gradients):
        """Averages gradients over replicas and applies them to a player."""
        variables = self._player_variables()[player]
        for regularizer in self.regularizers:
            gradients = regularizer.adjust_gradients(
                player, gradients, variables
            )
        if self._has_replicas:
            gradients = backend.all_reduce_mean(gradients)
        optimizer = self.optimizer
        backend.apply_gradients(optimizer.players[player], gradients, variables)
        optimizer.iterations.assign_add(1)

    def _scale_loss(self, player, loss):
        """Scales a loss as the player's optimizer wants it for float16."""
        return self.optimizer.players[player].scale_loss(loss)

    # === Penalties ===

    def _weight_penalty(self, player):
        """Returns the penalty of a player's weights, and a dict to log.

        It is that of its layers (`kernel_regularizer` and the like), and of
        those `regularizers` that are of weights.
        """
        penalty, logs = 0.0, {}
        for network in self._networks_of(player):
            for variable in network.trainable_variables:
                if variable.regularizer:
                    penalty = penalty + variable.regularizer(variable)
            for regularizer in self.regularizers:
                if regularizer.is_of_weights and regularizer.acts_on(player):
                    value = regularizer.of_weights(
                        network,
                        self._updates_of(player),
                        self.images_seen.since(),
                    )
                    name = regularizer.name
                    logs[name] = logs.get(name, 0.0) + value
                    penalty = penalty + value
        return penalty, logs

    def _penalty_gradients(self, player):
        """Returns the gradients of a player's `_weight_penalty`, and its logs.

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

    def _image_penalty(
        self, player, logits_of, real, fake, real_logits, training
    ):
        """Returns the sum of a player's penalties of images, and what to log.

        Args:
            player: String, the player, a discriminator.
            logits_of: Function from images to its logits.
            real: Real images, `(batch, height, width, channels)`.
            fake: Generated images, the same shape, detached.
            real_logits: Logits of the real images.
            training: Bool.
        """
        total, logs = 0.0, {}
        update = self._updates_of(player) if training else None
        for regularizer in self.regularizers:
            if regularizer.is_of_weights or not regularizer.acts_on(player):
                continue
            penalty = regularizer(
                logits_of,
                real,
                fake,
                real_logits,
                update,
                self.seed_generator,
                self.images_seen.since(),
            )
            logs[regularizer.name] = penalty
            total = total + penalty
        return total, logs

    # === Around each step ===

    def _note(self, player, loss, logs=None):
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

    def _sharded(self, structure):
        """Shards what was made in a step over the devices, as batches are."""
        if self._has_replicas:
            return backend.shard_batch(structure)
        return structure

    def _minibatch(self, images, labels, index):
        """Returns one of the minibatches of a step; they follow each other."""
        count = self._minibatches_per_step
        if count == 1:
            return images, labels
        return self._sharded(
            [data.part(x, index, count) for x in (images, labels)]
        )


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
