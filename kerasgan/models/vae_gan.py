import keras
from keras import ops

from kerasgan.losses.feature_matching import feature_network
from kerasgan.models.latent_model import LatentModel
from kerasgan.training.encoding import Encoding
from kerasgan.training.encoding import check_encoder
from kerasgan.training.slots import SLOTS
from kerasgan.training.validation import check_shapes
from kerasgan.utils import check_number


@keras.saving.register_keras_serializable(package="kerasgan")
class VAEGAN(Encoding, LatentModel):
    """A variational autoencoder that compares by a discriminator's features.

    The generator is the decoder too. With `z` drawn from what the encoder
    says of the real images, `z_p` from the prior, and `f` the features of a
    layer of the discriminator:

    ```
    E minimises  KL(q(z | x), N(0, I)) + |f(x) - f(G(z))|^2 / 2
    D minimises  d_loss(D(x), D(G(z_p))) / 2 + d_loss(D(x), D(G(z))) / 2
    G minimises  the mean g_loss of D(G(z_p)) and D(G(z))
                 + reconstruction_weight * mean (f(x) - f(G(z)))^2 / 2
    ```

    What is compared does not train the discriminator, whose features would
    otherwise become 0, and what the discriminator says does not reach the
    encoder. In the encoder's loss all is summed over latents and features,
    as of a density; in the generator's the mean over the features is taken.

    Args:
        generator: Built Keras model from latents, `(batch, latent_dim)`, to
            images, `(batch, height, width, channels)` in [-1, 1].
        encoder: Built Keras model from images to a list of means of latents
            and logarithms of their standard deviations.
        discriminator: Built Keras model from images to logits.
        feature_layer: String, name of the discriminator's layer whose
            outputs are compared, a convolution before its activation for
            instance.
        reconstruction_weight: Float, the paper's gamma, for the mean over the
            features. Defaults to 1.
        loss: `kerasgan.losses.AdversarialLoss`, or its name. Defaults to
            `"non_saturating"`; the paper's is `"minimax"`.
        **kwargs: `regularizers`, `augmentation`, `ema`, `seed` and `name`, as
            for `kerasgan.models.GAN`.

    Raises:
        ValueError: If the networks do not fit together.

    Example:

    ```python
    import numpy as np
    import kerasgan

    gan = kerasgan.applications.VAEGAN(
        image_shape=(8, 8, 1), latent_dim=4, filters=2
    )
    images = np.zeros((8, 8, 8, 1), "uint8")
    gan.fit(images, batch_size=4, verbose=0)
    assert gan.reconstruct(images).shape == images.shape
    assert gan.generate(3, seed=0).shape == (3, 8, 8, 1)
    ```

    Reference:
        Larsen et al., 2016, arXiv 1512.09300. Deviations: the authors'
        `gamma` is for the sum over the features, 1e-6 times 16,384 of them;
        they skip steps of the player that is ahead.
    """

    _player_names = ("encoder", "generator", "discriminator")

    _fixed_attributes = (
        *("seed", "generator", "discriminator", "ema_generator"),
        *("encoder", "ema_encoder"),
    )

    def __init__(
        self,
        generator,
        encoder,
        discriminator,
        feature_layer,
        reconstruction_weight=1.0,
        loss="non_saturating",
        **kwargs,
    ):
        check_number("reconstruction_weight", reconstruction_weight, least=0)
        check_encoder(encoder, generator, outputs=(2,))
        check_shapes(generator.output_shape, discriminator.inputs[0].shape)
        feature_network(discriminator, feature_layer)
        loss = SLOTS["loss"]("loss", loss)
        if loss is None or loss.feature_layer or loss.uses_real_logits:
            raise ValueError(
                "`loss` must be one of the logits of generated images alone, "
                f"such as 'non_saturating'. Received: loss={loss!r}"
            )
        super().__init__(
            {
                "generator": generator,
                "encoder": encoder,
                "discriminator": discriminator,
            },
            ("d_loss", "g_loss", "e_loss", "divergence", "feature_error"),
            loss=loss,
            averaged_networks=("generator", "encoder"),
            **kwargs,
        )
        self.feature_layer = feature_layer
        self.reconstruction_weight = reconstruction_weight

    # === One step ===

    def adversarial_step(self, batch):
        real, _ = self.unpack(batch)
        prior = self._latents_for(real)
        noise = self._noise(ops.shape(prior))
        said, pull_encoder = self._compute_once(
            "encoder",
            lambda: ops.concatenate(self._call(self.encoder, real), axis=1),
        )
        latents = _draw(said, noise)
        fakes, pull_generator = self._compute_once(
            "generator",
            lambda: ops.concatenate(
                [
                    self._call(self.generator, latents),
                    self._call(self.generator, prior),
                ]
            ),
        )
        features = ops.stop_gradient(self._features(real))

        def of_encoder(said):
            divergence = _divergence(said)
            copies = self._call(self.generator, _draw(said, noise))
            error = self._error(features, copies)
            count = float(features.shape[1])
            loss = divergence + count * error
            return loss, {
                "e_loss": loss,
                "divergence": divergence,
                "feature_error": error,
            }

        def of_discriminator():
            loss, logs = self._discriminator_objective(real, fakes)
            return loss, {"d_loss": loss, **logs}

        def of_generator(fakes):
            copies, _ = ops.split(fakes, 2)
            loss = self.loss.generator(self._logits_of(fakes))
            error = self._error(features, copies)
            loss = loss + self.reconstruction_weight * error
            return loss, {"g_loss": loss}

        logs = self._minimize_through("encoder", said, pull_encoder, of_encoder)
        logs |= self._minimize_through(
            "generator", fakes, pull_generator, of_generator
        )
        return logs | self.minimize("discriminator", of_discriminator)

    def _discriminator_objective(self, real, fakes):
        """Returns the discriminator's loss with penalties, and their logs."""
        real_logits = self._logits_of(real)
        loss = self.loss.discriminator(real_logits, self._logits_of(fakes))
        _, drawn = ops.split(fakes, 2)
        penalty, logs = self._penalty_of_images(
            self._logits_of, real, drawn, real_logits
        )
        return loss + penalty, logs

    def _logits_of(self, images):
        images = self.augment(images, not self._is_evaluating)
        return self._call(self.discriminator, images)

    def _features(self, images):
        """Returns what is compared of images, `(batch, features)`."""
        network = feature_network(self.discriminator, self.feature_layer)
        features = self._call(network, images)
        return ops.reshape(features, (-1, _size(features.shape[1:])))

    def _error(self, features, copies):
        """Returns half the mean squared difference of copies' features."""
        return 0.5 * ops.mean(ops.square(features - self._features(copies)))

    # === Keras ===

    def _get_game_config(self):
        """Returns the config of everything but the networks."""
        return self._config_of_game(VAEGAN)


def _size(shape):
    size = 1
    for side in shape:
        size *= side
    return size


def _draw(said, noise):
    """Returns latents of means and logarithms of deviations side by side."""
    mean, log_deviation = ops.split(said, 2, axis=1)
    return mean + ops.exp(log_deviation) * noise


def _divergence(said):
    """Returns the divergence from the prior, summed over the latents."""
    mean, log_deviation = ops.split(said, 2, axis=1)
    terms = (
        ops.square(mean)
        + ops.exp(2.0 * log_deviation)
        - 1.0
        - 2.0 * log_deviation
    )
    return 0.5 * ops.mean(ops.sum(terms, axis=1))
