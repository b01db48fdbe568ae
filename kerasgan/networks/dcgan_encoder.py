"""An encoder that mirrors the generator of DCGAN."""

import keras
from keras import layers

from kerasgan.networks import pieces
from kerasgan.networks.dcgan import dcgan_sizes
from kerasgan.networks.dcgan import halve
from kerasgan.networks.pieces import builder
from kerasgan.utils import check_count


@builder
def dcgan_encoder(
    image_shape,
    latent_dim=100,
    filters=64,
    kernel_size=4,
    output_activation=None,
    stochastic=False,
    batch_normalization=True,
    seed=None,
    name="encoder",
):
    """Builds an encoder for the latents of `dcgan_generator`.

    Convolutions of stride 2 halve the image down to a small map, as in
    DCGAN's discriminator, then come linear units. LeakyReLU with slope 0.2,
    and BatchNormalization on every layer but the first and the last.

    Args:
        image_shape: Tuple `(height, width, channels)` of the images, each
            side at least 8.
        latent_dim: Integer, length of the latents. Defaults to 100.
        filters: Integer, channels of the first layer; each further one has
            twice as many. Defaults to 64.
        kernel_size: Integer. Defaults to 4.
        output_activation: Name of an activation or a function: `"tanh"` for
            latents of a uniform prior. Defaults to `None`, linear, for those
            of a normal one.
        stochastic: Bool, whether there is a second output, logarithms of
            standard deviations. Defaults to `False`.
        batch_normalization: Bool. Defaults to `True`.
        seed: Integer or `None`, for the initial weights. Defaults to `None`.
        name: String, the model's name.

    Returns:
        A `keras.Model` from `(batch, height, width, channels)` to latents,
        `(batch, latent_dim)`, or to the list of two such tensors.

    Example:

    ```python
    from kerasgan.networks import dcgan_encoder

    encoder = dcgan_encoder((28, 28, 1), 16, output_activation="tanh")
    assert encoder.output_shape == (None, 16)
    ```
    """
    sizes = dcgan_sizes(image_shape)
    check_count("latent_dim", latent_dim)
    seeds = pieces.Seeds(seed)

    def head(name, activation=None):
        return layers.Dense(
            latent_dim,
            activation=activation,
            kernel_initializer=seeds.normal(),
            dtype="float32",
            name=name,
        )

    # === Functional Model ===
    images = keras.Input(image_shape, name="images")
    x = halve(
        images,
        sizes,
        filters,
        kernel_size,
        seeds,
        batch_normalization,
    )
    x = layers.Flatten()(x)
    latents = head("latents", output_activation)(x)
    if stochastic:
        latents = [latents, head("log_deviations")(x)]
    return keras.Model(images, latents, name=name)
