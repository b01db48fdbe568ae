import contextlib

import keras
import numpy as np
from keras import ops

from kerasgan import backend
from kerasgan.models.checks import check_built
from kerasgan.models.counter import Counter
from kerasgan.models.fitting import Fitting
from kerasgan.models.frozen import unfrozen
from kerasgan.models.latest import Latest
from kerasgan.models.replication import layers_in
from kerasgan.models.replication import seed_generators_of
from kerasgan.models.running_means import RunningMeans
from kerasgan.models.settings import settings_of
from kerasgan.models.whole_files import WholeFiles
from kerasgan.optimizers import PlayerOptimizers
from kerasgan.utils.seeds import check_seed

_COUNTERS = ("steps_seen", "images_seen")


class AdversarialModel(Fitting, WholeFiles, backend.Trainer, keras.Model):
    """A game of networks that update in turn, as a Keras model.

    This class knows what all games share: players with an optimizer each,
    counters, random seeds, logs, saving, and checking what `fit` is given.
    How a game is played stands in `adversarial_step(batch)`, which a subclass
    writes once, in `keras.ops` and ordinary `variable.assign`; it runs
    unchanged on TensorFlow, JAX and PyTorch.

    All state lives in tracked variables made in `__init__`, so that saving,
    resuming and compiled steps see it.

    Args:
        networks: Dict from names to built Keras models. Each becomes an
            attribute of that name. A network that is a player has an entry
            in `player_variables`.
        log_names: List of the keys that `adversarial_step` logs.
        seed: Integer or `None`, for latents, noise and penalties.
        name: String, the model's name.

    Example:

    ```python
    import keras
    import numpy as np
    import kerasgan

    class Imitation(kerasgan.models.AdversarialModel):
        "A game for one: match the mean of the data."

        def __init__(self, generator, **kwargs):
            networks = {"generator": generator}
            super().__init__(networks, log_names=["g_loss"], **kwargs)

        def adversarial_step(self, batch):
            real, _ = self.unpack(batch)
            size = keras.ops.shape(real)[0]
            z = keras.random.normal((size, 4), seed=self.seed_generator)

            def objective():
                error = keras.ops.mean(self.generator(z) - real)
                loss = keras.ops.square(error)
                return loss, {"g_loss": loss}

            return self.log(self.minimize("generator", objective), size)

        evaluation_step = adversarial_step
        real_shape = (2,)

    generator = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    game = Imitation(generator, seed=0)
    game.compile(generator_optimizer="adam")
    game.fit(np.ones((8, 2), "float32"), verbose=0)
    ```
    """

    #: How many minibatches one training step consumes.
    minibatches_per_step = 1

    #: Keys of the logs that show the last step, not a mean over the epoch.
    latest_log_names = ()

    #: Attributes that the model is built on: once set, they stay.
    fixed_attributes = ("seed",)

    def __init__(self, networks, log_names, seed=None, name=None):
        for key, network in networks.items():
            check_built(key, network)
        seed = check_seed(seed)
        backend.check_distribution(networks)
        super().__init__(name=name)
        for key, network in networks.items():
            setattr(self, key, network)
            backend.set_memory_format(network.variables)
        self.network_names = tuple(networks)
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        # Evaluation draws its own numbers, so that validation data does not
        # change how training goes on.
        self.evaluation_seed_generator = keras.random.SeedGenerator(seed)
        self._is_evaluating = False
        self.steps_seen = Counter(name="steps_seen")
        self.images_seen = Counter(name="images_seen")
        names = ("loss", *log_names)
        self.log_means = RunningMeans(
            [name for name in names if name not in self.latest_log_names]
        )
        self.latest_logs = {key: Latest(key) for key in self.latest_log_names}
        layers = layers_in(networks.values())
        # Past Keras, which would look for layers and variables in them.
        self.__dict__["_layers_of_networks"] = layers
        self._networks_of_players = tuple(
            name
            for name, network in networks.items()
            if network.trainable_variables or name in self.player_names
        )
        self.remember_distribution(
            [
                self.seed_generator,
                self.evaluation_seed_generator,
                *seed_generators_of(layers),
            ],
            layers,
        )
        self.built = True

    # === The game: what a subclass writes ===

    def adversarial_step(self, batch):
        """Plays one step and returns the logs.

        Args:
            batch: What the data set yielded; see `unpack`.

        Returns:
            Dict of scalars with the keys of `log_names`; see `log`.
        """
        raise NotImplementedError

    def evaluation_step(self, batch):
        """Scores one batch without changing any weight; returns the logs."""
        raise NotImplementedError

    #: Players whatever of their networks is frozen when the model is made.
    player_names = ()

    def player_variables(self):
        """Returns a dict from players to the variables each updates.

        The default makes every network that has trainable variables when the
        model is made a player. Frozen layers have no part in it: a player of
        whom nothing is left has an empty list, and does not move.
        """
        if self._variables_now is not None:
            return self._variables_now
        return {
            player: list(getattr(self, player).trainable_variables)
            for player in self._networks_of_players
        }

    def optimized_variables(self):
        """Returns a dict from players to all that their optimizers know.

        Layers that are frozen now are among it: they can be trained later,
        and files are the same.
        """
        networks = [getattr(self, name) for name in self._networks_of_players]
        with unfrozen(networks):
            return self.player_variables()

    @property
    def real_shape(self):
        """Shape of one real example, without the batch."""
        return tuple(self.discriminator.input_shape[1:])

    @property
    def image_shape(self):
        """Shape of one generated image, `(height, width, channels)`."""
        return tuple(self.generator.output_shape[1:])

    #: Number of classes of a conditional game, `None` for the others.
    num_classes = None

    def statistics(self):
        """Returns the variables that differ between replicas.

        They follow from the images that a replica has seen, such as the
        moving averages of BatchNormalization, and are averaged after each
        step. By default, all that is not trained in networks that are.
        """
        networks = [getattr(self, name) for name in self.network_names]
        return [
            variable
            for network in networks
            if network.trainable
            for variable in network.non_trainable_variables
            if "float" in variable.dtype
        ]

    # === Pieces of a step ===

    @property
    def active_seed_generator(self):
        """The source of all randomness of the step that is being played."""
        if self._is_evaluating:
            return self.evaluation_seed_generator
        return self.seed_generator

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

    def update_player(self, player, gradients):
        """Averages gradients over replicas and applies them to a player."""
        gradients = backend.all_reduce_mean(gradients)
        self.optimizer.apply(gradients, self.player_variables()[player])

    def minimize(self, player, objective):
        """Takes one step of a player down its loss.

        Args:
            player: String, a key of `player_variables`.
            objective: Function of nothing that returns a scalar loss and a
                structure of tensors.

        Returns:
            The structure.
        """

        def scaled():
            loss, aux = objective()
            return self.scale_loss(player, loss), aux

        variables = self.player_variables()[player]
        if not variables:
            with backend.no_gradients():
                return objective()[1]
        _, aux, pullback = backend.vjp(scaled, variables)
        self.update_player(player, pullback())
        return aux

    def scale_loss(self, player, loss):
        """Scales a loss as the player's optimizer wants it for float16."""
        return self.optimizer.players[player].scale_loss(loss)

    def log(self, values, weight=1):
        """Adds to the running means of this epoch and returns them.

        The key `loss` is added: the sum of the players' losses. A game has
        no such number; it is there for callbacks that know no other key, as
        `keras.callbacks.TerminateOnNaN`.

        Args:
            values: Dict of scalars with the keys of `log_names`.
            weight: Number of images that the values stand for.
        """
        if backend.replica_count() > 1:
            values = {k: ops.cast(v, "float32") for k, v in values.items()}
            means = backend.all_reduce_mean(list(values.values()))
            values = dict(zip(values, means))
        losses = [values[k] for k in ("d_loss", "g_loss") if k in values]
        values = {"loss": sum(losses), **values}
        for key, metric in self.latest_logs.items():
            metric.update_state(ops.cast(values.pop(key), "float32"))
        self.log_means.update_state(values, weight)
        return self.get_metrics_result()

    # === What may change between two steps ===

    _variables_now = None

    def __setattr__(self, name, value):
        if name in self.fixed_attributes:
            before = getattr(self, name, value)
            if before is not value and before != value:
                raise ValueError(
                    f"`{name}` is part of what the model was built from, and "
                    f"cannot be changed: it is {before!r}. Received: "
                    f"{value!r}. Make another model, and give it the weights "
                    "of this one's networks with `set_weights`"
                )
        super().__setattr__(name, self.checked_attribute(name, value))

    def checked_attribute(self, name, value):
        """Returns what an attribute may be set to, or raises `ValueError`.

        What is set takes effect with the next `fit`, on every backend.

        Args:
            name: String, the attribute.
            value: What a user, or the model itself, sets it to.
        """
        return value

    @contextlib.contextmanager
    def current_settings(self):
        """A context of steps that are made of the settings as they are now."""
        outer = self._variables_now
        self._follow_settings()
        try:
            yield
        finally:
            self.__dict__["_variables_now"] = outer

    def _follow_settings(self):
        """Makes the compiled steps anew if what they are made of changed."""
        known = self.__dict__.get("_settings")
        settings = settings_of(self, self._layers_of_networks)
        if known == settings and self._variables_now is not None:
            return
        self.__dict__["_settings"] = settings
        self.__dict__["_variables_now"] = None
        self.__dict__["_variables_now"] = AdversarialModel.player_variables(
            self
        )
        if known not in (None, settings):
            self.__dict__.pop("_alone", None)
            for kind in ("train", "test", "predict"):
                if getattr(self, f"{kind}_function") is not None:
                    getattr(self, f"make_{kind}_function")(force=True)

    def reset_metrics(self):
        super().reset_metrics()
        if self._variables_now is not None:
            # Keras calls this at the start of each epoch.
            self._follow_settings()

    @property
    def metrics(self):
        return [self.log_means, *self.latest_logs.values()]

    # === Keras ===

    def compile(
        self,
        run_eagerly=False,
        jit_compile="auto",
        steps_per_execution=1,
        **optimizers,
    ):
        """Gives each player its optimizer.

        Args:
            run_eagerly: Bool, as in `keras.Model.compile`.
            jit_compile: Bool or `"auto"`, as in `keras.Model.compile`.
            steps_per_execution: Integer, in training steps, as in
                `keras.Model.compile`; torch has only 1.
            **optimizers: `<player>_optimizer` for each player: a Keras
                optimizer, its name or its config.
        """
        variables = self.optimized_variables()
        players = {}
        for player in variables:
            name = f"{player}_optimizer"
            optimizer = optimizers.pop(name, None)
            if optimizer is None:
                raise ValueError(f"`{name}` must be given. Received: None")
            with self.distribution_scope():
                optimizer = self._scaled(keras.optimizers.get(optimizer))
            self.check_placement(name, optimizer.variables)
            players[player] = optimizer
        if optimizers:
            raise ValueError(
                "`compile` takes one optimizer a player: "
                + ", ".join(f"`{player}_optimizer`" for player in players)
                + f". Received: {', '.join(optimizers)}"
            )
        with self.distribution_scope():
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
        # What "auto" becomes differs between backends: saved as it was said.
        self._said_jit_compile = jit_compile

    def _scaled(self, optimizer):
        """Wraps an optimizer in loss scaling where float16 is computed."""
        is_half = any(
            layer.compute_dtype == "float16"
            for name in self.network_names
            for layer in getattr(self, name).layers
        )
        if not is_half or isinstance(
            optimizer, keras.optimizers.LossScaleOptimizer
        ):
            return optimizer
        return keras.optimizers.LossScaleOptimizer(optimizer)

    def get_compile_config(self):
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
        self.compile(**{**config, **self.fixed_compile_arguments})

    def _random_state(self):
        """The seeds of this model and of its networks.

        They are part of `variables` and not of `weights`, which is why Keras
        does not save them.
        """
        weights = {id(v) for v in self.weights}
        return [v for v in self.variables if id(v) not in weights]

    def save_own_variables(self, store):
        super().save_own_variables(store)
        for name in _COUNTERS:
            store[name] = getattr(self, name).numpy()
        for i, seed in enumerate(self._random_state()):
            store[f"seed_{i}"] = ops.convert_to_numpy(seed)

    def load_own_variables(self, store):
        own = {k: store[k] for k in store.keys() if not k.startswith("seed_")}
        counts = [own.pop(name, None) for name in _COUNTERS]
        if None in counts:
            # Older files have them first among the variables, as int32 that
            # may have wrapped once.
            values = [own[str(i)] for i in range(len(own))]
            counts = [np.int64(count[()]) % 2**32 for count in values[:2]]
            own = {str(i): value for i, value in enumerate(values[2:])}
        super().load_own_variables(own)
        for name, count in zip(_COUNTERS, counts):
            getattr(self, name).assign(count[()])
        for i, seed in enumerate(self._random_state()):
            seed.assign(store[f"seed_{i}"][()])
