import keras
import numpy as np
from keras import ops

from kerasgan import backend
from kerasgan.models.translation_model import TranslationModel
from kerasgan.models.translation_model import psnr
from kerasgan.training.side_by_side import beside
from kerasgan.training.validation import check_built
from kerasgan.utils import check_count
from kerasgan.utils import check_number
from kerasgan.utils.bicubic import shrink
from kerasgan.utils.pixels import from_bytes
from kerasgan.utils.pixels import to_bytes
from kerasgan.utils.seeds import seed_or_drawn


@keras.saving.register_keras_serializable(package="kerasgan")
class SRGAN(TranslationModel):
    """Enlarges images, with the detail that large images have.

    It trains on large images alone; the small ones are made of them, by
    bicubic interpolation. One training step:

    ```
    fake = G(small)
    D minimises  d_loss of D(large) and D(fake)
    G minimises  content_weight * mean |f(large) - f(fake)|^2
                 + pixel_weight * mean |large - fake|
                 + adversarial_weight * g_loss of D(fake)
    ```

    with `f` the maps of a network that knows pictures, or the images
    themselves. With `pretraining = True` there is no discriminator in it, and
    the generator minimises the mean squared error of the images, as the paper
    lets it begin:

    ```
    game.fit(images, epochs=60, pretraining_epochs=20)
    ```

    A few of the first images, of the validation data where there are some,
    are kept and saved with the model: pictures in the middle of a training
    are of these, small, enlarged and as they were.

    Args:
        generator: Built Keras model from small images in [-1, 1] to large
            ones, such as `kerasgan.networks.srresnet_generator`.
        discriminator: Built Keras model from large images to logits, such as
            `kerasgan.networks.srgan_discriminator`.
        features: Built Keras model from large images in [-1, 1] to maps; it
            is not trained, and saved with the model. Defaults to `None`: the
            images themselves.
        content_weight: Float. Defaults to 1.
        pixel_weight: Float, as ESRGAN has it (Wang et al., 2018, arXiv
            1809.00219): where the maps are smaller than the images, they see
            no difference between plain areas and grids of fine dots.
            Defaults to 0, as in the paper.
        pretraining: Bool. Defaults to `False`.
        loss: `kerasgan.losses.AdversarialLoss`, or its name. Defaults to
            `"non_saturating"`, the paper's.
        adversarial_weight: Float. Defaults to 1e-3, the paper's.
        discriminator_weight: Float, the factor of the discriminator's loss,
            without penalties. Defaults to 1.
        **kwargs: `regularizers`, `augmentation`, `ema`, `seed` and `name`, as
            for `kerasgan.models.GAN`.

    Raises:
        ValueError: If the networks do not fit together.

    Example:

    ```python
    import numpy as np
    import kerasgan

    game = kerasgan.models.SRGAN(
        kerasgan.networks.srresnet_generator(
            (4, 4, 1), scale=4, filters=2, blocks=1
        ),
        kerasgan.networks.srgan_discriminator((16, 16, 1), 2, units=4),
        seed=0,
    )
    images = np.zeros((8, 16, 16, 1), "uint8")
    game.fit(images, batch_size=4, verbose=0)
    assert game.translate(images[:, ::4, ::4]).shape == images.shape
    ```

    Reference:
        Ledig et al., 2017, arXiv 1609.04802. Deviation: the maps are of
        whatever network is given, not of VGG19, and not scaled by 1/12.75:
        `content_weight` does that.
    """

    _fixed_attributes = (
        *("seed", "generator", "discriminator", "ema_generator"),
        "features",
    )

    def __init__(
        self,
        generator,
        discriminator,
        features=None,
        content_weight=1.0,
        pixel_weight=0.0,
        pretraining=False,
        loss="non_saturating",
        adversarial_weight=1e-3,
        discriminator_weight=1.0,
        **kwargs,
    ):
        check_number("content_weight", content_weight, least=0)
        check_number("pixel_weight", pixel_weight, least=0)
        scale = _scale_of(generator, discriminator)
        networks = {"generator": generator, "discriminator": discriminator}
        if features is not None:
            check_built("features", features)
            features.trainable = False
            networks["features"] = features
        super().__init__(
            networks,
            ("d_loss", "g_loss", "content_loss", "psnr"),
            loss=loss,
            adversarial_weight=adversarial_weight,
            discriminator_weight=discriminator_weight,
            **kwargs,
        )
        if features is None:
            self.features = None
        self.content_weight = content_weight
        self.pixel_weight = pixel_weight
        self.pretraining = bool(pretraining)
        self.scale = scale

    # === One step ===

    def adversarial_step(self, batch):
        large, _ = self.unpack(batch)
        small = shrink(large, self.scale)
        fake, pullback = self._compute_once(
            "generator", lambda: self._translated(self.generator, small)
        )
        logs = {"d_loss": ops.zeros(())}
        if not self.pretraining:
            logs = self.minimize(
                "discriminator", lambda: self._of_discriminator(large, fake)
            )
        logs |= self._minimize_through(
            "generator",
            fake,
            pullback,
            lambda fake: self._of_generator(large, fake),
        )
        return {**logs, "psnr": psnr(large, fake)}

    def _of_discriminator(self, large, fake):
        loss, logs = self._discriminator_objective(
            self.discriminator, large, fake
        )
        return loss, {"d_loss": loss, **logs}

    def _of_generator(self, large, fake):
        content = ops.mean(ops.square(self._seen(large) - self._seen(fake)))
        loss = content
        if not self.pretraining:
            loss = self.content_weight * content
            if self.pixel_weight:
                pixels = ops.mean(ops.abs(large - fake))
                loss = loss + self.pixel_weight * pixels
            loss = loss + self._adversarial_loss(
                self.discriminator, fake, large
            )
        return loss, {"g_loss": loss, "content_loss": content}

    def _seen(self, images):
        """Returns what is compared of images, float32."""
        if self.features is None or self.pretraining:
            return images
        maps = backend.call_network(self.features, images, False)
        return ops.cast(maps, "float32")

    # === Data ===

    def fit(
        self,
        x=None,
        y=None,
        batch_size=None,
        epochs=1,
        verbose="auto",
        callbacks=None,
        pretraining_epochs=None,
        **kwargs,
    ):
        """Plays the game on large images, after a pretraining if asked for.

        Args:
            x: Large images, `(n, height, width, channels)`, uint8 or float in
                [-1, 1], or a data set of batches of them.
            y: Always `None`.
            batch_size, epochs, verbose, callbacks: As in
                `keras.Model.fit`.
            pretraining_epochs: Integer, how many of the epochs, counted from
                the first of all, are of pretraining. Sets `pretraining`.
                Defaults to `None`: `pretraining` stays as it is.
            **kwargs: As in `kerasgan.models.GAN`'s `fit`.

        Returns:
            A `keras.callbacks.History`.

        Raises:
            ValueError: If the data is not what the game can train on. No
                state has changed then.
        """
        before = self.pretraining
        if pretraining_epochs is not None:
            check_count("pretraining_epochs", pretraining_epochs, least=0)
            first = kwargs.get("initial_epoch", 0)
            self.pretraining = first < pretraining_epochs
            # Before those that save the model.
            turn = _turn_after(self, pretraining_epochs)
            callbacks = [turn, *keras.tree.flatten(callbacks or [])]
        try:
            return super().fit(
                x,
                y,
                batch_size=batch_size,
                epochs=epochs,
                verbose=verbose,
                callbacks=callbacks,
                **kwargs,
            )
        except ValueError:
            self.pretraining = before
            raise

    @property
    def _real_shape(self):
        return self.image_shape

    @property
    def _example_shapes(self):
        """Shapes of a small and of a large image, unknown sides `None`."""
        return tuple(self.generator.inputs[0].shape[1:]), self.image_shape

    def hold_examples(self, x, y=None):
        """Keeps the first images of data, in place of others.

        Args:
            x: Array of large images, or a data set of batches of them.
            y: Always `None`.
        """
        super().hold_examples(x)
        if self.examples is not None:
            large = self.examples[0]
            if large.shape[1:] != self.image_shape:
                self.__dict__["_examples"] = None
                return
            small = shrink(from_bytes(large), self.scale)
            small = keras.ops.convert_to_numpy(small)
            self.__dict__["_examples"] = to_bytes(small), large

    # === Pictures ===

    def _sample_pictures(self, n, seed=None):
        """Returns rows of small, enlarged and, if known, large image."""
        if self.examples is not None:
            n = min(n, len(self.examples[0]))
        images, large = self._draw_examples(n, seed_or_drawn(seed))
        enlarged = np.clip(self.render(from_bytes(images)), -1.0, 1.0)
        return beside(images, enlarged, large)

    # === Keras ===

    def _default_optimizers(self):
        """Those of the paper."""
        return {
            player: keras.optimizers.Adam(1e-4) for player in self._player_names
        }

    def _get_game_config(self):
        """Returns the config of everything but the networks."""
        return self._config_of_game(SRGAN)


def _turn_after(game, epochs):
    """Returns the callback that ends the pretraining after some epochs."""

    def end(epoch, logs=None):
        game.pretraining = epoch + 1 < epochs

    return keras.callbacks.LambdaCallback(on_epoch_end=end)


def _scale_of(generator, discriminator):
    """Returns how many times as large the generator makes images."""
    check_built("generator", generator)
    check_built("discriminator", discriminator)
    given = tuple(generator.inputs[0].shape[1:])
    made = tuple(generator.output_shape[1:])
    taken = tuple(discriminator.inputs[0].shape[1:])
    if made != taken:
        raise ValueError(
            "`discriminator` must take the images that `generator` makes. "
            f"Received: {made} and a discriminator that takes {taken}"
        )
    scale = made[0] // given[0] if None not in (*made, *given) else 0
    if not scale or made[:2] != tuple(scale * n for n in given[:2]):
        raise ValueError(
            "`generator` must make images that are a whole number of times as "
            "high and as wide as what it is given, of known sizes. Received: "
            f"one from {given} to {made}"
        )
    if made[2] != given[2]:
        raise ValueError(
            "`generator` must keep the number of channels. Received: one from "
            f"{given} to {made}"
        )
    return scale
