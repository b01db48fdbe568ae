import difflib

import keras

from kerasgan import backend
from kerasgan import losses
from kerasgan.optimizers import PlayerOptimizers


class Compilation:
    """Optimizers of a model's players; mixed into `AdversarialModel`.

    A model that only draws has none: they are made by `compile`, or by the
    first `fit` or whatever else asks for `optimizer`.
    """

    def _default_optimizers(self):
        """Returns a dict from players to the optimizers of the paper.

        Players that it lacks must be given theirs in `compile`.
        """
        return {}

    def compile(
        self,
        *in_order,
        loss=None,
        run_eagerly=False,
        jit_compile="auto",
        steps_per_execution=1,
        **optimizers,
    ):
        """Sets the optimizers of the players, and the loss if one is given.

        A model that is trained without it has the optimizers of the paper;
        calling this again starts with fresh ones.

        Args:
            *in_order: Optimizers, in the order of the players: those of a GAN
                are the generator and the discriminator.
            loss: `kerasgan.losses.AdversarialLoss`, its name, or `None` to
                keep what the model has.
            run_eagerly: Bool, as in `keras.Model.compile`.
            jit_compile: Bool or `"auto"`, as in `keras.Model.compile`.
            steps_per_execution: Integer, in training steps, as in
                `keras.Model.compile`; torch has only 1.
            **optimizers: `<player>_optimizer` for each player: a Keras
                optimizer, its name or its config. Defaults to those of
                the paper, where the model has some.
        """
        variables = self._optimized_variables()
        names = [f"{player}_optimizer" for player in variables]
        if len(in_order) > len(names):
            raise ValueError(
                f"`compile` takes {len(names)} optimizers, in the order "
                f"{', '.join(names)}, and all else by name. Received: "
                f"{len(in_order)} arguments without a name"
            )
        optimizers = {**dict(zip(names, in_order)), **optimizers}
        for name in optimizers:
            if name not in names:
                raise _unknown_argument(name, names)
        loss = None if loss is None else losses.get(loss)
        with self._distribution_scope():
            defaults = self._default_optimizers()
        players = {}
        for player in variables:
            name = f"{player}_optimizer"
            optimizer = optimizers.pop(name, None) or defaults.get(player)
            if optimizer is None:
                raise ValueError(f"`{name}` must be given. Received: None")
            with self._distribution_scope():
                optimizer = self._scaled(_optimizer_of(name, optimizer))
            self._check_placement(name, optimizer.variables)
            players[player] = optimizer
        with self._distribution_scope():
            group = PlayerOptimizers(**players)
            group.build_players(variables)
            backend.set_memory_format(group.variables)
            super().compile(
                optimizer=group,
                loss=None,
                run_eagerly=run_eagerly,
                jit_compile=jit_compile,
                steps_per_execution=steps_per_execution,
                auto_scale_loss=False,
            )
        self.loss = loss
        # What "auto" becomes differs between backends: saved as it was said.
        self._said_jit_compile = jit_compile

    def _make_optimizers(self):
        """Makes those of the paper, unless some were made."""
        # A model that is being made has no networks yet.
        is_whole = self.__dict__.get("built") and not self._is_compiling
        if self._optimizer is not None or not is_whole:
            return
        # What makes variables may ask for the optimizer on its way.
        self.__dict__["_is_compiling"] = True
        try:
            if self._default_optimizers():
                self.compile()
        finally:
            self.__dict__["_is_compiling"] = False

    _is_compiling = False

    def _check_compiled(self):
        if self._optimizer is None:
            names = self._optimized_variables()
            raise ValueError(
                f"`compile` must be called first, because "
                f"{type(self).__name__} has no optimizers of a paper: "
                "`compile("
                + ", ".join(f"{name}_optimizer=..." for name in names)
                + ")`"
            )

    def _scaled(self, optimizer):
        """Wraps an optimizer in loss scaling where float16 is computed."""
        is_half = any(
            layer.compute_dtype == "float16"
            for name in self._network_names
            for layer in getattr(self, name).layers
        )
        if not is_half or isinstance(
            optimizer, keras.optimizers.LossScaleOptimizer
        ):
            return optimizer
        return keras.optimizers.LossScaleOptimizer(optimizer)

    def get_compile_config(self):
        """Returns what `compile` was told, for files."""
        self._make_optimizers()
        if not self.compiled:
            return {}
        return {
            "run_eagerly": self.run_eagerly,
            "jit_compile": self._said_jit_compile,
            "steps_per_execution": self.steps_per_execution,
            **{
                f"{player}_optimizer": keras.saving.serialize_keras_object(
                    optimizer
                )
                for player, optimizer in self.optimizer.players.items()
            },
        }

    def compile_from_config(self, config):
        """Compiles as a file says."""
        self.compile(**{**config, **self._fixed_compile_arguments})


# What Keras' `compile` takes, or what others call it, and what is meant.
_INSTEAD = {
    "loss_weights": "Weights of losses are arguments of the model",
    "metrics": "Scores are measured by `kerasgan.evaluate(gan, images)`, and "
    "while it trains by `kerasgan.callbacks.GenerativeMetrics`",
    "weighted_metrics": "Examples have no weights in a game",
}


def _unknown_argument(name, names):
    """Returns the error for an argument that `compile` has not."""
    each = ", ".join(f"`{one}=`" for one in names)
    advice = _INSTEAD.get(name)
    if advice is None:
        near = difflib.get_close_matches(name, (*names, *_OTHERS), 1, 0.6)
        advice = f"Each player has an optimizer of its own: write {each}"
        if near and name not in ("optimizer", "optimizers"):
            advice = f"Did you mean `{near[0]}`? {advice}"
    return ValueError(
        f"`compile` takes one optimizer a player, {each}, and `loss`, "
        f"`run_eagerly`, `jit_compile` and `steps_per_execution`. {advice}. "
        f"Received: `{name}`"
    )


_OTHERS = ("loss", "run_eagerly", "jit_compile", "steps_per_execution")


def _optimizer_of(name, identifier):
    """Returns a Keras optimizer, or raises what names the argument."""
    try:
        return keras.optimizers.get(identifier)
    except ValueError as error:
        raise ValueError(
            f"`{name}` must be a Keras optimizer, its name or its config, such "
            f"as `keras.optimizers.Adam(2e-4)`. Received: {identifier!r}"
        ) from error
