import keras

from kerasgan import backend
from kerasgan.saving.constructor_config import constructor_config
from kerasgan.saving.constructor_config import from_constructor_config
from kerasgan.saving.older_configs import without_older_arguments
from kerasgan.saving.whole_files import WholeFiles
from kerasgan.training.changeable import Changeable
from kerasgan.training.compilation import Compilation
from kerasgan.training.counter import Counter
from kerasgan.training.drawing import Drawing
from kerasgan.training.ema import average_copies
from kerasgan.training.ema import follow
from kerasgan.training.fit import Fit
from kerasgan.training.frozen import freeze
from kerasgan.training.frozen import frozen_config
from kerasgan.training.frozen import unfrozen
from kerasgan.training.last_value import LastValue
from kerasgan.training.running import Running
from kerasgan.training.running_means import RunningMeans
from kerasgan.training.slots import filled
from kerasgan.training.slots import packing_of
from kerasgan.training.state import load_state
from kerasgan.training.state import save_state
from kerasgan.training.stepping import Stepping
from kerasgan.training.validation import check_built
from kerasgan.training.validation import check_log_names
from kerasgan.training.validation import warn_of_ends
from kerasgan.utils.configured import keep_own_arguments
from kerasgan.utils.image_shape import check_channels_last
from kerasgan.utils.layers import layers_in
from kerasgan.utils.layers import seed_generators_of
from kerasgan.utils.seeds import check_seed

# What a subclass says of itself, which is in no config.
FOR_SUBCLASSES = (
    "networks",
    "log_names",
    "real_shape",
    "averaged_networks",
    "minibatches_per_step",
)


class AdversarialModel(
    Fit,
    Running,
    Stepping,
    Changeable,
    Drawing,
    Compilation,
    WholeFiles,
    backend.Trainer,
    keras.Model,
):
    """A game of networks that update in turn, as a Keras model.

    This class runs the step of any game. A subclass writes what its paper
    says in `adversarial_step(batch)`, once, in `keras.ops` and ordinary
    `variable.assign`: who minimises what. Counters, averages of weights,
    parts with state of their own, logs, checks of the data, pictures, saving
    and several devices are the same for all games, and are here.

    All state lives in tracked variables made in `__init__`, so that saving,
    resuming and compiled steps see it. A model whose constructor keeps its
    arguments as attributes of the same names needs no `get_config`.

    Args:
        networks: Dict from names to built Keras models. Each becomes an
            attribute of that name. Those with trainable variables are the
            players, each with an optimizer of its own.
        log_names: Sequence of the keys that `adversarial_step` logs, beside
            those of the regularizers. Defaults to `("d_loss", "g_loss")`.
        loss: `kerasgan.losses.AdversarialLoss`, its name, or `None`. Defaults
            to `None`.
        regularizers: List of `kerasgan.regularizers.Regularizer` or their
            names. Those of weights and of the past are added to the loss, or
            the gradients, of their `player`; penalties of images are added
            where the step asks for them. Defaults to none.
        augmentation: `kerasgan.augmentations.Augmentation` or its name, or a
            list of them, for all images that a discriminator trains on.
            Defaults to `None`.
        ema: `None`; or a float, a half-life in real images shown; or
            `kerasgan.training.EMA`. If given, each of `averaged_networks` gets
            an exponential moving average, which makes the images. Defaults to
            `None`.
        seed: Integer or `None`, for latents, noise and penalties. The order in
            which `fit` shuffles the data is that of
            `keras.utils.set_random_seed`. Defaults to `None`.
        name: String, the model's name.
        real_shape: Shape of one real example, without the batch. Defaults to
            `None`, that of the first input of a network `discriminator`.
        averaged_networks: Names of the networks that `ema` averages, of
            those that there are. Defaults to `("generator",)`.
        minibatches_per_step: Integer, how many minibatches one training step
            consumes. Defaults to 1.

    Example:

    ```python
    import keras
    import numpy as np
    import kerasgan

    class Imitation(kerasgan.models.AdversarialModel):
        "A game for one: match the mean of the data."

        def __init__(self, generator, **kwargs):
            networks = {"generator": generator}
            super().__init__(networks, ["g_loss"], real_shape=(2,), **kwargs)

        def adversarial_step(self, batch):
            real, _ = self.unpack(batch)
            size = keras.ops.shape(real)[0]
            z = keras.random.normal((size, 4), seed=self.seed_generator)

            def objective():
                error = keras.ops.mean(self.generator(z) - real)
                loss = keras.ops.square(error)
                return loss, {"g_loss": loss}

            return self.minimize("generator", objective)

    generator = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    game = Imitation(generator, seed=0)
    game.compile(generator_optimizer="adam")
    game.fit(np.ones((8, 2), "float32"), verbose=0)
    assert int(game.images_seen) == 8 and game.generate(3).shape == (3, 2)
    ```
    """

    #: Keys of the logs that show the last step, not a mean over the epoch.
    _latest_log_names = ()

    #: Attributes that the model is built on: once set, they stay.
    _fixed_attributes = ("seed",)

    def __init__(
        self,
        networks,
        log_names=("d_loss", "g_loss"),
        loss=None,
        regularizers=(),
        augmentation=None,
        ema=None,
        seed=None,
        name=None,
        real_shape=None,
        averaged_networks=("generator",),
        minibatches_per_step=1,
    ):
        check_channels_last()
        for key, network in networks.items():
            check_built(key, network)
        seed = check_seed(seed)
        slots = filled(
            loss=loss,
            regularizers=regularizers,
            augmentation=augmentation,
            ema=ema,
        )
        penalties = [r.name for r in slots["regularizers"] if r.is_logged]
        check_log_names(log_names, penalties)
        backend.check_distribution(networks)
        warn_of_ends(networks, self._loss_of_logits(slots["loss"]))
        averages = average_copies(networks, averaged_networks, slots["ema"])
        networks = {**networks, **averages}
        super().__init__(name=name)
        for key, network in networks.items():
            setattr(self, key, network)
            backend.set_memory_format(network.variables)
        for key in averaged_networks:
            if key in networks and not averages:
                setattr(self, f"ema_{key}", None)
        self._network_names = tuple(networks)
        self._averages = tuple(averages)
        self._penalty_names = tuple(penalties)
        self._seed = seed
        self._given_real_shape = real_shape and tuple(real_shape)
        self._given_minibatches = minibatches_per_step
        self._training_seeds = keras.random.SeedGenerator(
            seed, name="training_seeds"
        )
        # Evaluation draws its own numbers, so that validation data does not
        # change how training goes on.
        self._evaluation_seed_generator = keras.random.SeedGenerator(
            seed, name="evaluation_seeds"
        )
        self.steps_seen = Counter(name="steps_seen")
        self.images_seen = Counter(name="images_seen")
        names = ("loss", *log_names, *penalties)
        self._log_means = RunningMeans(
            [name for name in names if name not in self._latest_log_names]
        )
        self._latest_logs = {
            key: LastValue(key) for key in self._latest_log_names
        }
        layers = layers_in(networks.values())
        # Past Keras, which would look for layers and variables in them.
        self.__dict__["_layers_of_networks"] = layers
        self._networks_of_players = tuple(
            name
            for name, network in networks.items()
            if network.trainable_variables or name in self._player_names
        )
        self._players = self._find_players()
        self._remember_distribution(
            [
                self._training_seeds,
                self._evaluation_seed_generator,
                *seed_generators_of(layers),
            ],
            layers,
        )
        self._has_replicas = self._replicas > 1
        self.built = True
        for key, value in slots.items():
            setattr(self, key, value)

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        keep_own_arguments(cls)
        own = vars(cls).get("__init__")
        if own is not None and own.__doc__ is None:
            # Else `help` shows what Python says of any object.
            own.__doc__ = "Makes the model; see the class for the arguments."

    # === The game: what a subclass writes ===

    def adversarial_step(self, batch):
        """Takes one step of each player, and returns what to log.

        Args:
            batch: What the data set yielded; see `unpack`.

        Returns:
            Dict of scalars with the keys of `log_names`.
        """
        raise NotImplementedError

    def _evaluation_step(self, batch):
        """Computes the logs of one batch without changing any weight.

        By default that is `adversarial_step`, in which `minimize` updates
        nothing then.
        """
        return self.adversarial_step(batch)

    def _optimized_variables(self):
        """Returns a dict from players to all that their optimizers know.

        Layers that are frozen now are among it: they can be trained later,
        and files are the same.
        """
        networks = [getattr(self, name) for name in self._networks_of_players]
        with unfrozen(networks):
            return self._player_variables()

    def _loss_of_logits(self, loss):
        """Returns the loss that a discriminator's outputs go to, or `None`."""
        return loss

    @property
    def _minibatches_per_step(self):
        return self._given_minibatches

    @property
    def _real_shape(self):
        """Shape of one real example, without the batch."""
        if self._given_real_shape is not None:
            return self._given_real_shape
        *sizes, channels = self.discriminator.inputs[0].shape[1:]
        return (*sizes, channels // packing_of(self.augmentation))

    def _statistics(self):
        """Returns the variables that differ between replicas.

        They follow from the images that a replica has seen, such as the
        moving averages of BatchNormalization, and are averaged after each
        step. By default, all that is not trained in networks that are.
        """
        networks = [getattr(self, name) for name in self._network_names]
        statistics = [
            variable
            for network in networks
            if network.trainable
            for variable in network.non_trainable_variables
        ]
        for name in self._averages:
            fast = getattr(self, name.removeprefix("ema_")).weights
            pairs = zip(getattr(self, name).weights, fast)
            statistics += [slow for slow, fast in pairs if not fast.trainable]
        for part in self._parts:
            if part.replica_reduction == "mean":
                statistics += part.variables
        return [v for v in statistics if "float" in v.dtype]

    # === Averages of networks ===

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

    # === Keras ===

    def get_config(self):
        """Returns the arguments that the model can be made of again."""
        config = constructor_config(
            self, AdversarialModel, without=FOR_SUBCLASSES
        )
        players = self._networks_of_players
        return {**config, **frozen_config(self, players)}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Returns the model of what `get_config` returned."""
        config = without_older_arguments(config)
        frozen = config.pop("frozen", {})
        model = from_constructor_config(cls, config, custom_objects)
        freeze(model, frozen)
        return model

    def save_own_variables(self, store):
        """Saves counters, seeds and weights of its own; Keras calls it."""
        super().save_own_variables(store)
        save_state(self, store)

    def load_own_variables(self, store):
        """Loads what `save_own_variables` saved; Keras calls it."""
        load_state(self, store, super().load_own_variables)
