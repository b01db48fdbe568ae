from kerasgan import networks
from kerasgan.applications.application import Application
from kerasgan.applications.registry import register
from kerasgan.models import GAN
from kerasgan.utils.image_shape import as_image_shape
from kerasgan.utils.seeds import second_seed


@register
class DCGAN(Application, GAN):
    """The deep convolutional GAN, with the paper's networks and settings.

    Strided convolutions, BatchNormalization in both networks, ReLU and tanh
    in the generator, LeakyReLU in the discriminator; the non-saturating
    loss; Adam with learning rate 2e-4 and beta_1 0.5; weights from
    N(0, 0.02); latents from U(-1, 1).

    Args:
        image_shape: Tuple `(height, width, channels)`, each side at least 8
            pixels. Defaults to `(28, 28, 1)`; the paper's is `(64, 64, 3)`.
        latent_dim: Integer, length of the latents. Defaults to 100.
        filters: Integer, channels of the layers next to the image; doubled
            with each halving of the size. Defaults to 64; the authors used
            128.
        kernel_size: Integer. Defaults to 4; the authors used 5.
        latent_prior: See `kerasgan.models.GAN`. Defaults to `"uniform"`.
        seed: Integer or `None`, for initial weights, latents and noise. The
            order in which `fit` shuffles the data is that of
            `keras.utils.set_random_seed`. Defaults to `None`.
        name: String, the model's name.
        pretrained: `False`; `True` or the name of a preset; a folder that
            `save_to_preset` wrote; or `hf://user/repository`. See
            `kerasgan.applications.list_pretrained`.
        include_discriminator: Bool, whether the discriminator has the
            preset's weights too. If not, it starts anew. Defaults to `True`.
        dtype: Policy of the networks' layers, such as `"mixed_bfloat16"`.
            Defaults to `keras.config.dtype_policy()`. A `.keras` file keeps
            it, a preset does not.
        **kwargs: Further arguments of `kerasgan.models.GAN`: `loss`,
            `regularizers`, `augmentation`, `ema`, `discriminator_steps`,
            `reuse_fakes`.

    Example:

    ```python
    import numpy as np
    import kerasgan

    gan = kerasgan.applications.DCGAN(image_shape=(16, 16, 1), filters=4)
    images = np.zeros((32, 16, 16, 1), "uint8")
    gan.fit(images, batch_size=16, verbose=0)
    assert gan.generate(4, seed=0).shape == (4, 16, 16, 1)
    ```

    Reference:
        Radford, Metz and Chintala, 2016, arXiv 1511.06434. Deviations: 64
        filters of size 4 instead of 128 of size 5 by default; no weight
        decay, which the authors' code has and the paper does not mention;
        both players see the same generated images in a step, where the
        authors' code alternates on different ones.
    """

    def __init__(
        self,
        image_shape=(28, 28, 1),
        latent_dim=100,
        filters=64,
        kernel_size=4,
        latent_prior="uniform",
        seed=None,
        name=None,
        **kwargs,
    ):
        image_shape = as_image_shape(image_shape)
        super().__init__(
            networks.dcgan_generator(
                image_shape, latent_dim, filters, kernel_size, seed=seed
            ),
            networks.dcgan_discriminator(
                image_shape,
                filters,
                kernel_size,
                seed=second_seed(seed),
            ),
            latent_prior=latent_prior,
            seed=seed,
            name=name,
            network_config={
                "image_shape": image_shape,
                "latent_dim": latent_dim,
                "filters": filters,
                "kernel_size": kernel_size,
            },
            **kwargs,
        )
