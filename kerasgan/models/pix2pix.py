import keras
from keras import ops

from kerasgan.models.translation_model import TranslationModel
from kerasgan.models.translation_model import psnr
from kerasgan.training.side_by_side import beside
from kerasgan.training.validation import check_built
from kerasgan.utils import check_number
from kerasgan.utils.seeds import seed_or_drawn


@keras.saving.register_keras_serializable(package="kerasgan")
class Pix2Pix(TranslationModel):
    """Translates images, from pairs of an image and what it becomes.

    One training step, as in the authors' code:

    ```
    fake = G(input)
    D minimises  (d_loss of D(target, input) and D(fake, input)) / 2
    G minimises  g_loss of D(fake, input) + l1_weight * mean |target - fake|
    ```

    The fakes that the discriminator has seen are scored again after its
    update. The generator has no latents: its noise is the dropout in it,
    `kerasgan.layers.NoiseDropout`, which may stay on after training.

    A few of the first pairs, of the validation data where there are some, are
    kept and saved with the model: pictures in the middle of a training are of
    these, input, output and target in a row, and so are `generate`'s.

    Args:
        generator: Built Keras model from images, `(batch, height, width,
            channels)` in [-1, 1], to images of the same height and width.
        discriminator: Built Keras model from the list of images and inputs
            to logits of any shape, such as
            `kerasgan.networks.patch_discriminator`.
        l1_weight: Float. Defaults to 100, the paper's.
        loss: `kerasgan.losses.AdversarialLoss`, or its name. Defaults to
            `"non_saturating"`, the paper's.
        adversarial_weight: Float, the factor of what the discriminator says
            in the generator's loss. Defaults to `None`: 1, and 2 with
            `"least_squares"`, which halves its squares.
        discriminator_weight: Float, the factor of the discriminator's loss,
            without penalties. Defaults to `None`: half the sum over real and
            generated images, so that it learns more slowly.
        **kwargs: `regularizers`, `augmentation` (of input and output alike),
            `ema`, `seed` and `name`, as for `kerasgan.models.GAN`.

    Raises:
        ValueError: If the networks do not fit together.

    Example:

    ```python
    import numpy as np
    import kerasgan

    shape = (8, 8, 1)
    game = kerasgan.models.Pix2Pix(
        kerasgan.networks.unet_generator(shape, filters=2),
        kerasgan.networks.patch_discriminator(
            shape, condition_channels=1, receptive_field=16, filters=2
        ),
        seed=0,
    )
    inputs = np.zeros((8, *shape), "uint8")
    game.fit(inputs, 255 - inputs, batch_size=4, verbose=0)
    assert game.translate(inputs, seed=0).shape == inputs.shape
    ```

    Reference:
        Isola et al., 2017, arXiv 1611.07004.
    """

    _fixed_attributes = ("seed", "generator", "discriminator", "ema_generator")

    def __init__(
        self,
        generator,
        discriminator,
        l1_weight=100.0,
        loss="non_saturating",
        adversarial_weight=None,
        discriminator_weight=None,
        **kwargs,
    ):
        check_number("l1_weight", l1_weight, least=0)
        _check_networks(generator, discriminator)
        super().__init__(
            {"generator": generator, "discriminator": discriminator},
            ("d_loss", "g_loss", "l1_loss", "psnr"),
            loss=loss,
            adversarial_weight=adversarial_weight,
            discriminator_weight=discriminator_weight,
            **kwargs,
        )
        self.l1_weight = l1_weight

    # === One step ===

    def adversarial_step(self, batch):
        inputs, targets = self._unpack_pair(batch)
        fake, pullback = self._compute_once(
            "generator", lambda: self._translated(self.generator, inputs)
        )

        def of_discriminator():
            loss, logs = self._discriminator_objective(
                self.discriminator, targets, fake, inputs
            )
            return loss, {"d_loss": loss, **logs}

        def of_generator(fake):
            loss = self._adversarial_loss(
                self.discriminator, fake, targets, inputs
            )
            l1 = ops.mean(ops.abs(targets - fake))
            loss = loss + self.l1_weight * l1
            return loss, {"g_loss": loss, "l1_loss": l1}

        logs = self.minimize("discriminator", of_discriminator)
        logs |= self._minimize_through(
            "generator", fake, pullback, of_generator
        )
        return {**logs, "psnr": psnr(targets, fake)}

    # === Data ===

    @property
    def _real_shape(self):
        return tuple(self.generator.inputs[0].shape[1:])

    @property
    def _example_shapes(self):
        """Shapes of an input and of a target, unknown sides `None`."""
        return self._real_shape, self.image_shape

    def _check_batch(self, images, labels):
        self._check_pair(images, labels, self._example_shapes)

    # === Pictures ===

    def _sample_pictures(self, n, seed=None):
        """Returns rows of input, output and, where it is known, target."""
        if self.examples is not None:
            n = min(n, len(self.examples[0]))
        seed = seed_or_drawn(seed)
        images, targets = self._draw_examples(n, seed)
        return beside(images, self.render(images), targets)

    # === Keras ===

    def _get_game_config(self):
        """Returns the config of everything but the networks."""
        return self._config_of_game(Pix2Pix)


def _check_networks(generator, discriminator):
    check_built("generator", generator)
    check_built("discriminator", discriminator)
    made = tuple(generator.output_shape[1:])
    given = tuple(generator.inputs[0].shape[1:])
    taken = [tuple(x.shape[1:]) for x in discriminator.inputs]
    if taken != [made, given]:
        raise ValueError(
            "`discriminator` must take the list of the images that "
            "`generator` makes and of those that it is given. Received: a "
            f"generator from {given} to {made}, and a discriminator that "
            f"takes {taken}"
        )
    if len(made) != 3 or made[:2] != given[:2]:
        raise ValueError(
            "`generator` must lead from images to images of the same height "
            f"and width. Received: one from {given} to {made}"
        )
