import keras
from keras import ops

from kerasgan.models.latent_model import LatentModel
from kerasgan.training.encoding import Encoding
from kerasgan.training.encoding import check_encoder
from kerasgan.training.slots import SLOTS
from kerasgan.training.validation import check_built
from kerasgan.utils import check_number


@keras.saving.register_keras_serializable(package="kerasgan")
class AAE(Encoding, LatentModel):
    """An autoencoder whose latents are made to look like a prior.

    The discriminator sees latents alone, never images. One training step,
    in two phases:

    ```
    E, G  minimise   mean (x - G(E(x)))^2
    D     minimises  d_loss(D(z), D(E(x))),  z from the prior
    E     minimises  g_loss(D(E(x)))
    ```

    each with an optimizer of its own, `generator_optimizer`,
    `discriminator_optimizer` and `encoder_optimizer`, so that the scale of
    the reconstruction error and that of the discriminator's do not matter to
    each other.

    Args:
        generator: Built Keras model, the decoder, from latents,
            `(batch, latent_dim)`, to images, `(batch, height, width,
            channels)` in [-1, 1].
        encoder: Built Keras model from images to latents, or to a list of
            two, means and logarithms of standard deviations to draw from.
        discriminator: Built Keras model from latents to logits.
        noise: Float, standard deviation of the noise on the latents that the
            discriminator sees, in training. Defaults to 0.
        loss: `kerasgan.losses.AdversarialLoss`, or its name. Defaults to
            `"non_saturating"`, the paper's.
        **kwargs: `latent_prior`, what the latents shall look like, and
            `regularizers` of weights, `ema`, `seed` and `name`, as for
            `kerasgan.models.GAN`.

    Raises:
        ValueError: If the networks do not fit together.

    Example:

    ```python
    import numpy as np
    import kerasgan

    gan = kerasgan.applications.AAE(
        image_shape=(8, 8, 1), latent_dim=2, units=(8,)
    )
    images = np.zeros((8, 8, 8, 1), "uint8")
    gan.fit(images, batch_size=4, verbose=0)
    assert gan.encode(images).shape == (8, 2)
    ```

    Reference:
        Makhzani et al., 2015, arXiv 1511.05644: the variant without labels.
        Deviation: the squared error is a mean over pixels and without 1/2.
    """

    _player_names = ("generator", "discriminator", "encoder")

    _fixed_attributes = (
        *("seed", "generator", "discriminator", "ema_generator"),
        *("encoder", "ema_encoder"),
    )

    def __init__(
        self,
        generator,
        encoder,
        discriminator,
        noise=0.0,
        loss="non_saturating",
        augmentation=None,
        **kwargs,
    ):
        check_number("noise", noise, least=0)
        check_encoder(encoder, generator)
        _check_judge(discriminator, generator)
        if augmentation is not None:
            raise ValueError(
                "`augmentation` must be None, because the discriminator sees "
                f"no images. Received: augmentation={augmentation!r}"
            )
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
            ("d_loss", "g_loss", "e_loss"),
            loss=loss,
            averaged_networks=("generator", "encoder"),
            **kwargs,
        )
        self.noise = noise

    # === One step ===

    def adversarial_step(self, batch):
        real, _ = self.unpack(batch)
        drawn = self._latents_for(real)

        def of_autoencoder():
            copies = self._call(self.generator, self._codes_of(real))
            error = ops.mean(ops.square(real - copies))
            return error, {"g_loss": error}

        logs = self.minimize("generator", of_autoencoder)
        codes, pullback = self._compute_once(
            "encoder", lambda: self._codes_of(real)
        )

        def of_discriminator():
            real_logits, fake_logits = self._judge(drawn), self._judge(codes)
            loss = self.loss.discriminator(real_logits, fake_logits)
            penalty, logs = self._penalty_of_images(
                self._judge, drawn, codes, real_logits
            )
            return loss + penalty, {"d_loss": loss + penalty, **logs}

        def of_encoder(codes):
            real_logits = None
            if self.loss.uses_real_logits:
                real_logits = self._judge(drawn)
            loss = self.loss.generator(self._judge(codes), real_logits)
            return loss, {"e_loss": loss}

        logs |= self.minimize("discriminator", of_discriminator)
        return logs | self._minimize_through(
            "encoder", codes, pullback, of_encoder
        )

    def _judge(self, latents):
        """Returns the discriminator's logits of latents."""
        if self.noise and not self._is_evaluating:
            latents = latents + self.noise * self._noise(ops.shape(latents))
        return self._call(self.discriminator, latents)

    # === Players ===

    def _networks_of(self, player):
        # The encoder moves in both phases, each time by another optimizer.
        if player == "generator":
            return [self.generator, self.encoder]
        return super()._networks_of(player)

    # === Keras ===

    def _get_game_config(self):
        """Returns the config of everything but the networks."""
        return self._config_of_game(AAE)


def _check_judge(discriminator, generator):
    check_built("discriminator", discriminator)
    taken = [tuple(x.shape) for x in discriminator.inputs]
    if taken != [tuple(generator.inputs[0].shape)]:
        raise ValueError(
            "`discriminator` must take the latents of `generator`, of shape "
            f"{tuple(generator.inputs[0].shape)}. Received: one that takes "
            f"{taken}"
        )
