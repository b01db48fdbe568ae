import keras

from kerasgan import backend


@keras.saving.register_keras_serializable(package="kerasgan")
class PlayerOptimizers(keras.optimizers.Optimizer):
    """One optimizer for each player, seen by Keras as a single one.

    Keras' trainers, savers and callbacks know one `model.optimizer`. This
    one holds an optimizer for each player of a game, routes gradients to
    them by the identity of the variables, and presents all of their
    variables as its own, so that every backend carries and saves all of
    their state. `optimizers` lists them, which is what Keras' learning rate
    callbacks look for; each is also an attribute `<player>_optimizer`.

    Args:
        **players: Each player's `keras.optimizers.Optimizer`, one instance a
            player.

    Raises:
        ValueError: If two players share one instance, or a value is not an
            optimizer.

    Example:

    ```python
    import keras
    from kerasgan.optimizers import PlayerOptimizers

    optimizer = PlayerOptimizers(
        generator=keras.optimizers.Adam(1e-4),
        discriminator=keras.optimizers.Adam(4e-4),
    )
    weights = [keras.Variable([1.0]), keras.Variable([1.0])]
    optimizer.build_players(
        {"generator": weights[:1], "discriminator": weights[1:]}
    )
    optimizer.apply([keras.ops.ones(1)], weights[1:])
    assert keras.ops.convert_to_numpy(weights[0])[0] == 1.0
    ```
    """

    def __init__(self, **players):
        super().__init__(learning_rate=0.0, name="player_optimizers")
        for player, optimizer in players.items():
            if not isinstance(optimizer, keras.optimizers.Optimizer):
                raise ValueError(
                    f"`{player}_optimizer` must be a Keras optimizer, its "
                    f"name or its config. Received: {optimizer!r}"
                )
        if len({id(optimizer) for optimizer in players.values()}) < len(
            players
        ):
            raise ValueError(
                "Each player needs an optimizer of its own, because an "
                "optimizer keeps state for the variables it updates. Make "
                "one instance a player. Received the same instance for "
                "several of: "
                + ", ".join(f"`{player}_optimizer`" for player in players)
            )
        self.players = players
        self._variables_of = {}
        for player, optimizer in players.items():
            # Callbacks log `learning_rate_<name>`.
            optimizer.name = player
            setattr(self, f"{player}_optimizer", optimizer)

    def build_players(self, variables):
        """Creates every player's state.

        Args:
            variables: Dict from players to the lists of variables that they
                update.
        """
        for player, optimizer in self.players.items():
            optimizer.build(variables[player])
            self._variables_of[player] = {id(v) for v in variables[player]}
        self.built = True

    @property
    def optimizers(self):
        return list(self.players.values())

    @property
    def variables(self):
        variables = self._variables[:]
        for optimizer in self.optimizers:
            variables.extend(optimizer.variables)
        return variables

    @property
    def learning_rate(self):
        raise AttributeError(
            "Each player has a learning rate of its own: read or set it on "
            + ", ".join(
                f"`gan.{player}_optimizer.learning_rate`"
                for player in self.players
            )
        )

    @learning_rate.setter
    def learning_rate(self, value):
        _ = self.learning_rate

    def apply(self, grads, trainable_variables=None):
        if trainable_variables is None:
            raise ValueError(
                "`trainable_variables` must be given, because gradients are "
                "routed to the players by it. Received: None"
            )
        pairs = list(zip(grads, trainable_variables))
        for player, optimizer in self.players.items():
            known = self._variables_of[player]
            own = [(g, v) for g, v in pairs if id(v) in known]
            if own:
                gradients, variables = map(list, zip(*own))
                backend.apply_gradients(optimizer, gradients, variables)
        self._iterations.assign_add(1)

    def finalize_variable_values(self, var_list):
        for player, optimizer in self.players.items():
            known = self._variables_of[player]
            optimizer.finalize_variable_values(
                [v for v in var_list if id(v) in known]
            )

    def set_weights(self, weights):
        for variable, value in zip(self.variables, weights):
            variable.assign(value)

    def save_own_variables(self, store):
        # The players are attributes, and saved as such.
        store["iterations"] = keras.ops.convert_to_numpy(self._iterations)

    def load_own_variables(self, store):
        self._iterations.assign(store["iterations"][()])

    def get_config(self):
        return {
            player: keras.saving.serialize_keras_object(optimizer)
            for player, optimizer in self.players.items()
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        return cls(
            **{
                player: keras.saving.deserialize_keras_object(
                    optimizer, custom_objects=custom_objects
                )
                for player, optimizer in config.items()
            }
        )
