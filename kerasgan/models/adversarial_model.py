import keras
from keras import ops

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
from kerasgan.training.fit import Fit
from kerasgan.training.frozen import freeze
from kerasgan.training.frozen import frozen_config
from kerasgan.training.frozen import unfrozen
from kerasgan.training.last_value import LastValue
from kerasgan.training.running_means import RunningMeans
from kerasgan.training.slots import SLOTS
from kerasgan.training.slots import as_tuple
from kerasgan.training.slots import packing_of
from kerasgan.training.state import load_state
from kerasgan.training.state import save_state
from kerasgan.training.stepping import Stepping
from kerasgan.training.validation import check_built
from kerasgan.training.validation import check_log_names
from kerasgan.utils.layers import layers_in
from kerasgan.utils.layers import seed_generators_of
from kerasgan.utils.seeds import check_seed


class AdversarialModel(
    Fit,
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
            attribute of that name. A network that is a player has an entry
            in `player_variables`.
        log_names: Sequence of the keys that `adversarial_step` logs, beside
            those of the regularizers. Defaults to `("d_loss", "g_loss")`.
        loss: `kerasgan.losses.AdversarialLoss`, its name, or `None`.
        regularizers: List of `kerasgan.regularizers.Regularizer` or their
            names. Those of weights and of the past are added to the loss, or
            the gradients, of their `player`; penalties of images are added
            where the step asks for them. Defaults to none.
        augmentation: `kerasgan.augmentations.Augmentation` or its name, or a
            list of them, for all images that a discriminator trains on.
            Defaults to `None`.
        ema: `None`; or a float, a half-life in real images shown; or
            `kerasgan.training.EMA`. If given, each of `averaged_networks`
            gets an exponential moving average, which makes the images.
        seed: Integer or `None`, for latents, noise and penalties.
        name: String, the model's name.

    Example:

    ```python
    import keras
    import numpy as np
    import kerasgan

    class Imitation(kerasgan.models.AdversarialModel):
        "A game for one: match the mean of the data."

        real_shape = (2,)

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

            return self.minimize("generator", objective)

    generator = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    game = Imitation(generator, seed=0)
    game.compile(generator_optimizer="adam")
    game.fit(np.ones((8, 2), "float32"), verbose=0)
    assert int(game.images_seen) == 8 and game.generate(3).shape == (3, 2)
    ```
    """

    #: How many minibatches one training step consumes.
    minibatches_per_step = 1

    #: Keys of the logs that show the last step, not a mean over the epoch.
    latest_log_names = ()

    #: Attributes that the model is built on: once set, they stay.
    fixed_attributes = ("seed",)

    #: Names of the networks that `ema` averages, of those that there are.
    averaged_networks = ("generator",)

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
    ):
        for key, network in networks.items():
            check_built(key, network)
        seed = check_seed(seed)
        slots = {
            "loss": loss,
            "regularizers": regularizers,
            "augmentation": augmentation,
            "ema": ema,
        }
        slots = {key: SLOTS[key](key, value) for key, value in slots.items()}
        penalties = [r.name for r in slots["regularizers"] if r.is_logged]
        check_log_names(log_names, penalties)
        backend.check_distribution(networks)
        averages = average_copies(
            networks, self.averaged_networks, slots["ema"]
        )
        networks = {**networks, **averages}
        super().__init__(name=name)
        for key, network in networks.items():
            setattr(self, key, network)
            backend.set_memory_format(network.variables)
        for key in self.averaged_networks:
            if key in networks and not averages:
                setattr(self, f"ema_{key}", None)
        self.network_names = tuple(networks)
        self.averages = tuple(averages)
        self.penalty_names = tuple(penalties)
        self.seed = seed
        self._training_seeds = keras.random.SeedGenerator(seed)
        # Evaluation draws its own numbers, so that validation data does not
        # change how training goes on.
        self.evaluation_seed_generator = keras.random.SeedGenerator(seed)
        self.steps_seen = Counter(name="steps_seen")
        self.images_seen = Counter(name="images_seen")
        names = ("loss", *log_names, *penalties)
        self.log_means = RunningMeans(
            [name for name in names if name not in self.latest_log_names]
        )
        self.latest_logs = {
            key: LastValue(key) for key in self.latest_log_names
        }
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
                self._training_seeds,
                self.evaluation_seed_generator,
                *seed_generators_of(layers),
            ],
            layers,
        )
        self.built = True
        for key, value in slots.items():
            setattr(self, key, value)

    # === The game: what a subclass writes ===

    def adversarial_step(self, batch):
        """Takes one step of each player, and returns what to log.

        Args:
            batch: What the data set yielded; see `unpack`.

        Returns:
            Dict of scalars with the keys of `log_names`.
        """
        raise NotImplementedError

    def evaluation_step(self, batch):
        """Computes the logs of one batch without changing any weight.

        By default that is `adversarial_step`, in which `minimize` updates
        nothing then, and `is_training` is false.
        """
        return self.adversarial_step(batch)

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
        return self._variables_of_players()

    def _variables_of_players(self):
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
        *sizes, channels = self.discriminator.inputs[0].shape[1:]
        return (*sizes, channels // packing_of(self.augmentation))

    #: Number of classes of a conditional game, `None` for the others.
    num_classes = None

    def statistics(self):
        """Returns the variables that differ between replicas.

        They follow from the images that a replica has seen, such as the
        moving averages of BatchNormalization, and are averaged after each
        step. By default, all that is not trained in networks that are.
        """
        networks = [getattr(self, name) for name in self.network_names]
        statistics = [
            variable
            for network in networks
            if network.trainable
            for variable in network.non_trainable_variables
        ]
        for name in self.averages:
            fast = getattr(self, name.removeprefix("ema_")).weights
            pairs = zip(getattr(self, name).weights, fast)
            statistics += [slow for slow, fast in pairs if not fast.trainable]
        for part in self.parts:
            if part.replica_reduction == "mean":
                statistics += part.variables
        return [v for v in statistics if "float" in v.dtype]

    # === Pieces of a step ===

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
        for augmentation in as_tuple(self.augmentation):
            if training or augmentation.in_evaluation:
                images = augmentation.apply(
                    images, self.seed_generator, self.images_seen.since()
                )
        return images

    def minimize(self, player, objective, with_penalties=True):
        """Takes one step of a player down its loss.

        In evaluation the loss is computed, and nothing updated.

        Args:
            player: String, a key of `player_variables`.
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
                penalty, logs = self.weight_penalty(player)
            return loss + penalty, (loss, aux, logs)

        def scaled():
            loss, aux = whole()
            return self.scale_loss(player, loss), aux

        variables = self.player_variables()[player]
        if self._is_evaluating or not variables:
            with backend.no_gradients():
                _, (loss, aux, logs) = whole()
        else:
            _, (loss, aux, logs), pullback = backend.vjp(scaled, variables)
            self.update_player(player, pullback())
        self.note(player, loss, logs)
        return aux

    def compute_once(self, player, compute):
        """Computes what a player makes, for several updates to look at.

        Args:
            player: String, a key of `player_variables`.
            compute: Function of nothing that returns a tensor.

        Returns:
            The tensor, without its gradients, and its pullback for
            `minimize_through`: `None` where the player does not move.
        """
        variables = self.player_variables()[player]
        if not self.is_training or not variables:
            with backend.no_gradients():
                return ops.stop_gradient(compute()), None
        made, _, pullback = backend.vjp(lambda: (compute(), None), variables)
        return ops.stop_gradient(made), pullback

    def minimize_through(self, player, made, pullback, objective):
        """Takes one step of a player, through what it made before.

        It is `minimize`, without a second forward pass of the player: others
        may have been updated since.

        Args:
            player: String, a key of `player_variables`.
            made: Tensor that `compute_once` returned.
            pullback: What it returned besides.
            objective: Function of such a tensor that returns a scalar loss
                and a structure of tensors.

        Returns:
            The structure.
        """

        def scaled(made):
            loss, aux = objective(made)
            return self.scale_loss(player, loss), (loss, aux)

        if pullback is None:
            with backend.no_gradients():
                loss, aux = objective(made)
                _, penalties = self.weight_penalty(player)
            self.note(player, loss, penalties)
            return aux
        _, (loss, aux), gradient = backend.input_gradient(scaled, made)
        gradients = pullback(gradient)
        # What does not pass through the images.
        of_weights, penalties = self.penalty_gradients(player)
        if of_weights is not None:
            gradients = [a + b for a, b in zip(gradients, of_weights)]
        self.update_player(player, gradients)
        self.note(player, loss, penalties)
        return aux

    def networks_of(self, player):
        """Returns the networks that a player's penalties of weights are of."""
        network = getattr(self, player, None)
        return [] if network is None else [network]

    def weight_penalty(self, player):
        """Returns the penalty of a player's weights, and a dict to log.

        It is that of its layers (`kernel_regularizer` and the like), and of
        those `regularizers` that are of weights.
        """
        penalty, logs = 0.0, {}
        for network in self.networks_of(player):
            for variable in network.trainable_variables:
                if variable.regularizer:
                    penalty = penalty + variable.regularizer(variable)
            for regularizer in self.regularizers:
                if regularizer.is_of_weights and regularizer.acts_on(player):
                    value = regularizer.of_weights(
                        network,
                        self.updates_of(player),
                        self.images_seen.since(),
                    )
                    name = regularizer.name
                    logs[name] = logs.get(name, 0.0) + value
                    penalty = penalty + value
        return penalty, logs

    def updates_of(self, player):
        """Returns how many updates a player had, `None` in evaluation."""
        if self._is_evaluating:
            return None
        return self.optimizer.players[player].iterations

    def update_player(self, player, gradients):
        """Averages gradients over replicas and applies them to a player."""
        variables = self.player_variables()[player]
        for regularizer in self.regularizers:
            gradients = regularizer.adjust_gradients(
                player, gradients, variables
            )
        gradients = backend.all_reduce_mean(gradients)
        self.optimizer.apply(gradients, variables)

    def scale_loss(self, player, loss):
        """Scales a loss as the player's optimizer wants it for float16."""
        return self.optimizer.players[player].scale_loss(loss)

    # === Keras ===

    def get_config(self):
        config = constructor_config(
            self, AdversarialModel, without=("networks", "log_names")
        )
        players = self._networks_of_players
        return {**config, **frozen_config(self, players)}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        config = without_older_arguments(config)
        frozen = config.pop("frozen", {})
        model = from_constructor_config(cls, config, custom_objects)
        freeze(model, frozen)
        return model

    def save_own_variables(self, store):
        super().save_own_variables(store)
        save_state(self, store)

    def load_own_variables(self, store):
        load_state(self, store, super().load_own_variables)
