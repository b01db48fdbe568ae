import keras
from keras import ops

from kerasgan import backend
from kerasgan.augmentations.packing import pack
from kerasgan.losses.feature_matching import feature_network
from kerasgan.models.adversarial_model import AdversarialModel
from kerasgan.saving.constructor_config import constructor_config
from kerasgan.training import validation
from kerasgan.training.frozen import frozen_config
from kerasgan.training.latent_drawing import LatentDrawing
from kerasgan.training.slots import filled
from kerasgan.training.slots import packing_of

_LOG_NAMES = ("d_loss", "g_loss", "real_logits", "fake_logits")


@keras.saving.register_keras_serializable(package="kerasgan")
class GAN(LatentDrawing, AdversarialModel):
    """The game of a generator and a discriminator; bring your own networks.

    One training step, after Algorithm 1 of the paper:

    ```
    repeat discriminator_steps times, each with a fresh minibatch of reals:
        fake = G(latents)
        D minimises  d_loss(D(real), D(fake)) + penalties
    G minimises  g_loss(D(fake)),  with the fakes of the last repetition
    ```

    The generator runs once for each discriminator update: the fakes that the
    discriminator has seen are scored again after its update, and the
    gradient goes back through that forward pass. Real and generated images
    pass the discriminator as separate batches.

    To change the game, subclass and override `discriminator_loss`,
    `generator_loss`, or, for a wholly new one, `adversarial_step`.

    Args:
        generator: Built Keras model from latents, `(batch, latent_dim)`, to
            images, `(batch, height, width, channels)` in [-1, 1].
        discriminator: Built Keras model from images to logits, `(batch, 1)`
            or any shape; no sigmoid at the end.
        loss: `kerasgan.losses.AdversarialLoss`, or its name. Defaults to
            `"non_saturating"`.
        regularizers: List of `kerasgan.regularizers.Regularizer` or their
            names, added to the discriminator's loss. Defaults to none.
        augmentation: `kerasgan.augmentations.Augmentation` or its name, or a
            list of them: how all images that the discriminator trains on are
            changed. Defaults to `None`.
        ema: `None`; or a float, a half-life in real images shown; or
            `kerasgan.training.EMA`. If given, `ema_generator` follows the
            generator as an exponential moving average, and generates the
            images. Defaults to `None`.
        latent_prior: `"normal"`, `"uniform"` (in [-1, 1]) or a
            `kerasgan.latent.Prior`. Defaults to `"normal"`.
        discriminator_steps: Integer, discriminator updates for each update
            of the generator, each on a minibatch of its own: one training
            step consumes that many minibatches. Defaults to 1.
        reuse_fakes: Bool, whether the generator's update looks at the fakes
            of the last discriminator update again, rather than at new ones,
            as most papers do: one forward pass less. Defaults to `True`.
        seed: Integer or `None`, for latents, noise and penalties. The weights
            are initialised by the networks' own seeds. The order in which
            `fit` shuffles the data is that of `keras.utils.set_random_seed`.
            Defaults to `None`.
        name: String, the model's name.

    Raises:
        ValueError: If the networks do not fit together, or a loss,
            regularizer or prior is unknown.

    Example:

    ```python
    import keras
    import numpy as np
    import kerasgan

    generator = kerasgan.networks.mlp_generator((4, 4, 1), 8, (16,))
    discriminator = kerasgan.networks.mlp_discriminator((4, 4, 1), (16,))
    gan = kerasgan.models.GAN(
        generator,
        discriminator,
        loss="hinge",
        regularizers=[kerasgan.regularizers.R1(weight=1.0)],
        ema=1000.0,
        seed=0,
    )
    gan.compile(generator_optimizer=keras.optimizers.Adam(1e-4))
    images = np.zeros((32, 4, 4, 1), "uint8")
    gan.fit(images, batch_size=8, verbose=0)
    assert gan.generate(5, seed=0).shape == (5, 4, 4, 1)
    ```

    Reference:
        Goodfellow et al., 2014, arXiv 1406.2661. Deviation: the paper's
        generator draws latents of its own, as with `reuse_fakes=False`; by
        default it reuses the discriminator's last.
    """

    def __init__(
        self,
        generator,
        discriminator,
        loss="non_saturating",
        regularizers=(),
        augmentation=None,
        ema=None,
        latent_prior="normal",
        discriminator_steps=1,
        reuse_fakes=True,
        seed=None,
        name=None,
    ):
        own = filled(
            latent_prior=latent_prior, discriminator_steps=discriminator_steps
        )
        slots = filled(
            loss=loss,
            regularizers=regularizers,
            augmentation=augmentation,
            ema=ema,
        )
        packing = packing_of(slots["augmentation"])
        self._check_networks(generator, discriminator, packing)
        validation.check_slots(slots, discriminator)
        super().__init__(
            {"generator": generator, "discriminator": discriminator},
            log_names=(*_LOG_NAMES, *self._further_log_names),
            seed=seed,
            name=name,
            averaged_networks=self._averaged_names,
            **slots,
        )
        self.latent_prior = own["latent_prior"]
        self.discriminator_steps = own["discriminator_steps"]
        self.reuse_fakes = reuse_fakes

    def _check_networks(self, generator, discriminator, packing):
        """Raises unless the discriminator takes what the generator makes."""
        validation.check_built("generator", generator)
        validation.check_built("discriminator", discriminator)
        made, taken = generator.output_shape, discriminator.input_shape
        validation.check_shapes(made, taken, packing)

    _player_names = ("generator", "discriminator")

    _fixed_attributes = ("seed", "generator", "discriminator", "ema_generator")

    #: Networks that `ema` averages.
    _averaged_names = ("generator",)

    #: Keys that a subclass adds to the logs.
    _further_log_names = ()

    # === The paper's equations ===

    def _sample_latents(self, batch_size):
        """Returns the float32 latents of one minibatch."""
        shape = (batch_size, *self.generator.inputs[0].shape[1:])
        return self.latent_prior.sample(shape, self.seed_generator)

    def discriminator_loss(self, real_logits, fake_logits):
        """Returns what the discriminator minimises, without penalties."""
        return self.loss.discriminator(real_logits, fake_logits)

    def generator_loss(self, fake_logits, real_logits=None):
        """Returns what the generator minimises.

        Args:
            fake_logits: Float32 logits of generated images.
            real_logits: Float32 logits of the last real minibatch if the
                loss has `uses_real_logits`, else `None`.
        """
        return self.loss.generator(fake_logits, real_logits)

    def _loss_of_logits(self, loss):
        # A method of its own may be of something else.
        is_own = type(self).discriminator_loss is not GAN.discriminator_loss
        return None if is_own else loss

    # === One step ===

    @property
    def _minibatches_per_step(self):
        return self.discriminator_steps

    def adversarial_step(self, batch):
        images, labels = self.unpack(batch)
        count = self.discriminator_steps
        for i in range(count):
            real, y = self._minibatch(images, labels, i)
            is_last = i == count - 1
            fake, of_fake, pull = self._fakes(
                ops.shape(real)[0], y, is_last and self.reuse_fakes
            )
            d_logs = self._update_discriminator(real, fake, y, of_fake)
        if not self.reuse_fakes:
            fake, of_fake, pull = self._fakes(ops.shape(real)[0], y, True)
        g_logs = self._update_generator(fake, real, y, of_fake, pull)
        return {**d_logs, **g_logs}

    def _fakes(self, rows, labels, with_gradient):
        """Returns generated images, their condition, and their pullback.

        The pullback, of a gradient for the images to one for the generator's
        weights, is `None` where none is asked for or nothing is trained.
        """
        latents = self._sharded(self._sample_latents(rows))
        condition = self._fake_condition(latents, labels)
        if not with_gradient:
            with backend.no_gradients():
                return self._synthesize(latents, labels), condition, None
        fake, pull = self._compute_once(
            "generator", lambda: self._synthesize(latents, labels)
        )
        return fake, condition, pull

    def _update_discriminator(self, real, fake, of_real, of_fake):
        return self.minimize(
            "discriminator",
            lambda: self._discriminator_objective(real, fake, of_real, of_fake),
            with_penalties=False,
        )

    def _update_generator(self, fake, real, of_real, of_fake, pull):
        return self._minimize_through(
            "generator",
            fake,
            pull,
            lambda fake: self._generator_objective(
                fake, real, of_real, of_fake
            ),
        )

    def _evaluation_step(self, batch):
        images, labels = self.unpack(batch)
        latents = self._sharded(self._sample_latents(ops.shape(images)[0]))
        fake = self._synthesize(latents, labels, training=False)
        given = labels, self._fake_condition(latents, labels), False
        d_loss, d_logs = self._discriminator_objective(images, fake, *given)
        g_loss, g_logs = self._generator_objective(fake, images, *given)
        self._note("discriminator", d_loss)
        self._note("generator", g_loss)
        return {**d_logs, **g_logs}

    # === The two objectives ===

    def _fake_condition(self, latents, labels):
        """Returns the condition of generated images, by default the labels."""
        return labels

    def _further_losses(self, real_outputs, fake_outputs, of_real, of_fake):
        """Returns a loss on the discriminator's outputs after the first.

        Beside it a dict of its parts to log, keyed by `_further_log_names`.
        For the generator's loss, `real_outputs` is `None`.
        """
        return 0.0, {}

    def _discriminator_objective(
        self, real, fake, of_real, of_fake=None, training=True
    ):
        """Returns the discriminator's loss and the parts it consists of.

        Args:
            real, fake: Images, `(batch, height, width, channels)`; the
                generated ones are detached.
            of_real, of_fake: Their conditions. Without the latter, both have
                the former.
            training: Bool.
        """
        of_fake = of_real if of_fake is None else of_fake
        real_logits, real_outputs = self._discriminate(real, of_real, training)
        fake_logits, fake_outputs = self._discriminate(fake, of_fake, training)
        loss = self.discriminator_loss(real_logits, fake_logits)
        further, logs = self._further_losses(
            real_outputs, fake_outputs, of_real, of_fake
        )
        penalty, penalties = self._discriminator_penalty(
            real, fake, of_real, real_logits, training
        )
        loss = loss + further + penalty
        return loss, {
            "d_loss": loss,
            **logs,
            "real_logits": ops.mean(real_logits),
            "fake_logits": ops.mean(fake_logits),
            **penalties,
        }

    def _discriminator_penalty(
        self, real, fake, of_real, real_logits, training
    ):
        """Returns the sum of the discriminator's penalties, and what to log."""
        total, logs = self._weight_penalty("discriminator")
        if "real_signs" in self._latest_logs:
            logs = {**logs, "real_signs": ops.mean(ops.sign(real_logits))}
        penalty, penalties = self._image_penalty(
            "discriminator",
            lambda images: self._logits_of(images, of_real, training),
            real,
            fake,
            real_logits,
            training,
        )
        return total + penalty, {**logs, **penalties}

    def _generator_objective(
        self, fake, real, of_real, of_fake=None, training=True
    ):
        """Returns the generator's loss and the parts it consists of.

        As `_discriminator_objective`, but for the order of its arguments:
        `fake`, which is not detached, comes first.
        """
        of_fake = of_real if of_fake is None else of_fake
        if self.loss.feature_layer is not None:
            loss = self.loss.of_features(
                self._features(fake, of_fake, training),
                self._features(real, of_real, training),
            )
            return loss, {"g_loss": loss}
        fake_logits, fake_outputs = self._discriminate(fake, of_fake, training)
        real_logits = None
        if self.loss.uses_real_logits:
            real_logits = self._logits_of(real, of_real, training)
        loss = self.generator_loss(fake_logits, real_logits)
        given = None, fake_outputs, of_real, of_fake
        further, logs = self._further_losses(*given)
        loss = loss + further
        return loss, {"g_loss": loss, **logs}

    # === How the two networks are called ===

    def _generator_inputs(self, latents, condition):
        """Returns what the generator is called with."""
        return latents

    def _discriminator_inputs(self, images, condition):
        """Returns what the discriminator is called with."""
        return images

    def _call_network(self, network, inputs, training):
        """Returns the outputs of the generator or the discriminator."""
        return backend.call_network(network, inputs, training)

    def _synthesize(self, latents, condition=None, training=True):
        """Returns the generator's images, float32."""
        inputs = self._generator_inputs(latents, condition)
        images = self._call_network(self.generator, inputs, training)
        return ops.cast(images, "float32")

    def _discriminate(self, images, condition=None, training=True):
        """Returns the discriminator's logits and further outputs, float32.

        In training, this is where images are augmented. The further outputs
        are a list, which is empty where there are none.
        """
        images = self.augment(images, training)
        inputs = self._discriminator_inputs(images, condition)
        outputs = self._call_network(self.discriminator, inputs, training)
        outputs = [ops.cast(x, "float32") for x in keras.tree.flatten(outputs)]
        return outputs[0], outputs[1:]

    def _logits_of(self, images, condition=None, training=True):
        """Returns the discriminator's logits, float32."""
        return self._discriminate(images, condition, training=training)[0]

    def _features(self, images, condition, training):
        network = feature_network(self.discriminator, self.loss.feature_layer)
        images = pack(images, packing_of(self.augmentation))
        inputs = self._discriminator_inputs(images, condition)
        return backend.call_network(network, inputs, training)

    # === Keras ===

    def _default_optimizers(self):
        """Those that DCGAN made common; Goodfellow et al. used SGD."""
        return {
            player: keras.optimizers.Adam(2e-4, beta_1=0.5)
            for player in ("generator", "discriminator")
        }

    def get_config(self):
        """Returns the arguments that the model can be made of again."""
        serialize = keras.saving.serialize_keras_object
        return {
            "generator": serialize(self.generator),
            "discriminator": serialize(self.discriminator),
            **self._get_game_config(),
        }

    def _get_game_config(self):
        """Returns the config of everything but the networks."""
        config = constructor_config(
            self, GAN, without=("generator", "discriminator"), cls=GAN
        )
        return {**config, **frozen_config(self, self._player_names)}
