import keras
from keras import ops

from kerasgan.models.conditional_gan import ConditionalGAN


@keras.saving.register_keras_serializable(package="kerasgan")
class MatchingAwareGAN(ConditionalGAN):
    """A conditional game with real images of wrong conditions: GAN-CLS.

    The discriminator learns from three kinds of pairs. With `y'` the
    conditions of other images of the minibatch, and `c` the `wrong_weight`:

    ```
    D minimises (1 - c) d_loss(D(real, y), D(G(z, y), y))
                    + c d_loss(D(real, y), D(real, y'))
    G minimises g_loss(D(G(z, y), y))
    ```

    So it has to look whether an image is of its condition, also while it can
    still tell generated images by their looks. The wrong conditions are those
    of the next image; now and then one fits nevertheless, more often the
    fewer different conditions there are.

    Args:
        generator: Built Keras model from `[latents, conditions]` to images.
        discriminator: Built Keras model from `[images, conditions]` to
            logits.
        wrong_weight: Float in [0, 1], `c`. Defaults to 0.5, the paper's; 0
            is `ConditionalGAN`.
        **kwargs: See `kerasgan.models.ConditionalGAN`.

    Raises:
        ValueError: If `wrong_weight` is not in [0, 1].

    Example:

    ```python
    import numpy as np
    import kerasgan

    captions = ["a dark square", "a bright square"] * 4
    text = kerasgan.conditions.Text.from_captions(captions, units=3)
    networks = kerasgan.networks
    gan = kerasgan.models.MatchingAwareGAN(
        networks.cgan_generator((8, 8, 1), condition=text, filters=2, units=4),
        networks.cgan_discriminator(
            (8, 8, 1), condition=text, filters=2, units=4
        ),
        condition=text,
    )
    images = np.zeros((8, 8, 8, 1), "uint8")
    images[1::2] = 255
    gan.fit(images, captions, batch_size=4, verbose=0)
    gan.generate(3, condition="a bright square")
    ```

    Reference:
        Reed et al., 2016, arXiv 1605.05396. Deviation: the authors' code
        keeps the text and takes another image; here the image stays. Their
        interpolation of texts (GAN-INT) is left out.
    """

    _further_log_names = ("wrong_logits",)

    def __init__(self, generator, discriminator, wrong_weight=0.5, **kwargs):
        if not 0 <= wrong_weight <= 1:
            raise ValueError(
                "`wrong_weight` must be from 0 to 1. Received: "
                f"wrong_weight={wrong_weight!r}"
            )
        super().__init__(generator, discriminator, **kwargs)
        self.wrong_weight = wrong_weight

    def _discriminator_objective(
        self, real, fake, of_real, of_fake=None, training=True
    ):
        of_fake = of_real if of_fake is None else of_fake
        of_others = ops.roll(of_real, 1, axis=0)
        real_logits = self._logits_of(real, of_real, training)
        fake_logits = self._logits_of(fake, of_fake, training)
        wrong_logits = self._logits_of(real, of_others, training)
        c = self.wrong_weight
        loss = (1.0 - c) * self.discriminator_loss(real_logits, fake_logits)
        loss = loss + c * self.discriminator_loss(real_logits, wrong_logits)
        penalty, logs = self._discriminator_penalty(
            real, fake, of_real, real_logits, training
        )
        loss = loss + penalty
        return loss, {
            "d_loss": loss,
            "real_logits": ops.mean(real_logits),
            "fake_logits": ops.mean(fake_logits),
            "wrong_logits": ops.mean(wrong_logits),
            **logs,
        }

    def _get_game_config(self):
        config = super()._get_game_config()
        return {**config, "wrong_weight": self.wrong_weight}
