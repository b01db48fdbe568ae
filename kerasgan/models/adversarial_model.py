import keras
from keras import ops

from kerasgan import backend
from kerasgan.models import feeding
from kerasgan.models.checks import check_built
from kerasgan.optimizers import PlayerOptimizers


class AdversarialModel(backend.Trainer, keras.Model):
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

    def __init__(self, networks, log_names, seed=None, name=None):
        backend.check_distribution()
        for key, network in networks.items():
            check_built(key, network)
        super().__init__(name=name)
        for key, network in networks.items():
            setattr(self, key, network)
        self.network_names = tuple(networks)
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        # Evaluation draws its own numbers, so that validation data does not
        # change how training goes on.
        self.evaluation_seed_generator = keras.random.SeedGenerator(seed)
        self._is_evaluating = False
        self.steps_seen = self.add_weight(
            name="steps_seen",
            dtype="int32",
            initializer="zeros",
            trainable=False,
        )
        self.images_seen = self.add_weight(
            name="images_seen",
            dtype="int32",
            initializer="zeros",
            trainable=False,
        )
        self.trackers = {
            key: self.make_tracker(key) for key in ("loss", *log_names)
        }
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

    def player_variables(self):
        """Returns a dict from players to the variables each updates.

        The default makes every network that has trainable variables a
        player.
        """
        return {
            name: getattr(self, name).trainable_variables
            for name in self.network_names
            if getattr(self, name).trainable_variables
        }

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
        losses = [values[k] for k in ("d_loss", "g_loss") if k in values]
        for key, value in {"loss": sum(losses), **values}.items():
            self.trackers[key].update_state(
                ops.cast(value, "float32"),
                sample_weight=ops.cast(weight, "float32"),
            )
        return self.get_metrics_result()

    def make_tracker(self, name):
        """Returns the metric that keeps one value of the logs."""
        return keras.metrics.Mean(name=name)

    @property
    def metrics(self):
        return list(self.trackers.values())

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
        variables = self.player_variables()
        players = {}
        for player in variables:
            optimizer = optimizers.pop(f"{player}_optimizer", None)
            if optimizer is None:
                raise ValueError(
                    f"`{player}_optimizer` must be given. Received: None"
                )
            players[player] = self._scaled(keras.optimizers.get(optimizer))
        if optimizers:
            raise ValueError(
                "`compile` takes one optimizer a player: "
                + ", ".join(f"`{player}_optimizer`" for player in players)
                + f". Received: {', '.join(optimizers)}"
            )
        group = PlayerOptimizers(**players)
        group.build_players(variables)
        super().compile(
            optimizer=group,
            loss=None,
            run_eagerly=run_eagerly,
            jit_compile=jit_compile,
            steps_per_execution=steps_per_execution,
            auto_scale_loss=False,
        )

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
            "jit_compile": self.jit_compile,
            "steps_per_execution": self.steps_per_execution,
            **{
                f"{player}_optimizer": keras.saving.serialize_keras_object(
                    optimizer
                )
                for player, optimizer in self.optimizer.players.items()
            },
        }

    def compile_from_config(self, config):
        self.compile(**config)

    def _random_state(self):
        """The seeds of this model and of its networks.

        They are part of `variables` and not of `weights`, which is why Keras
        does not save them.
        """
        weights = {id(v) for v in self.weights}
        return [v for v in self.variables if id(v) not in weights]

    def save_own_variables(self, store):
        super().save_own_variables(store)
        for i, seed in enumerate(self._random_state()):
            store[f"seed_{i}"] = ops.convert_to_numpy(seed)

    def load_own_variables(self, store):
        keys = list(store.keys())
        super().load_own_variables(
            {key: store[key] for key in keys if not key.startswith("seed_")}
        )
        for i, seed in enumerate(self._random_state()):
            seed.assign(store[f"seed_{i}"][()])

    def fit(
        self,
        x=None,
        y=None,
        batch_size=None,
        epochs=1,
        verbose="auto",
        callbacks=None,
        validation_split=0.0,
        validation_data=None,
        steps_per_epoch=None,
        **kwargs,
    ):
        """Plays the game on a data set; arguments as in `keras.Model.fit`.

        Args:
            x: Images, `(n, height, width, channels)`, uint8 or float in
                [-1, 1]: an array, or anything that yields batches of them
                (`tf.data.Dataset`, `keras.utils.PyDataset`, torch
                `DataLoader`, Grain, a generator of tuples).
            y: Integer labels, `(n,)`, for conditional games.
            batch_size: Integer, images in a minibatch. Defaults to 32. A
                step consumes as many minibatches as the game asks for.
            epochs: Integer, the epoch to stop at.
            verbose: `"auto"`, 0, 1 or 2.
            callbacks: List of `keras.callbacks.Callback`.
            validation_split: Float in [0, 1), the share of an array's last
                images to evaluate on.
            validation_data: Images, or `(images, labels)`, or a data set.
            steps_per_epoch: Integer, in training steps, or `None` for one
                pass over the data.
            **kwargs: The rest of Keras' arguments: `shuffle`,
                `initial_epoch`, `validation_steps`, `validation_batch_size`,
                `validation_freq`.

        Returns:
            A `keras.callbacks.History`.

        Raises:
            ValueError: If the data is not what the game can train on. No
                state has changed then.
        """
        for key in ("class_weight", "sample_weight"):
            if kwargs.pop(key, None) is not None:
                raise ValueError(
                    f"`{key}` has no meaning in an adversarial game. Draw "
                    "the examples as often as they should count instead"
                )
        x = self._check_data(x, y)
        if validation_split:
            x, y, validation_data = feeding.split(x, y, validation_split)
        if validation_data is not None:
            validation_data = self._check_validation(validation_data)
        if not feeding.is_array(x):
            # Keras warns about its own default otherwise.
            kwargs.setdefault("shuffle", isinstance(x, keras.utils.PyDataset))
        x, y, batch_size, steps_per_epoch = feeding.group(
            x, y, batch_size, self.minibatches_per_step, steps_per_epoch
        )
        return super().fit(
            x,
            y,
            batch_size=batch_size,
            epochs=epochs,
            verbose=verbose,
            callbacks=callbacks,
            validation_data=validation_data,
            steps_per_epoch=steps_per_epoch,
            **kwargs,
        )

    def evaluate(self, x=None, y=None, batch_size=None, **kwargs):
        if not kwargs.get("_use_cached_eval_dataset"):
            x = self._check_data(x, y)
        return super().evaluate(x, y, batch_size=batch_size, **kwargs)

    def train_on_batch(self, x, y=None, **kwargs):
        """Plays one step on one batch.

        Args:
            x: Images of all the minibatches of the step, one after the
                other.
            y: Integer labels, for conditional games.
            **kwargs: As in `keras.Model.train_on_batch`.

        Returns:
            The logs, as `keras.Model.train_on_batch` returns them.
        """
        x = self._check_data(x, y)
        count = self.minibatches_per_step
        if len(x) < count or len(x) % count:
            raise ValueError(
                f"`x` must hold {count} minibatches of the same size, one "
                "for each of the `discriminator_steps`. Received: "
                f"{len(x)} images"
            )
        return super().train_on_batch(x, y, **kwargs)

    def _check_data(self, x, y):
        """Checks arrays whole and data sets by their first batch."""
        if x is None or feeding.is_array(x):
            self.check_batch(x, y)
            return x
        batch, x = feeding.peek(x)
        images, labels, _ = keras.utils.unpack_x_y_sample_weight(batch)
        self.check_batch(images, labels)
        return x

    def _check_validation(self, data):
        if isinstance(data, (tuple, list)):
            images, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
            self.check_batch(images, labels)
            return data
        return self._check_data(data, None)

    def check_batch(self, images, labels):
        """Raises `ValueError` unless the game can train on these examples.

        Args:
            images: Array, `(batch, *real_shape)`.
            labels: Array of integers, or `None`.
        """
        self.check_real(images)
        if labels is not None:
            raise ValueError(
                f"{type(self).__name__} is not conditional and takes no "
                "labels. Give images only, or use a conditional model. "
                f"Received: labels of shape {tuple(labels.shape)}"
            )

    def check_real(self, images):
        """Raises `ValueError` unless these can be the real images."""
        feeding.check_images(images, self.real_shape)
