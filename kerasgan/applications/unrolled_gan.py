from kerasgan import networks
from kerasgan.applications.application import Application
from kerasgan.applications.registry import register
from kerasgan.models import UnrolledGAN as UnrolledGANModel
from kerasgan.utils.image_shape import as_shape
from kerasgan.utils.seeds import second_seed


@register
class UnrolledGAN(Application, UnrolledGANModel):
    """The unrolled GAN on small perceptrons, for points or small images.

    Two hidden layers of 128 tanh units in each network, as in the authors'
    example of eight Gaussians.

    Args:
        image_shape: Tuple, shape of one example: `(dimensions,)` or
            `(height, width, channels)`. Defaults to `(2,)`.
        latent_dim: Integer, length of the latents. Defaults to 256.
        units: Tuple of integers, widths of both networks' hidden layers.
            Defaults to `(128, 128)`.
        unrolling_steps: Integer, how many of the discriminator's updates the
            generator foresees. Defaults to 5.
        seed: Integer or `None`, for initial weights, latents and noise. The
            order in which `fit` shuffles the data is that of
            `keras.utils.set_random_seed`. Defaults to `None`.
        name: String, the model's name.
        pretrained, include_discriminator, dtype: See
            `kerasgan.applications.DCGAN`.
        **kwargs: Further arguments of `kerasgan.models.UnrolledGAN`.

    Example:

    ```python
    import kerasgan

    gan = kerasgan.applications.UnrolledGAN(units=(8,), unrolling_steps=2)
    points, labels, centers = kerasgan.datasets.gaussian_ring(64)
    gan.fit(points, batch_size=32, verbose=0)
    ```

    Reference:
        Metz et al., 2017, arXiv 1611.02163.
    """

    def __init__(
        self,
        image_shape=(2,),
        latent_dim=256,
        units=(128, 128),
        unrolling_steps=5,
        seed=None,
        name=None,
        **kwargs,
    ):
        image_shape, units = as_shape(image_shape), tuple(units)
        shared = {
            "activation": "tanh",
            "kernel_initializer": {
                "class_name": "Orthogonal",
                "config": {"gain": 1.4},
            },
        }
        super().__init__(
            networks.mlp_generator(
                image_shape,
                latent_dim,
                units,
                output_activation="tanh" if len(image_shape) == 3 else None,
                seed=seed,
                **shared,
            ),
            networks.mlp_discriminator(
                image_shape, units, seed=second_seed(seed), **shared
            ),
            unrolling_steps=unrolling_steps,
            seed=seed,
            name=name,
            network_config={
                "image_shape": image_shape,
                "latent_dim": latent_dim,
                "units": units,
            },
            **kwargs,
        )
