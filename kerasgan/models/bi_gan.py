import keras
from keras import ops

from kerasgan.models.latent_model import LatentModel
from kerasgan.training.encoding import Encoding
from kerasgan.training.encoding import check_encoder
from kerasgan.training.slots import SLOTS
from kerasgan.training.validation import check_built


@keras.saving.register_keras_serializable(package="kerasgan")
class BiGAN(Encoding, LatentModel):
    """A game that learns to draw and to encode: BiGAN, or ALI.

    The discriminator judges pairs of an image and latents, and has to tell
    those of the encoder `E` from those of the generator:

    ```
    D      minimises  d_loss(D(real, E(real)), D(G(z), z))
    E, G   minimise   d_loss(D(G(z), z), D(real, E(real)))
    ```

    the latter with the roles swapped: both move to be taken for the other,
    which is best for them where `E` inverts `G`, though no reconstruction is
    ever looked at. All move by what the others were before the step.

    With an encoder of two outputs, means and logarithms of standard
    deviations, latents are drawn from that distribution: ALI.

    Args:
        generator: Built Keras model from latents, `(batch, latent_dim)`, to
            images, `(batch, height, width, channels)` in [-1, 1].
        encoder: Built Keras model from images to latents, or to a list of
            two of their shape. What it gives must be able to reach all of
            the prior, and no more: tanh for a uniform one, linear for a
            normal one.
        discriminator: Built Keras model from `[images, latents]` to logits.
        loss: `kerasgan.losses.AdversarialLoss`, or its name. Defaults to
            `"non_saturating"`, the papers'.
        latent_prior: See `kerasgan.models.GAN`. Defaults to `"uniform"`.
        **kwargs: `regularizers`, `augmentation`, `ema`, `seed` and `name`, as
            for `kerasgan.models.GAN`. `"generator"` is the player of both
            `E` and `G`. Penalties of images keep the latents of real ones.

    Raises:
        ValueError: If the networks do not fit together.

    Example:

    ```python
    import numpy as np
    import kerasgan

    gan = kerasgan.applications.BiGAN(
        image_shape=(8, 8, 1), latent_dim=4, filters=2, units=8
    )
    images = np.zeros((8, 8, 8, 1), "uint8")
    gan.fit(images, batch_size=4, verbose=0)
    assert gan.encode(images).shape == (8, 4)
    assert gan.reconstruct(images).shape == images.shape
    ```

    Reference:
        Donahue, Krähenbühl and Darrell, 2017, arXiv 1605.09782; Dumoulin et
        al., 2017, arXiv 1606.00704. Deviation: real and generated pairs pass
        the discriminator as separate batches.
    """

    _fixed_attributes = (
        *("seed", "generator", "discriminator", "ema_generator"),
        *("encoder", "ema_encoder"),
    )

    def __init__(
        self,
        generator,
        encoder,
        discriminator,
        loss="non_saturating",
        latent_prior="uniform",
        **kwargs,
    ):
        check_encoder(encoder, generator)
        _check_pairs(discriminator, generator)
        loss = SLOTS["loss"]("loss", loss)
        if loss is None or loss.feature_layer is not None:
            raise ValueError(
                "`loss` must be one of logits, such as 'non_saturating'. "
                f"Received: loss={loss!r}"
            )
        super().__init__(
            {
                "generator": generator,
                "encoder": encoder,
                "discriminator": discriminator,
            },
            ("d_loss", "g_loss", "real_logits", "fake_logits"),
            loss=loss,
            latent_prior=latent_prior,
            averaged_networks=("generator", "encoder"),
            **kwargs,
        )

    # === One step ===

    def adversarial_step(self, batch):
        real, _ = self.unpack(batch)
        latents = self._latents_for(real)

        def of_both():
            fake = self._call(self.generator, latents)
            codes = self._codes_of(real)
            real_logits = self._logits_of(real, codes)
            fake_logits = self._logits_of(fake, latents)
            loss = self.loss.discriminator(fake_logits, real_logits)
            return loss, (fake, codes, loss)

        fake, codes, g_loss = self.minimize("generator", of_both)
        fake, codes = ops.stop_gradient(fake), ops.stop_gradient(codes)

        def of_discriminator():
            real_logits = self._logits_of(real, codes)
            fake_logits = self._logits_of(fake, latents)
            loss = self.loss.discriminator(real_logits, fake_logits)
            penalty, logs = self._penalty_of_images(
                lambda images: self._logits_of(images, codes),
                real,
                fake,
                real_logits,
            )
            loss = loss + penalty
            return loss, {
                "d_loss": loss,
                "real_logits": ops.mean(real_logits),
                "fake_logits": ops.mean(fake_logits),
                **logs,
            }

        return {
            "g_loss": g_loss,
            **self.minimize("discriminator", of_discriminator),
        }

    def _logits_of(self, images, latents):
        """Returns the discriminator's logits of pairs."""
        images = self.augment(images, not self._is_evaluating)
        return self._call(self.discriminator, [images, latents])

    # === Players ===

    def _networks_of(self, player):
        # One optimizer for both.
        if player == "generator":
            return [self.generator, self.encoder]
        return super()._networks_of(player)

    # === Keras ===

    def _get_game_config(self):
        """Returns the config of everything but the networks."""
        return self._config_of_game(BiGAN)


def _check_pairs(discriminator, generator):
    check_built("discriminator", discriminator)
    taken = [tuple(x.shape) for x in discriminator.inputs]
    made = [tuple(generator.output_shape), tuple(generator.inputs[0].shape)]
    if taken != made:
        raise ValueError(
            "`discriminator` must take the list of the images and the latents "
            f"of `generator`, of shapes {made}. Received: one that takes "
            f"{taken}"
        )
