from kerasgan import models
from kerasgan import networks
from kerasgan.applications.application import Application
from kerasgan.applications.registry import register
from kerasgan.training.slots import packing_of
from kerasgan.utils.image_shape import as_shape
from kerasgan.utils.seeds import second_seed


@register
class GAN(Application, models.GAN):
    """The first GAN: two multilayer perceptrons.

    For small images, and for points in the plane, the smallest case there
    is. With images the generator ends in tanh; with points it is linear.

    Args:
        image_shape: Tuple, shape of one example: `(height, width, channels)`
            or `(dimensions,)`. Defaults to `(28, 28, 1)`.
        latent_dim: Integer, length of the latents. Defaults to 100.
        units: Tuple of integers, widths of the generator's hidden layers;
            the discriminator's are the same in reverse order, without the
            widest. Defaults to `(256, 512, 1024)`; one number gives both
            networks one hidden layer.
        loss: `"non_saturating"` (the default) or `"minimax"`, or any other.
        seed: Integer or `None`, for initial weights, latents and noise. The
            order in which `fit` shuffles the data is that of
            `keras.utils.set_random_seed`. Defaults to `None`.
        name: String, the model's name.
        pretrained, include_discriminator, dtype: See
            `kerasgan.applications.DCGAN`.
        **kwargs: Further arguments of `kerasgan.models.GAN`.

    Example:

    ```python
    import kerasgan

    gan = kerasgan.applications.GAN(
        image_shape=(2,), latent_dim=8, units=(16,), seed=0
    )
    points, labels, centers = kerasgan.datasets.gaussian_ring(128)
    gan.fit(points, batch_size=64, verbose=0)
    assert gan.generate(5, seed=0).shape == (5, 2)
    ```

    Reference:
        Goodfellow et al., 2014, arXiv 1406.2661. Deviations: LeakyReLU and
        tanh instead of maxout, dropout and sigmoid; Adam instead of momentum
        SGD. These are the settings in which it is taught today.
    """

    def __init__(
        self,
        image_shape=(28, 28, 1),
        latent_dim=100,
        units=(256, 512, 1024),
        loss="non_saturating",
        seed=None,
        name=None,
        **kwargs,
    ):
        image_shape, units = as_shape(image_shape), tuple(units)
        is_image = len(image_shape) == 3
        super().__init__(
            networks.mlp_generator(
                image_shape,
                latent_dim,
                units,
                output_activation="tanh" if is_image else None,
                seed=seed,
            ),
            networks.mlp_discriminator(
                _packed(image_shape, packing_of(kwargs.get("augmentation"))),
                units[:1] if len(units) == 1 else units[-2::-1],
                seed=second_seed(seed),
            ),
            loss=loss,
            seed=seed,
            name=name,
            network_config={
                "image_shape": image_shape,
                "latent_dim": latent_dim,
                "units": units,
            },
            **kwargs,
        )


def _packed(shape, packing):
    return (*shape[:-1], shape[-1] * packing)
