"""The networks of DAGAN, for any image size."""

import keras
from keras import layers

from kerasgan.networks.convolutional import Pieces
from kerasgan.networks.convolutional import halved_sizes
from kerasgan.networks.dcgan import dcgan_sizes
from kerasgan.networks.pieces import builder
from kerasgan.networks.pieces import crop
from kerasgan.utils import check_count

# Numbers of maps of noise at the smallest sizes, as shares of 8.
_NOISE_MAPS = (8, 4, 2)


@builder
def dagan_generator(
    image_shape,
    latent_dim=100,
    filters=64,
    dropout=0.5,
    seed=None,
    name="generator",
):
    """Builds the generator of DAGAN, a U-Net with latents.

    An encoder halves the image by convolutions of stride 2, with a second
    convolution and dropout at each size; a decoder doubles it by repeated
    pixels, and joins the maps of the encoder. Latents come to the three
    smallest sizes as maps. LeakyReLU and BatchNormalization after each
    convolution but the last, which ends in tanh.

    Args:
        image_shape: Tuple `(height, width, channels)` of the images, each
            side at least 8. Odd sizes are cropped by one pixel on the way.
        latent_dim: Integer, length of the latents. Defaults to 100.
        filters: Integer, channels of the two largest maps; the smaller ones
            have twice as many. Defaults to 64.
        dropout: Float, the share of units dropped after each halving.
            Defaults to 0.5.
        seed: Integer or `None`, for the initial weights and the dropout.
            Defaults to `None`.
        name: String, the model's name.

    Returns:
        A `keras.Model` from the list of latents, `(batch, latent_dim)`, and
        images, `(batch, height, width, channels)`, to images of the same
        shape in [-1, 1].

    Example:

    ```python
    from kerasgan.networks import dagan_generator

    generator = dagan_generator((28, 28, 1), filters=8)
    assert generator.output_shape == (None, 28, 28, 1)
    ```

    Reference:
        Antoniou, Storkey and Edwards, 2017, arXiv 1711.04340. Deviations: a
        U-Net of two convolutions a size, without the dense connections and
        residual projections within a size; BatchNormalization rather than
        its renormalization.
    """
    check_count("latent_dim", latent_dim)
    sizes = halved_sizes(image_shape, _halvings(image_shape))
    pieces = Pieces(seed)

    def activate(x):
        x = layers.BatchNormalization(momentum=0.99, epsilon=1e-5)(x)
        return layers.LeakyReLU(0.2)(x)

    # === Functional Model ===
    latents = keras.Input((latent_dim,), name="latents")
    images = keras.Input(image_shape, name="images")
    x = activate(pieces.conv(filters, 3, use_bias=False)(images))
    maps = [x]
    for level in range(1, len(sizes)):
        width = _width(filters, level)
        x = pieces.conv(width, 3, strides=2, use_bias=False)(x)
        x = activate(x)
        if dropout:
            x = layers.Dropout(dropout, seed=pieces.next_seed())(x)
        x = activate(pieces.conv(width, 3, use_bias=False)(x))
        maps.append(x)
    x = None
    for step, level in enumerate(range(len(sizes) - 1, -1, -1)):
        height, width = sizes[level]
        joined = [maps[level]]
        if x is not None:
            joined.append(crop(layers.UpSampling2D(2)(x), (height, width)))
        if step < len(_NOISE_MAPS):
            count = max(1, filters * _NOISE_MAPS[step] // 64)
            noise = pieces.dense(height * width * count)(latents)
            joined.append(layers.Reshape((height, width, count))(noise))
        x = layers.Concatenate()(joined) if len(joined) > 1 else joined[0]
        for _ in range(2):
            x = pieces.conv(_width(filters, level), 3, use_bias=False)(x)
            x = activate(x)
    x = pieces.conv(image_shape[2], 3)(x)
    # float32 also where the rest is computed in half precision.
    made = layers.Activation("tanh", dtype="float32", name="made")(x)
    return keras.Model([latents, images], made, name=name)


@builder
def dagan_discriminator(
    image_shape,
    filters=64,
    units=1024,
    dropout=0.5,
    seed=None,
    name="discriminator",
):
    """Builds the critic of DAGAN, which sees pairs of images.

    The two images are laid over each other. Convolutions of stride 2 halve
    them, each with a second one before it, with LeakyReLU,
    LayerNormalization, which lets each pair be scored by itself, and dropout.
    A linear unit sees the last map, and a fully connected layer of its means.

    Args:
        image_shape: Tuple `(height, width, channels)` of the images, each
            side at least 8.
        filters: Integer, channels of the two largest maps; the smaller ones
            have twice as many. Defaults to 64.
        units: Integer, width of the fully connected layer. Defaults to 1024.
        dropout: Float, the share of units dropped after each halving.
            Defaults to 0.5.
        seed: Integer or `None`, for the initial weights and the dropout.
            Defaults to `None`.
        name: String, the model's name.

    Returns:
        A `keras.Model` from the list of images and the images that they are
        to be like, each `(batch, height, width, channels)`, to logits,
        `(batch, 1)`.

    Example:

    ```python
    from kerasgan.networks import dagan_discriminator

    discriminator = dagan_discriminator((28, 28, 1), filters=8, units=16)
    ```

    Reference:
        Antoniou, Storkey and Edwards, 2017, arXiv 1711.04340. Deviation:
        without dense connections.
    """
    check_count("units", units)
    sizes = halved_sizes(image_shape, _halvings(image_shape))
    pieces = Pieces(seed)

    def activate(x):
        x = layers.LeakyReLU(0.2)(x)
        return layers.LayerNormalization(axis=(1, 2, 3))(x)

    # === Functional Model ===
    images = keras.Input(image_shape, name="images")
    given = keras.Input(image_shape, name="given")
    x = layers.Concatenate()([images, given])
    for level in range(1, len(sizes)):
        x = activate(pieces.conv(_width(filters, level - 1), 3)(x))
        x = activate(pieces.conv(_width(filters, level), 3, strides=2)(x))
        if dropout:
            x = layers.Dropout(dropout, seed=pieces.next_seed())(x)
    means = layers.GlobalAveragePooling2D()(x)
    hidden = layers.LeakyReLU(0.2)(pieces.dense(units, name="of_means")(means))
    x = layers.Concatenate()([layers.Flatten()(x), hidden])
    logits = pieces.logits(x, None)
    return keras.Model([images, given], logits, name=name)


def _halvings(image_shape):
    """Returns how often both sides are halved: down to 4 pixels or so."""
    height, width = dcgan_sizes(image_shape)[0]
    count, side = 0, min(height, width)
    while side > 4:
        count, side = count + 1, (side + 1) // 2
    return count


def _width(filters, level):
    return filters if level < 2 else 2 * filters
