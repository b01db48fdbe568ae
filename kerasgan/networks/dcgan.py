"""The convolutional networks of DCGAN, for any image size."""

import keras
from keras import layers

from kerasgan.layers import Conv2DTranspose
from kerasgan.networks import pieces
from kerasgan.utils.image_shape import as_image_shape

_LEAST_SIZE = 8


def dcgan_sizes(image_shape):
    """Returns the sizes of the feature maps, from the image's downwards.

    Both sides are halved (and rounded up) until the smaller one is at most
    7: 28 -> 14 -> 7, 64 -> 32 -> 16 -> 8 -> 4, 48x64 -> ... -> 6x8.

    Args:
        image_shape: Tuple `(height, width, channels)`.

    Returns:
        List of `(height, width)`, largest first.

    Raises:
        ValueError: If the shape is not three whole numbers, or a side is
            shorter than 8 pixels.

    Example:

    ```python
    from kerasgan.networks import dcgan_sizes

    assert dcgan_sizes((28, 28, 1)) == [(28, 28), (14, 14), (7, 7)]
    ```
    """
    height, width, _ = as_image_shape(image_shape, _LEAST_SIZE)
    sizes = [(height, width)]
    while min(height, width) > 7:
        height, width = (height + 1) // 2, (width + 1) // 2
        sizes.append((height, width))
    return sizes


@pieces.builder
def dcgan_generator(
    image_shape,
    latent_dim=100,
    filters=64,
    kernel_size=4,
    seed=None,
    name="generator",
):
    """Builds the generator of DCGAN.

    Latents are projected to a small map, which transposed convolutions of
    stride 2 double until it has the size of the image. BatchNormalization
    and ReLU after every layer but the last, tanh at the end, no biases.

    Args:
        image_shape: Tuple `(height, width, channels)` of the images, each
            side at least 8. Odd sizes are cropped by one pixel on the way.
        latent_dim: Integer, length of the latents. Defaults to 100.
        filters: Integer, channels before the last layer; each smaller map
            has twice as many. Defaults to 64, at 64x64 the common variant of
            3.6 million weights; the authors used 128.
        kernel_size: Integer. Defaults to 4, which the stride divides, so
            that no checkerboard arises; the authors used 5.
        seed: Integer or `None`, for the initial weights. Defaults to `None`.
        name: String, the model's name.

    Returns:
        A `keras.Model` from `(batch, latent_dim)` to
        `(batch, height, width, channels)` in [-1, 1].

    Example:

    ```python
    from kerasgan.networks import dcgan_generator

    generator = dcgan_generator((64, 64, 3))
    assert sum(w.size for w in generator.get_weights()) > 3_576_704
    ```

    Reference:
        Radford, Metz and Chintala, 2016, arXiv 1511.06434. The authors'
        first BatchNormalization has statistics for every unit of the first
        map; here, as in later code, for every channel.
    """
    sizes = dcgan_sizes(image_shape)
    seeds = pieces.Seeds(seed)
    depth = len(sizes) - 1
    height, width = sizes[-1]
    start = filters * 2 ** (depth - 1)

    # === Functional Model ===
    latents = keras.Input((latent_dim,), name="latents")
    x = layers.Dense(
        height * width * start,
        use_bias=False,
        kernel_initializer=seeds.normal(),
        name="project",
    )(latents)
    x = layers.Reshape((height, width, start))(x)
    x = layers.ReLU()(pieces.batch_normalization(seeds)(x))
    for level in range(depth - 1, -1, -1):
        is_last = level == 0
        x = Conv2DTranspose(
            image_shape[2] if is_last else filters * 2 ** (level - 1),
            kernel_size,
            strides=2,
            padding="same",
            use_bias=False,
            kernel_initializer=seeds.normal(),
            name=f"up_{sizes[level][0]}x{sizes[level][1]}",
        )(x)
        x = pieces.crop(x, sizes[level])
        if not is_last:
            x = layers.ReLU()(pieces.batch_normalization(seeds)(x))
    # float32 also where the rest is computed in half precision.
    images = layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model(latents, images, name=name)


def halve(
    x,
    sizes,
    filters,
    kernel_size,
    seeds,
    normalized=True,
    use_bias=True,
):
    """Halves maps down to the last of some sizes, as DCGAN's discriminator.

    Convolutions of stride 2 that double the channels, BatchNormalization
    after all but the first, and LeakyReLU.

    Args:
        x: Symbolic tensor, images of the first size.
        sizes: List of `(height, width)`; see `dcgan_sizes`.
        filters: Integer, channels after the first convolution.
        kernel_size: Integer.
        seeds: `kerasgan.networks.pieces.Seeds`.
        normalized: Bool, whether there is any BatchNormalization. Defaults to
            `True`.
        use_bias: Bool, whether convolutions have biases. Defaults to `True`.

    Returns:
        Symbolic tensor, maps of the last size.
    """
    for level, (height, width) in enumerate(sizes[1:]):
        x = layers.Conv2D(
            filters * 2**level,
            kernel_size,
            strides=2,
            padding="same",
            use_bias=use_bias,
            kernel_initializer=seeds.normal(),
            name=f"down_{height}x{width}",
        )(x)
        if normalized and level > 0:
            x = pieces.batch_normalization(seeds)(x)
        x = layers.LeakyReLU(0.2)(x)
    return x


@pieces.builder
def dcgan_discriminator(
    image_shape,
    filters=64,
    kernel_size=4,
    batch_normalization=True,
    seed=None,
    name="discriminator",
):
    """Builds the discriminator of DCGAN.

    Convolutions of stride 2 halve the image down to a small map, from which
    one linear unit makes the logit. LeakyReLU with slope 0.2, and
    BatchNormalization on every layer but the first; no biases.

    Args:
        image_shape: Tuple `(height, width, channels)` of the images, each
            side at least 8.
        filters: Integer, channels of the first layer; each further one has
            twice as many. Defaults to 64; the authors used 128.
        kernel_size: Integer. Defaults to 4; the authors used 5.
        batch_normalization: Bool. Defaults to `True`, as in the paper. Must
            be off for gradient penalties, which need a discriminator that
            scores each image by itself.
        seed: Integer or `None`, for the initial weights. Defaults to `None`.
        name: String, the model's name.

    Returns:
        A `keras.Model` from `(batch, height, width, channels)` to logits,
        `(batch, 1)`.

    Example:

    ```python
    from kerasgan.networks import dcgan_discriminator

    discriminator = dcgan_discriminator((28, 28, 1))
    ```

    Reference:
        Radford, Metz and Chintala, 2016, arXiv 1511.06434.
    """
    sizes = dcgan_sizes(image_shape)
    seeds = pieces.Seeds(seed)

    # === Functional Model ===
    images = keras.Input(image_shape, name="images")
    x = halve(
        images,
        sizes,
        filters,
        kernel_size,
        seeds,
        batch_normalization,
        use_bias=False,
    )
    x = layers.Flatten()(x)
    logits = layers.Dense(
        1,
        use_bias=False,
        kernel_initializer=seeds.normal(),
        dtype="float32",
        name="logits",
    )(x)
    return keras.Model(images, logits, name=name)
