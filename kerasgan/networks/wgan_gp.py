"""The plain convolutional networks of WGAN-GP, for any image size."""

import math

import keras
from keras import layers

from kerasgan.layers import Conv2DTranspose
from kerasgan.networks.convolutional import Pieces
from kerasgan.networks.convolutional import halved_sizes
from kerasgan.networks.dcgan import dcgan_sizes
from kerasgan.networks.pieces import builder
from kerasgan.networks.pieces import crop

_KERNEL_SIZE = 5


@builder
def wgan_gp_generator(
    image_shape, latent_dim=128, filters=64, seed=None, name="generator"
):
    """Builds the generator of WGAN-GP's MNIST experiment.

    Latents are projected to a small map, which transposed 5x5 convolutions
    of stride 2 double until it has the size of the image; ReLU, biases and
    no normalization; tanh at the end.

    Args:
        image_shape: Tuple `(height, width, channels)` of the images, each
            side at least 8. Maps are halved from the image's size down to 4
            or fewer pixels (28 -> 14 -> 7 -> 4), and cropped on the way up.
        latent_dim: Integer, length of the latents. Defaults to 128.
        filters: Integer, channels before the last layer; each smaller map
            has twice as many. Defaults to 64.
        seed: Integer or `None`, for the initial weights. Defaults to `None`.
        name: String, the model's name.

    Returns:
        A `keras.Model` from `(batch, latent_dim)` to
        `(batch, height, width, channels)` in [-1, 1].

    Example:

    ```python
    from kerasgan.networks import wgan_gp_generator

    generator = wgan_gp_generator((28, 28, 1))
    assert generator.count_params() == 1_554_177
    ```

    Reference:
        Gulrajani et al., 2017, arXiv 1704.00028. Deviation: tanh in place
        of the sigmoid, because images here are in [-1, 1].
    """
    sizes = _sizes(image_shape)
    pieces = Pieces(seed)
    depth = len(sizes) - 1
    height, width = sizes[-1]
    start = filters * 2 ** (depth - 1)

    # === Functional Model ===
    latents = keras.Input((latent_dim,), name="latents")
    x = pieces.dense(height * width * start, name="project")(latents)
    x = layers.Reshape((height, width, start))(x)
    for level in range(depth - 1, -1, -1):
        x = layers.ReLU()(x)
        channels = image_shape[2] if level == 0 else filters * 2 ** (level - 1)
        x = Conv2DTranspose(
            channels,
            _KERNEL_SIZE,
            strides=2,
            padding="same",
            kernel_initializer=_uniform(
                x.shape[-1] / 4, channels, pieces.next_seed()
            ),
            name=f"up_{sizes[level][0]}x{sizes[level][1]}",
        )(x)
        x = crop(x, sizes[level])
    # float32 also where the rest is computed in half precision.
    images = layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model(latents, images, name=name)


@builder
def wgan_gp_discriminator(
    image_shape, filters=64, seed=None, name="discriminator"
):
    """Builds the critic of WGAN-GP's MNIST experiment.

    5x5 convolutions of stride 2 halve the image down to a small map, from
    which one linear unit makes the score. LeakyReLU with slope 0.2, biases
    and no normalization, so that each image is scored by itself, as the
    gradient penalty needs.

    Args:
        image_shape: Tuple `(height, width, channels)` of the images, each
            side at least 8.
        filters: Integer, channels of the first layer; each further one has
            twice as many. Defaults to 64.
        seed: Integer or `None`, for the initial weights. Defaults to `None`.
        name: String, the model's name.

    Returns:
        A `keras.Model` from `(batch, height, width, channels)` to scores,
        `(batch, 1)`.

    Example:

    ```python
    from kerasgan.networks import wgan_gp_discriminator

    discriminator = wgan_gp_discriminator((28, 28, 1))
    assert discriminator.count_params() == 1_030_145
    ```

    Reference:
        Gulrajani et al., 2017, arXiv 1704.00028.
    """
    sizes = _sizes(image_shape)
    pieces = Pieces(seed)

    # === Functional Model ===
    images = keras.Input(image_shape, name="images")
    x = images
    for level in range(len(sizes) - 1):
        channels = filters * 2**level
        x = layers.Conv2D(
            channels,
            _KERNEL_SIZE,
            strides=2,
            padding="same",
            kernel_initializer=_uniform(
                x.shape[-1], channels / 4, pieces.next_seed()
            ),
            name=f"down_{sizes[level + 1][0]}x{sizes[level + 1][1]}",
        )(x)
        x = layers.LeakyReLU(0.2)(x)
    x = layers.Flatten()(x)
    logits = pieces.logits(x, None)
    return keras.Model(images, logits, name=name)


def _sizes(image_shape):
    """Returns the sizes of the maps, down to at most 4 pixels."""
    sizes = dcgan_sizes(image_shape)
    if min(sizes[-1]) > 4:
        sizes = halved_sizes(image_shape, len(sizes))
    return sizes


def _uniform(channels_in, channels_out, seed):
    """Returns the authors' initializer, of variance 4 / (fan in + fan out).

    Of the side where a stride of 2 leaves each pixel only a quarter of the
    kernel, a quarter of the channels counts.
    """
    fans = (channels_in + channels_out) * _KERNEL_SIZE**2
    limit = math.sqrt(12 / fans)
    return keras.initializers.RandomUniform(-limit, limit, seed=seed)
