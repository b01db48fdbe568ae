from kerasgan.applications.application import Application
from kerasgan.applications.registry import register
from kerasgan.models import ProGAN as ProgressiveGame
from kerasgan.networks import ProgressiveDiscriminator
from kerasgan.networks import ProgressiveGenerator
from kerasgan.utils.image_shape import as_image_shape
from kerasgan.utils.seeds import second_seed


@register
class ProGAN(Application, ProgressiveGame):
    """The GAN whose images grow from 4x4 to full size in one `fit`.

    Args:
        image_shape: Tuple `(size, size, channels)`: a power of two from 8 to
            1024, and 1 or 3 channels. Defaults to `(64, 64, 3)`.
        latent_dim: Integer, length of the latents. Defaults to `None`, as
            many as the 4x4 map has channels, 512 at full width.
        width: Float, factor of the paper's channels, `min(16384 / size,
            512)` for maps of a size. Defaults to `None`: 1 from 256 pixels
            on, as in the paper, and 0.25 below.
        max_channels: Integer, the most channels of a map, in place of `width`
            times 512; see `kerasgan.networks.ProgressiveGenerator`. A
            CPU can train `width=1/16, max_channels=128`. Defaults to
            `None`.
        kimg: Float, thousands of images in each stabilising phase. Defaults
            to `None`: 600 from 256 pixels on, as in the authors' code, and
            100 below.
        fade_kimg: Float, the same for each fading phase. Defaults to `None`,
            which is `kimg`.
        batch_sizes: Dict from sizes in pixels to images in a minibatch; see
            `kerasgan.models.ProGAN`. Defaults to `None`: the authors' table
            for one device from 256 pixels on (128 up to 16x16, then half as
            many at each size), and below what `fit` is given.
        loss: See `kerasgan.models.GAN`. Defaults to `"wasserstein"`.
        regularizers: Defaults to the paper's: a gradient penalty of weight
            10 and a drift penalty of weight 0.001.
        seed: Integer or `None`, for initial weights, latents and penalties.
            The order in which `fit` shuffles the data is that of
            `keras.utils.set_random_seed`. Defaults to `None`.
        name: String, the model's name.
        pretrained, include_discriminator, dtype: See
            `kerasgan.applications.DCGAN`.
        **kwargs: Further arguments of `kerasgan.models.ProGAN`.

    Example:

    ```python
    import numpy as np
    import kerasgan

    gan = kerasgan.applications.ProGAN(
        image_shape=(8, 8, 1), width=1 / 128, kimg=0.004
    )
    images = np.zeros((16, 8, 8, 1), "uint8")
    gan.fit(images, batch_size=8, verbose=0)
    assert gan.resolution == 8
    ```

    Reference:
        Karras et al., 2018, arXiv 1710.10196. Deviations: one learning rate
        at all sizes, where the authors' larger runs raise it from 256 pixels
        on; the average of the generator has a half-life in images.
    """

    def __init__(
        self,
        image_shape=(64, 64, 3),
        latent_dim=None,
        width=None,
        max_channels=None,
        kimg=None,
        fade_kimg=None,
        batch_sizes=None,
        seed=None,
        name=None,
        **kwargs,
    ):
        image_shape = as_image_shape(image_shape, least=1)
        is_large = max(image_shape[:2]) >= _PAPER_SIZE
        arguments = {
            "image_shape": image_shape,
            "width": (1.0 if is_large else 0.25) if width is None else width,
            "max_channels": max_channels,
        }
        generator = ProgressiveGenerator(
            latent_dim=latent_dim, seed=seed, **arguments
        )
        if batch_sizes is None and is_large:
            batch_sizes = {s: _batch_size(s) for s in generator.sizes}
        super().__init__(
            generator,
            ProgressiveDiscriminator(seed=second_seed(seed), **arguments),
            kimg=(600 if is_large else 100) if kimg is None else kimg,
            fade_kimg=fade_kimg,
            batch_sizes=batch_sizes,
            seed=seed,
            name=name,
            network_config={**arguments, "latent_dim": latent_dim},
            **kwargs,
        )


# From here on the paper's settings are the defaults.
_PAPER_SIZE = 256


def _batch_size(size):
    # 128 up to 16x16, then half as many at each size, down to 4.
    return max(4, min(128, 2048 // size))
