import keras
from keras import ops

from kerasgan.models.began import check_copies
from kerasgan.models.latent_model import LatentModel
from kerasgan.utils import check_number


@keras.saving.register_keras_serializable(package="kerasgan")
class EBGAN(LatentModel):
    """A game whose discriminator gives energies: how badly it copies images.

    With `e(x)` the mean squared error of the discriminator's copy of `x`,
    over all pixels and channels:

    ```
    D minimises  mean e(real) + mean max(0, margin - e(G(z)))
    G minimises  mean e(G(z)) + pulling_away_weight * PT
    PT = mean over pairs i != j of cos(S_i, S_j)^2
    ```

    with `S` the codes of the generated images in the middle of the
    autoencoder: the pulling-away term keeps them from becoming alike. Where
    generated images are like real ones, the discriminator's loss is the
    margin.

    Args:
        generator: Built Keras model from latents, `(batch, latent_dim)`, to
            images, `(batch, height, width, channels)` in [-1, 1].
        discriminator: Built Keras model from images to `[copies, codes]`,
            images of the same shape and `(batch, n)`.
        margin: Float above 0. Defaults to 0.25. It is about the mean error of
            pixels in [-1, 1], the paper's about sums.
        pulling_away_weight: Float. Defaults to 0.1, the paper's.
        latent_prior: See `kerasgan.models.GAN`. Defaults to `"normal"`.
        **kwargs: `regularizers`, `augmentation`, `ema`, `seed` and `name`, as
            for `kerasgan.models.GAN`; penalties of images are of their
            energies.

    Raises:
        ValueError: If the networks do not fit together.

    Example:

    ```python
    import numpy as np
    import kerasgan

    networks = kerasgan.networks
    gan = kerasgan.models.EBGAN(
        networks.dcgan_generator((8, 8, 1), 4, filters=2),
        networks.ebgan_autoencoder((8, 8, 1), 4, filters=2),
        seed=0,
    )
    images = np.zeros((8, 8, 8, 1), "uint8")
    gan.fit(images, batch_size=4, verbose=0)
    ```

    Reference:
        Zhao, Mathieu and LeCun, 2017, arXiv 1609.03126. Deviation: means
        over pixels instead of sums.
    """

    _fixed_attributes = ("seed", "generator", "discriminator", "ema_generator")

    def __init__(
        self,
        generator,
        discriminator,
        margin=0.25,
        pulling_away_weight=0.1,
        latent_prior="normal",
        **kwargs,
    ):
        check_number("margin", margin, above=0)
        check_number("pulling_away_weight", pulling_away_weight, least=0)
        check_copies(generator, discriminator)
        shapes = [tuple(x.shape) for x in discriminator.outputs]
        if len(shapes) != 2 or len(shapes[1]) != 2:
            raise ValueError(
                "`discriminator` must have two outputs, copies of its images "
                "and their codes, `(batch, n)`. Received: outputs of shapes "
                f"{shapes}"
            )
        super().__init__(
            {"generator": generator, "discriminator": discriminator},
            ("d_loss", "g_loss", "real_error", "fake_error", "pulling_away"),
            latent_prior=latent_prior,
            **kwargs,
        )
        self.margin = margin
        self.pulling_away_weight = pulling_away_weight

    # === One step ===

    def adversarial_step(self, batch):
        real, _ = self.unpack(batch)
        latents = self._latents_for(real)
        fake, pullback = self._compute_once(
            "generator", lambda: self._call(self.generator, latents)
        )

        def of_discriminator():
            energies, _ = self._energies(real)
            of_fake, _ = self._energies(fake)
            error = ops.mean(energies)
            loss = error + ops.mean(ops.relu(self.margin - of_fake))
            penalty, logs = self._penalty_of_images(
                lambda images: self._energies(images)[0], real, fake, energies
            )
            loss = loss + penalty
            return loss, {"d_loss": loss, "real_error": error, **logs}

        def of_generator(fake):
            # Through the copy and the image that it is compared with.
            energies, codes = self._energies(fake)
            error, pull = ops.mean(energies), pulling_away(codes)
            loss = error + self.pulling_away_weight * pull
            return loss, {
                "g_loss": loss,
                "fake_error": error,
                "pulling_away": pull,
            }

        logs = self.minimize("discriminator", of_discriminator)
        return logs | self._minimize_through(
            "generator", fake, pullback, of_generator
        )

    def _energies(self, images):
        """Returns the energy of each image, `(batch,)`, and its code."""
        images = self.augment(images, not self._is_evaluating)
        copies, codes = self._call(self.discriminator, images)
        return ops.mean(ops.square(images - copies), axis=(1, 2, 3)), codes

    # === Keras ===

    def _get_game_config(self):
        """Returns the config of everything but the networks."""
        return self._config_of_game(EBGAN)


def pulling_away(codes):
    """Returns the mean squared cosine of the codes of different images.

    Args:
        codes: Float32 tensor, `(batch, n)`.
    """
    squares = ops.sum(ops.square(codes), axis=1, keepdims=True)
    directions = codes * ops.rsqrt(squares + 1e-8)
    cosines = ops.square(ops.matmul(directions, ops.transpose(directions)))
    count = ops.cast(ops.shape(codes)[0], "float32")
    others = ops.sum(cosines) - ops.sum(ops.square(ops.sum(directions**2, 1)))
    # Of a single image there is no other.
    return others / ops.maximum(count * (count - 1.0), 1.0)
