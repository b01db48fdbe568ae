import keras

from kerasgan import conditions
from kerasgan import networks
from kerasgan.applications.application import Application
from kerasgan.applications.registry import register
from kerasgan.models import MatchingAwareGAN
from kerasgan.utils.image_shape import as_image_shape
from kerasgan.utils.seeds import second_seed


@register
class GANCLS(Application, MatchingAwareGAN):
    """Text to image: GAN-CLS, with small networks and a projection.

    The caption is appended to the input of every layer of the generator and
    projected into the discriminator; hinge loss.

    Args:
        image_shape: Tuple `(height, width, channels)`, each side at least 8
            pixels. Defaults to `(64, 64, 3)`, the paper's.
        num_classes: Integer, for labels instead of captions; short for
            `condition=kerasgan.conditions.Labels(num_classes)`. Defaults to
            `None`.
        latent_dim: Integer, length of the latents. Defaults to 100.
        filters: Integer, channels of the layers next to the image, in both
            networks. Defaults to 64.
        units: Integer, width of the generator's hidden fully connected
            layer. Defaults to 512.
        wrong_weight: Float. Defaults to 0.5, the paper's.
        loss: See `kerasgan.models.GAN`. Defaults to `"hinge"`.
        seed: Integer or `None`, for initial weights, latents and noise. The
            order in which `fit` shuffles the data is that of
            `keras.utils.set_random_seed`. Defaults to `None`.
        name: String, the model's name.
        pretrained, include_discriminator, dtype: See
            `kerasgan.applications.DCGAN`.
        condition: `kerasgan.conditions.Text`, or any other condition or its
            config. It or `num_classes` must be given. Defaults to `None`.
        **kwargs: Further arguments of `kerasgan.models.GAN`.

    Example:

    ```python
    import numpy as np
    import kerasgan

    captions = ["a dark square", "a bright square"] * 4
    text = kerasgan.conditions.Text.from_captions(captions, units=4)
    gan = kerasgan.applications.GANCLS(
        (8, 8, 1), condition=text, filters=4, units=8
    )
    images = np.zeros((8, 8, 8, 1), "uint8")
    images[1::2] = 255
    gan.fit(images, captions, batch_size=4, verbose=0)
    bright = gan.generate(2, condition="a bright square", seed=0)
    ```

    Reference:
        Reed et al., 2016, arXiv 1605.05396. Deviations: those of
        `kerasgan.models.MatchingAwareGAN` and `kerasgan.conditions.Text`;
        spectral normalisation, a projection (Miyato and Koyama, 2018, arXiv
        1802.05637) and hinge loss instead of BatchNormalization, texts
        appended to the last map and the non-saturating loss; no residual
        blocks.
    """

    def __init__(
        self,
        image_shape=(64, 64, 3),
        num_classes=None,
        latent_dim=100,
        filters=64,
        units=512,
        wrong_weight=0.5,
        loss="hinge",
        seed=None,
        name=None,
        condition=None,
        **kwargs,
    ):
        condition = conditions.required(num_classes, condition)
        image_shape = as_image_shape(image_shape)
        network_config = {
            "image_shape": image_shape,
            "latent_dim": latent_dim,
            "filters": filters,
            "units": units,
        }
        super().__init__(
            networks.cgan_generator(
                **network_config, seed=seed, condition=condition
            ),
            networks.projection_discriminator(
                image_shape,
                filters=filters,
                seed=second_seed(seed),
                condition=condition,
            ),
            wrong_weight=wrong_weight,
            loss=loss,
            condition=condition,
            seed=seed,
            name=name,
            network_config=network_config,
            **kwargs,
        )

    def _default_optimizers(self):
        """Adam; the discriminator's is faster, as its kernels are bounded."""
        return {
            "generator": keras.optimizers.Adam(2e-4, beta_1=0.5),
            "discriminator": keras.optimizers.Adam(3e-4, beta_1=0.5),
        }
