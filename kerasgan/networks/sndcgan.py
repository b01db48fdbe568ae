"""The plain convolutional networks of SNGAN, for any image size."""

import keras
from keras import layers

from kerasgan.networks.convolutional import Pieces
from kerasgan.networks.convolutional import halved_sizes
from kerasgan.networks.convolutional import inputs_of
from kerasgan.networks.convolutional import small_normal
from kerasgan.networks.dcgan import dcgan_sizes
from kerasgan.networks.pieces import builder
from kerasgan.networks.pieces import crop
from kerasgan.networks.projected import project

_MOST_HALVINGS = 3


@builder
def sndcgan_generator(
    image_shape,
    latent_dim=128,
    filters=64,
    num_classes=None,
    seed=None,
    name="generator",
    condition=None,
):
    """Builds the plain convolutional generator of SNGAN.

    Latents are projected to a map of an eighth of the image's size (a
    quarter for images of up to 28 pixels), which transposed 4x4 convolutions
    of stride 2 double; BatchNormalization and ReLU after each; a 3x3
    convolution and tanh at the end.

    Args:
        image_shape: Tuple `(height, width, channels)` of the images, each
            side at least 8. Odd sizes are cropped by one pixel on the way.
        latent_dim: Integer, length of the latents. Defaults to 128.
        filters: Integer, channels before the last layer; each smaller map
            has twice as many. Defaults to 64.
        num_classes: Integer or `None`. If given, the generator takes labels
            and normalises by `ConditionalBatchNormalization`. Defaults to
            `None`.
        seed: Integer or `None`, for the initial weights. Defaults to `None`.
        name: String, the model's name.
        condition: `kerasgan.conditions.Condition`, its config or a number of
            classes, of which `num_classes` is the short form; or `None`.
            Defaults to `None`.

    Returns:
        A `keras.Model` from latents, `(batch, latent_dim)`, or from
        `[latents, labels]` with integer labels, `(batch,)`, to
        `(batch, height, width, channels)` in [-1, 1].

    Example:

    ```python
    from kerasgan.networks import sndcgan_generator

    generator = sndcgan_generator((28, 28, 1), latent_dim=8, filters=4)
    ```

    Reference:
        Miyato et al., 2018, arXiv 1802.05957. The authors' first
        BatchNormalization has statistics for every unit of the first map;
        here it has them for every channel.
    """
    sizes = _sizes(image_shape)
    pieces = Pieces(seed, initializer=small_normal)
    depth = len(sizes) - 1
    height, width = sizes[-1]
    start = filters * 2**depth

    # === Functional Model ===
    latents = keras.Input((latent_dim,), name="latents")
    projected = project(num_classes, condition, seed)
    x = pieces.dense(height * width * start, name="project")(latents)
    x = layers.Reshape((height, width, start))(x)
    x = _normalize(x, projected)
    for level in range(depth - 1, -1, -1):
        x = pieces.conv_transpose(
            filters * 2**level,
            4,
            strides=2,
            name=f"up_{sizes[level][0]}x{sizes[level][1]}",
        )(layers.ReLU()(x))
        x = _normalize(crop(x, sizes[level]), projected)
    x = pieces.conv(image_shape[2], 3, name="last")(layers.ReLU()(x))
    # float32 also where the rest is computed in half precision.
    images = layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model(inputs_of(latents, projected), images, name=name)


@builder
def sndcgan_discriminator(
    image_shape,
    filters=64,
    spectral_normalization=True,
    num_classes=None,
    seed=None,
    name="discriminator",
    condition=None,
):
    """Builds the plain convolutional discriminator of SNGAN.

    A 3x3 convolution at the size of the image, then twice or three times a
    4x4 convolution of stride 2 and a 3x3 one; LeakyReLU with slope 0.1, no
    BatchNormalization; one linear unit makes the logit.

    Args:
        image_shape: Tuple `(height, width, channels)` of the images, each
            side at least 8.
        filters: Integer, channels of the first layer; each smaller map has
            twice as many. Defaults to 64.
        spectral_normalization: Bool, whether all kernels are normalised.
            Defaults to `True`.
        num_classes: Integer or `None`. If given, the discriminator takes
            labels and ends in a `ProjectionLogit`. Defaults to `None`.
        seed: Integer or `None`, for the initial weights. Defaults to `None`.
        name: String, the model's name.
        condition: `kerasgan.conditions.Condition`, its config or a number of
            classes, of which `num_classes` is the short form; or `None`.
            Defaults to `None`.

    Returns:
        A `keras.Model` from images, `(batch, height, width, channels)`, or
        from `[images, labels]` with integer labels, `(batch,)`, to logits,
        `(batch, 1)`.

    Example:

    ```python
    from kerasgan.networks import sndcgan_discriminator

    discriminator = sndcgan_discriminator((28, 28, 1), filters=4)
    ```

    Reference:
        Miyato et al., 2018, arXiv 1802.05957; projection: Miyato and Koyama,
        2018, arXiv 1802.05637.
    """
    sizes = _sizes(image_shape)
    pieces = Pieces(seed, spectral_normalization, small_normal)

    # === Functional Model ===
    images = keras.Input(image_shape, name="images")
    projected = project(num_classes, condition, seed)
    x = pieces.conv(filters, 3, name="first")(images)
    for level in range(1, len(sizes)):
        size = f"{sizes[level][0]}x{sizes[level][1]}"
        x = pieces.conv(filters * 2**level, 4, strides=2, name=f"down_{size}")(
            layers.LeakyReLU(0.1)(x)
        )
        x = pieces.conv(filters * 2**level, 3, name=f"at_{size}")(
            layers.LeakyReLU(0.1)(x)
        )
    x = layers.Flatten()(layers.LeakyReLU(0.1)(x))
    logits = pieces.logits(x, projected)
    return keras.Model(inputs_of(images, projected), logits, name=name)


def _sizes(image_shape):
    halvings = min(_MOST_HALVINGS, len(dcgan_sizes(image_shape)) - 1)
    return halved_sizes(image_shape, halvings)


def _normalize(x, projected):
    if projected is None:
        return layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)
    return projected.normalize(x)
