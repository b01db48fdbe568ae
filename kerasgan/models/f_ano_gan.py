import keras
from keras import ops

from kerasgan import backend
from kerasgan.latent import Uniform
from kerasgan.latent.discriminator_maps import discriminator_maps
from kerasgan.latent.discriminator_maps import last_map
from kerasgan.models.latent_model import LatentModel
from kerasgan.networks.dcgan_encoder import dcgan_encoder
from kerasgan.training.encoding import Encoding
from kerasgan.training.encoding import check_encoder
from kerasgan.training.validation import check_shapes
from kerasgan.utils import check_number


@keras.saving.register_keras_serializable(package="kerasgan")
class FAnoGAN(Encoding, LatentModel):
    """An encoder for a GAN that is trained already (f-AnoGAN).

    It learns which latents lead to an image, so that none need be searched
    for. With `f` the last activations of the discriminator that have a height
    and a width:

    ```
    E minimises  mean (x - G(E(x)))^2
                 + feature_weight mean (f(x) - f(G(E(x))))^2
    ```

    The generator and the discriminator are frozen, and computed in inference
    mode. `FAnoGAN.from_gan(gan)` makes one of a model of kerasgan, with
    copies of its networks.

    The same expression of a picture, `scores`, says how unlike it is what
    the model can draw; `kerasgan.latent.AnomalyDetector(gan, encoder=...)`
    says which scores are high. The latents are also where
    `kerasgan.latent.project(init=...)` can begin.

    Args:
        generator: Built Keras model from latents, `(batch, latent_dim)`, to
            images, `(batch, height, width, channels)` in [-1, 1]. It is
            frozen.
        encoder: Built Keras model from images to latents.
        discriminator: Built functional Keras model of images. It is frozen.
        feature_weight: Float, the paper's kappa; with 0, the discriminator
            is not asked. Defaults to 1.
        latent_prior: `"normal"`, `"uniform"` or a `kerasgan.latent.Prior`,
            that of the generator. Defaults to `"normal"`.
        **kwargs: `ema`, of the encoder, `seed` and `name`, as for
            `kerasgan.models.GAN`.

    Raises:
        ValueError: If the networks do not fit together.

    Example:

    ```python
    import kerasgan

    gan = kerasgan.applications.DCGAN((8, 8, 1), filters=2, seed=0)
    images = gan.generate(8, seed=1)
    inverse = kerasgan.models.FAnoGAN.from_gan(gan, filters=2, seed=0)
    inverse.fit(images, batch_size=4, verbose=0)
    assert inverse.encode(images).shape == (8, 100)
    assert inverse.scores(images).shape == (8,)
    ```

    Reference:
        Schlegl et al., 2019, f-AnoGAN: Fast unsupervised anomaly detection
        with generative adversarial networks, Medical Image Analysis 54; the
        encoder that they call izi_f.
    """

    _player_names = ("encoder",)

    _fixed_attributes = (
        *("seed", "generator", "discriminator"),
        *("encoder", "ema_encoder"),
    )

    def __init__(
        self,
        generator,
        encoder,
        discriminator,
        feature_weight=1.0,
        latent_prior="normal",
        ema=None,
        seed=None,
        name=None,
    ):
        check_number("feature_weight", feature_weight, least=0)
        check_encoder(encoder, generator, outputs=(1,))
        for key, network in (
            ("generator", generator),
            ("discriminator", discriminator),
        ):
            if len(network.inputs) != 1:
                raise ValueError(
                    f"`{key}` must have one input, because the encoder is "
                    "not told what is in an image. Received: "
                    f"{len(network.inputs)} inputs"
                )
        check_shapes(generator.output_shape, discriminator.input_shape)
        generator.trainable = False
        discriminator.trainable = False
        super().__init__(
            {
                "generator": generator,
                "encoder": encoder,
                "discriminator": discriminator,
            },
            ("e_loss", "image_error", "feature_error"),
            latent_prior=latent_prior,
            ema=ema,
            seed=seed,
            name=name,
            averaged_networks=("encoder",),
        )
        self.feature_weight = feature_weight

    @classmethod
    def from_gan(cls, gan, encoder=None, filters=64, seed=None, **kwargs):
        """Returns a model with copies of a GAN's networks, and an encoder.

        Args:
            gan: A model of kerasgan whose images are of latents alone, with
                a discriminator of images.
            encoder: Built Keras model from images to latents. Defaults to
                `None`: `kerasgan.networks.dcgan_encoder`, with tanh where
                latents are uniform.
            filters: Integer, channels of its first layer. Defaults to 64.
            seed: Integer or `None`, also for its weights.
            **kwargs: Further arguments of `FAnoGAN`.

        Raises:
            ValueError: If the model draws from something else besides.
        """
        parts = getattr(gan, "_latent_parts", ())
        if (
            len(parts) != 1
            or getattr(gan, "condition", None) is not None
            or hasattr(gan, "_current_phase")
            or len(gan.generator.inputs) != 1
            or getattr(gan, "discriminator", None) is None
        ):
            raise ValueError(
                "`gan` must be a model of kerasgan that makes images of one "
                "size of latents alone, with a discriminator. Received: "
                f"{type(gan).__name__}"
            )
        generator = _copy(gan._inference_generator)
        if encoder is None:
            is_uniform = isinstance(gan.latent_prior, Uniform)
            encoder = dcgan_encoder(
                generator.output_shape[1:],
                parts[0][0],
                filters,
                output_activation="tanh" if is_uniform else None,
                seed=seed,
            )
        return cls(
            generator,
            encoder,
            _copy(gan.discriminator),
            latent_prior=gan.latent_prior,
            seed=seed,
            **kwargs,
        )

    # === One step ===

    def adversarial_step(self, batch):
        real, _ = self.unpack(batch)

        def of_encoder():
            codes = self._call(self.encoder, real)
            image_errors, feature_errors = self._errors(real, codes)
            image_error = ops.mean(image_errors)
            feature_error = ops.mean(feature_errors)
            loss = image_error + self.feature_weight * feature_error
            return loss, {
                "e_loss": loss,
                "image_error": image_error,
                "feature_error": feature_error,
            }

        return self.minimize("encoder", of_encoder)

    def _errors(self, images, codes):
        """Returns mean squares of an image's errors, and of its features'."""
        copies = ops.cast(
            backend.call_network(self.generator, codes, False), "float32"
        )
        image_errors = _mean_square(images - copies)
        if not self.feature_weight:
            return image_errors, ops.zeros_like(image_errors)
        features = [
            ops.cast(
                last_map(discriminator_maps(self.discriminator, x)), "float32"
            )
            for x in (images, copies)
        ]
        return image_errors, _mean_square(features[0] - features[1])

    # === Scores ===

    def scores(self, images, batch_size=64):
        """Returns how unlike what the model can draw images are.

        Args:
            images: Array `(n, height, width, channels)`, uint8 or float in
                [-1, 1].
            batch_size: Integer, images computed at a time. Defaults to 64.

        Returns:
            Float32 NumPy array, `(n,)`: the encoder's loss of each. It does
            not depend on other images.
        """
        from kerasgan.latent import anomaly_scores

        return anomaly_scores(
            self,
            images,
            encoder=self,
            feature_weight=self.feature_weight,
            batch_size=batch_size,
            verbose=0,
        ).scores

    # === Keras ===

    def _default_optimizers(self):
        """The authors have RMSprop at 5e-5, and 50,000 steps."""
        return {"encoder": keras.optimizers.Adam(2e-4, beta_1=0.5)}

    def _get_game_config(self):
        """Returns the config of everything but the networks."""
        return self._config_of_game(FAnoGAN)


def _copy(network):
    copy = type(network).from_config(network.get_config())
    copy.set_weights(network.get_weights())
    return copy


def _mean_square(x):
    return ops.mean(ops.square(x), axis=tuple(range(1, len(x.shape))))
