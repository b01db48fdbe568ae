import keras
from keras import ops

from kerasgan import backend
from kerasgan import losses
from kerasgan.models import checks
from kerasgan.models import feeding
from kerasgan.models.adversarial_model import AdversarialModel
from kerasgan.models.attribute_checks import CHECKS
from kerasgan.models.attribute_checks import checked
from kerasgan.models.configuration import Configuration
from kerasgan.models.generation import Generation
from kerasgan.models.historical_average import HistoricalAverage
from kerasgan.models.moving_average import frozen_copy
from kerasgan.models.scoring import Scoring
from kerasgan.models.weight_penalty import weight_penalty


@keras.saving.register_keras_serializable(package="kerasgan")
class GAN(Configuration, Generation, Scoring, AdversarialModel):
    """The game of a generator and a discriminator; bring your own networks.

    One training step, after Algorithm 1 of the paper:

    ```
    repeat discriminator_steps times, each with a fresh minibatch of reals:
        fake = G(latents)
        D minimises  d_loss(D(real), D(fake)) + penalties
    G minimises  g_loss(D(fake)),  with the fakes of the last repetition
    ```

    What the two losses are is an object, `loss`; penalties are a list. The
    generator runs once for each discriminator update: the fakes that the
    discriminator has seen are scored again after its update, and the
    gradient goes back through the generator's one forward pass. Real and
    generated images pass the discriminator as separate batches, so that
    BatchNormalization leaks nothing between them.

    To change the game, subclass and override `sample_latents`,
    `discriminator_loss`, `generator_loss`, or, for a wholly new one,
    `adversarial_step`.

    Args:
        generator: Built Keras model from latents, `(batch, latent_dim)`, to
            images, `(batch, height, width, channels)` in [-1, 1].
        discriminator: Built Keras model from images to logits, `(batch, 1)`
            or any shape; no sigmoid at the end.
        loss: `kerasgan.losses.AdversarialLoss`, or its name. Defaults to
            `"non_saturating"`.
        regularizers: List of `kerasgan.regularizers.Regularizer` or their
            names, added to the discriminator's loss. Defaults to none.
        discriminator_steps: Integer, discriminator updates for each update
            of the generator, each on a minibatch of its own: one training
            step consumes that many minibatches. Defaults to 1.
        latent_prior: `"normal"`, `"uniform"` (in [-1, 1]) or a
            `kerasgan.latent.Prior`. Defaults to `"normal"`.
        ema_half_life: Float, in real images shown, or `None`. If given,
            `ema_generator` follows the generator as an exponential moving
            average of that half-life, and generates the images. Defaults to
            `None`. BatchNormalization statistics are copied, not averaged.
        ema_ramp_up: Float or `None`. If given, the half-life is at most this
            share of the images shown so far, so that the average forgets
            the first steps quickly. StyleGAN2 uses 0.05. Defaults to `None`.
        instance_noise: Float, standard deviation of Gaussian noise added to
            all images that the discriminator trains on, in units of the
            image range [-1, 1]. Defaults to 0.
        instance_noise_decay: Float, in real images shown, or `None`. If
            given, the noise falls linearly to 0 over that many. Defaults to
            `None`.
        augmentation: `kerasgan.augmentations.Augmentation`, or its name: how
            all images that the discriminator trains on are changed, before
            the noise; for training on few images. Defaults to `None`.
        packing: Integer, how many images the discriminator sees as one, side
            by side in the channels, of which it takes that many times as
            many. Minibatches must be multiples of it. Defaults to 1.
        feature_matching: Name of a layer of the discriminator, or `None`. If
            given, the generator minimises the squared distance of that
            layer's mean features for real and generated images, instead of
            `loss`. Defaults to `None`.
        historical_averaging: Float, weight of the squared distance of each
            player's weights to the mean of their past. Defaults to 0.
        seed: Integer or `None`, for latents, noise and penalties. The
            weights are initialised by the networks' own seeds.
        name: String, the model's name.

    Raises:
        ValueError: If the networks do not fit together, or a loss,
            regularizer or prior is unknown.

    Example:

    ```python
    import keras
    import numpy as np
    import kerasgan

    generator = keras.Sequential(
        [keras.Input((8,)), keras.layers.Dense(16, activation="tanh"),
         keras.layers.Reshape((4, 4, 1))]
    )
    discriminator = keras.Sequential(
        [keras.Input((4, 4, 1)), keras.layers.Flatten(),
         keras.layers.Dense(1)]
    )
    gan = kerasgan.models.GAN(
        generator,
        discriminator,
        loss="hinge",
        regularizers=[kerasgan.regularizers.R1(weight=1.0)],
        ema_half_life=1000,
        seed=0,
    )
    gan.compile(generator_optimizer=keras.optimizers.Adam(1e-4))
    images = np.zeros((32, 4, 4, 1), "uint8")
    gan.fit(images, batch_size=8, verbose=0)
    assert gan.generate(5, seed=0).shape == (5, 4, 4, 1)
    ```

    Reference:
        Goodfellow et al., 2014, arXiv 1406.2661. Instance noise: Sønderby
        et al., 2017, arXiv 1610.04490. Averaged generator: Karras et al.,
        2018, arXiv 1710.10196. Packing: Lin et al., 2018, arXiv 1712.04086.
        Feature matching and historical averaging: Salimans et al., 2016,
        arXiv 1606.03498. Deviation: the paper's generator draws latents of
        its own; here it reuses the discriminator's last.
    """

    def __init__(
        self,
        generator,
        discriminator,
        loss="non_saturating",
        regularizers=(),
        discriminator_steps=1,
        latent_prior="normal",
        ema_half_life=None,
        ema_ramp_up=None,
        instance_noise=0.0,
        instance_noise_decay=None,
        augmentation=None,
        packing=1,
        feature_matching=None,
        historical_averaging=0.0,
        seed=None,
        name=None,
    ):
        settings = {
            "adversarial_loss": loss,
            "regularizers": regularizers,
            "discriminator_steps": discriminator_steps,
            "latent_prior": latent_prior,
            "ema_half_life": ema_half_life,
            "ema_ramp_up": ema_ramp_up,
            "instance_noise": instance_noise,
            "instance_noise_decay": instance_noise_decay,
            "augmentation": augmentation,
            "packing": packing,
            "historical_averaging": historical_averaging,
        }
        settings = {k: CHECKS[k](k, value) for k, value in settings.items()}
        self._check_networks(generator, discriminator, packing)
        if settings["augmentation"] is not None:
            checks.check_augmentable(discriminator.input_shape[1:])
        checks.warn_of_coupling(discriminator, settings["regularizers"])
        networks = {"generator": generator, "discriminator": discriminator}
        if ema_half_life is not None:
            networks["ema_generator"] = frozen_copy(generator)
        super().__init__(
            networks,
            log_names=self._log_names(settings["regularizers"]),
            seed=seed,
            name=name,
        )
        if ema_half_life is None:
            self.ema_generator = None
        for attribute, value in settings.items():
            setattr(self, attribute, value)
        self.feature_matching = feature_matching
        # Also where layers are frozen for a while.
        self.__dict__["averaged_weights"] = {
            id(v) for v in self.optimized_variables()["generator"]
        }
        if feature_matching is not None:
            self.features = checks.feature_network(
                discriminator, feature_matching
            )
        if historical_averaging:
            self.histories = {
                player: HistoricalAverage(variables, historical_averaging)
                for player, variables in self.optimized_variables().items()
            }
        self.compile()

    def _check_networks(self, generator, discriminator, packing):
        """Raises unless the discriminator takes what the generator makes."""
        checks.check_built("generator", generator)
        checks.check_built("discriminator", discriminator)
        made, taken = generator.output_shape, discriminator.input_shape
        checks.check_fit(made, taken, packing)

    player_names = ("generator", "discriminator")

    fixed_attributes = (
        "seed",
        "generator",
        "discriminator",
        "ema_generator",
        "packing",
        "feature_matching",
        "historical_averaging",
    )

    #: Keys that a subclass adds to the logs.
    further_log_names = ()

    def log_names_without_penalties(self):
        names = ("d_loss", "g_loss", "real_logits", "fake_logits")
        return [*names, *self.further_log_names]

    def _log_names(self, regularizers):
        names = self.log_names_without_penalties()
        penalties = [regularizer.name for regularizer in regularizers]
        checks.check_log_names(names, penalties)
        return names + penalties

    # === The paper's equations: override these ===

    def sample_latents(self, batch_size):
        """Returns the latents of one minibatch, float32.

        Args:
            batch_size: Integer, or a scalar tensor where it is unknown when
                the step is compiled.
        """
        shape = (batch_size, *self.latent_shape)
        return self.latent_prior.sample(shape, self.active_seed_generator)

    def discriminator_loss(self, real_logits, fake_logits):
        """Returns what the discriminator minimises, without penalties."""
        return self.adversarial_loss.discriminator(real_logits, fake_logits)

    def generator_loss(self, fake_logits, real_logits=None):
        """Returns what the generator minimises.

        Args:
            fake_logits: Float32 logits of generated images.
            real_logits: Float32 logits of the last real minibatch if the
                loss has `uses_real_logits`, else `None`.
        """
        return self.adversarial_loss.generator(fake_logits, real_logits)

    # === One step ===

    @property
    def minibatches_per_step(self):
        return self.discriminator_steps

    def adversarial_step(self, batch):
        images, labels = self.unpack(batch)
        count = self.discriminator_steps
        weights, pull_fake = self.player_variables()["generator"], None
        real, condition = images, labels
        for i in range(count):
            if count > 1:
                real, condition = backend.spread(
                    [feeding.part(x, i, count) for x in (images, labels)]
                )
            latents = backend.spread(self.sample_latents(ops.shape(real)[0]))
            if i < count - 1 or not weights:
                with backend.no_gradients():
                    fake = self.synthesize(latents, condition)
            else:
                fake, _, pull_fake = backend.vjp(
                    lambda z=latents, y=condition: (
                        self.synthesize(z, y),
                        None,
                    ),
                    weights,
                )
                fake = ops.stop_gradient(fake)
            condition = self.condition(latents, condition)
            d_logs = self._update_discriminator(real, fake, condition)
        g_logs = self._update_generator(fake, real, condition, pull_fake)
        shown = ops.shape(images)[0] * backend.replica_count()
        self.steps_seen.assign_add(1)
        self.images_seen.assign_add(shown)
        self.update_average(shown)
        return self.log({**d_logs, **g_logs}, shown)

    def condition(self, latents, labels):
        """Returns what the discriminator's objectives may look at.

        Args:
            latents: What `sample_latents` returned.
            labels: Labels of the minibatch, or `None`.
        """
        return labels

    def further_losses(self, real_outputs, fake_outputs, condition):
        """Returns a loss on further outputs, and a dict of parts to log.

        Called for both players: with `real_outputs=None` for the generator.
        The keys of the parts stand in `further_log_names`.

        Args:
            real_outputs: List of the discriminator's further outputs for
                real images, or `None`.
            fake_outputs: The same for generated images.
            condition: What `condition` returned.
        """
        return 0.0, {}

    def discriminator_objective(self, real, fake, condition, training=True):
        """Returns the discriminator's loss and the parts it consists of.

        Args:
            real: Real images, `(batch, height, width, channels)`.
            fake: Generated images, the same shape, detached.
            condition: What `condition` returned.
            training: Bool.

        Returns:
            Scalar loss, and a dict of scalars to log.
        """
        real_logits, real_outputs = self.judge(real, condition, training)
        fake_logits, fake_outputs = self.judge(fake, condition, training)
        loss = self.discriminator_loss(real_logits, fake_logits)
        further, logs = self.further_losses(
            real_outputs, fake_outputs, condition
        )
        penalty, penalties = self.discriminator_penalty(
            real, fake, condition, real_logits, training
        )
        loss = loss + further + penalty
        return loss, {
            "d_loss": loss,
            **logs,
            "real_logits": ops.mean(real_logits),
            "fake_logits": ops.mean(fake_logits),
            **penalties,
        }

    def discriminator_penalty(
        self, real, fake, condition, real_logits, training
    ):
        """Returns the sum of the discriminator's penalties, and each of them.

        Args:
            real, fake, condition, training: See `discriminator_objective`.
            real_logits: Logits of the real images.
        """
        total, logs = weight_penalty(self.discriminator), {}
        update = None
        if training:
            update = self.optimizer.players["discriminator"].iterations
        for regularizer in self.regularizers:
            penalty = regularizer(
                lambda images: self.score(images, condition, training),
                real,
                fake,
                real_logits,
                update,
                self.active_seed_generator,
            )
            logs[regularizer.name] = penalty
            total = total + penalty
        return total, logs

    def generator_objective(self, fake, real, condition, training=True):
        """Returns the generator's loss and the parts it consists of.

        Arguments and results are those of `discriminator_objective`, but for
        their order: `fake`, which is not detached, comes first.
        """
        if self.feature_matching is not None:
            loss = self.feature_distance(fake, real, condition, training)
            return loss, {"g_loss": loss}
        fake_logits, fake_outputs = self.judge(fake, condition, training)
        real_logits = None
        if self.adversarial_loss.uses_real_logits:
            real_logits = self.score(real, condition, training)
        loss = self.generator_loss(fake_logits, real_logits)
        further, logs = self.further_losses(None, fake_outputs, condition)
        loss = loss + further
        return loss, {"g_loss": loss, **logs}

    def update_player(self, player, gradients):
        if self.historical_averaging:
            gradients = self.histories[player].add_gradients(
                gradients, self.player_variables()[player]
            )
        super().update_player(player, gradients)

    def _update_discriminator(self, real, fake, condition):
        return self.minimize(
            "discriminator",
            lambda: self.discriminator_objective(real, fake, condition),
        )

    def _update_generator(self, fake, real, condition, pull_fake):
        def objective(fake):
            loss, logs = self.generator_objective(fake, real, condition)
            return self.scale_loss("generator", loss), logs

        def decay():
            penalty = weight_penalty(self.generator)
            return self.scale_loss("generator", penalty), None

        if pull_fake is None:  # frozen
            with backend.no_gradients():
                return objective(fake)[1]
        _, logs, gradient = backend.input_gradient(objective, fake)
        gradients = pull_fake(gradient)
        variables = self.player_variables()["generator"]
        if any(variable.regularizer for variable in variables):
            # Weight decay does not pass through the images.
            _, _, pull = backend.vjp(decay, variables)
            gradients = [a + b for a, b in zip(gradients, pull())]
        self.update_player("generator", gradients)
        return logs

    def evaluation_step(self, batch):
        images, labels = self.unpack(batch)
        self._is_evaluating = True
        try:
            latents = backend.spread(self.sample_latents(ops.shape(images)[0]))
            fake = self.synthesize(latents, labels, training=False)
            given = self.condition(latents, labels), False
            _, d_logs = self.discriminator_objective(images, fake, *given)
            _, g_logs = self.generator_objective(fake, images, *given)
        finally:
            self._is_evaluating = False
        return self.log({**d_logs, **g_logs}, ops.shape(images)[0])

    # === Keras ===

    def compile(
        self,
        generator_optimizer=None,
        discriminator_optimizer=None,
        loss=None,
        run_eagerly=False,
        jit_compile="auto",
        steps_per_execution=1,
    ):
        """Sets the optimizers, and the loss if one is given.

        Constructing the model compiles it with the defaults; calling this
        again starts with fresh optimizers.

        Args:
            generator_optimizer: Keras optimizer, its name or its config.
                Defaults to the model's, `default_optimizers`.
            discriminator_optimizer: The same for the discriminator; another
                instance.
            loss: `kerasgan.losses.AdversarialLoss`, its name, or `None` to
                keep what the model has.
            run_eagerly, jit_compile, steps_per_execution: As in
                `keras.Model.compile`.
        """
        if loss is not None:
            loss = losses.get(loss)
        with self.distribution_scope():
            defaults = self.default_optimizers()
        super().compile(
            generator_optimizer=generator_optimizer or defaults["generator"],
            discriminator_optimizer=discriminator_optimizer
            or defaults["discriminator"],
            run_eagerly=run_eagerly,
            jit_compile=jit_compile,
            steps_per_execution=steps_per_execution,
        )
        if loss is not None:
            self.adversarial_loss = loss

    @property
    def loss(self):
        return self.adversarial_loss

    @loss.setter
    def loss(self, loss):
        # Keras' `compile` sets it to `None`, which says nothing.
        if loss is not None:
            self.adversarial_loss = loss

    def checked_attribute(self, name, value):
        return super().checked_attribute(name, checked(self, name, value))

    def default_optimizers(self):
        """Returns a dict from players to the optimizers of the paper.

        Here, those that DCGAN made common; Goodfellow et al. used SGD.
        """
        return {
            player: keras.optimizers.Adam(2e-4, beta_1=0.5)
            for player in ("generator", "discriminator")
        }
