"""The networks of SRGAN, for any image size."""

import keras
from keras import layers

from kerasgan.layers import PixelShuffle2D
from kerasgan.networks.convolutional import Pieces
from kerasgan.networks.pieces import builder
from kerasgan.networks.translation import add_change
from kerasgan.networks.translation import check_image_shape
from kerasgan.networks.translation import check_residual
from kerasgan.networks.translation import count_channels
from kerasgan.utils import check_count


@builder
def srresnet_generator(
    image_shape,
    scale=4,
    output_channels=None,
    filters=64,
    blocks=16,
    batch_normalization=True,
    residual=False,
    seed=None,
    name="generator",
):
    """Builds SRResNet, SRGAN's generator: images of 2 or 4 times the size.

    A 9x9 convolution, residual blocks of two 3x3 convolutions at the size of
    the input, and the first maps added to what they lead to; then, for each
    doubling of the size, a convolution to 4 times as many channels that are
    laid out as pixels; at last a 9x9 convolution and tanh. PReLU with a
    slope for each channel.

    Args:
        image_shape: Tuple `(height, width, channels)` of the small images;
            height and width may be `None`, for images of any size.
        scale: Integer, 2, 4 or 8. Defaults to 4, the paper's.
        output_channels: Integer, or `None` for those of the input. Defaults to
            `None`.
        filters: Integer, channels of all maps. Defaults to 64, the paper's.
        blocks: Integer, number of residual blocks. Defaults to 16, the
            paper's.
        batch_normalization: Bool, whether the blocks are normalized. Defaults
            to `True`, as in the paper; later work leaves it out.
        residual: Bool. With `True`, the output is `clip(enlarged + 2 x
            output, -1, 1)`, where the input was enlarged by bilinear
            interpolation, so that plain areas need not be drawn. Defaults to
            `False`, the paper's form.
        seed: Integer or `None`, for the initial weights. Defaults to `None`.
        name: String, the model's name.

    Returns:
        A `keras.Model` from `(batch, height, width, channels)` in [-1, 1] to
        `(batch, scale * height, scale * width, output_channels)` in [-1, 1].

    Raises:
        ValueError: If an argument is not as described.

    Example:

    ```python
    from kerasgan.networks import srresnet_generator

    generator = srresnet_generator((8, 8, 3), scale=2, filters=4, blocks=1)
    assert generator.output_shape == (None, 16, 16, 3)
    ```

    Reference:
        Ledig et al., 2017, arXiv 1609.04802. Deviations: the small images are
        in [-1, 1] like all images here; the authors' in [0, 1].
        `residual=True` is not the paper's.
    """
    image_shape = check_image_shape(image_shape, least=1)
    channels = count_channels(output_channels, image_shape)
    check_residual(residual, image_shape[2], channels)
    check_count("filters", filters)
    check_count("blocks", blocks, least=0)
    if scale not in (2, 4, 8):
        raise ValueError(
            f"`scale` must be 2, 4 or 8. Received: scale={scale!r}"
        )
    pieces = Pieces(seed)

    def activated(x, name):
        slopes = layers.PReLU(
            alpha_initializer=keras.initializers.Constant(0.25),
            shared_axes=[1, 2],
            name=f"{name}_activation",
        )
        return slopes(x)

    def normalized(x, name):
        if not batch_normalization:
            return x
        return _batch_normalization(f"{name}_norm")(x)

    # === Functional Model ===
    images = keras.Input(image_shape, name="images_in")
    x = activated(pieces.conv(filters, 9, name="enter")(images), "enter")
    first = x
    for block in range(1, blocks + 1):
        one, two = (f"block_{block}_{i}" for i in (1, 2))
        y = normalized(pieces.conv(filters, 3, name=one)(x), one)
        y = pieces.conv(filters, 3, name=two)(activated(y, one))
        x = layers.Add(name=f"block_{block}")([x, normalized(y, two)])
    x = normalized(pieces.conv(filters, 3, name="trunk")(x), "trunk")
    x = layers.Add(name="skip")([x, first])
    for i in range(1, scale.bit_length()):
        here = f"up_{i}"
        x = pieces.conv(4 * filters, 3, name=here)(x)
        x = activated(PixelShuffle2D(2, name=f"{here}_shuffle")(x), here)
    x = pieces.conv(channels, 9, name="leave")(x)
    # float32 also where the rest is computed in half precision.
    outputs = layers.Activation("tanh", dtype="float32", name="images")(x)
    if residual:
        enlarged = layers.UpSampling2D(
            scale, interpolation="bilinear", dtype="float32", name="enlarge"
        )(images)
        outputs = add_change(enlarged, outputs)
    return keras.Model(images, outputs, name=name)


@builder
def srgan_discriminator(
    image_shape, filters=64, units=1024, seed=None, name="discriminator"
):
    """Builds SRGAN's discriminator of large images.

    Pairs of 3x3 convolutions, the second of each of stride 2, with
    LeakyReLU of slope 0.2 and BatchNormalization on all but the first; a
    hidden fully connected layer and one linear unit.

    Args:
        image_shape: Tuple `(height, width, channels)` of the large images,
            each side at least 16.
        filters: Integer, channels of the first pair; doubled at each of the
            three further ones. Defaults to 64, the paper's.
        units: Integer, width of the hidden fully connected layer. Defaults to
            1024, the paper's.
        seed: Integer or `None`, for the initial weights. Defaults to `None`.
        name: String, the model's name.

    Returns:
        A `keras.Model` from `(batch, height, width, channels)` to logits,
        `(batch, 1)`.

    Raises:
        ValueError: If an argument is not as described.

    Example:

    ```python
    from kerasgan.networks import srgan_discriminator

    discriminator = srgan_discriminator((16, 16, 3), filters=2, units=8)
    assert discriminator.output_shape == (None, 1)
    ```

    Reference:
        Ledig et al., 2017, arXiv 1609.04802. Deviation: logits in place of
        probabilities.
    """
    image_shape = check_image_shape(image_shape, least=16)
    if None in image_shape:
        raise ValueError(
            "`image_shape` must be known: a fully connected layer sees the "
            f"whole image. Received: image_shape={image_shape}"
        )
    check_count("filters", filters)
    check_count("units", units)
    pieces = Pieces(seed)

    # === Functional Model ===
    images = keras.Input(image_shape, name="images")
    x = images
    for i in range(8):
        here = f"conv_{i + 1}"
        x = pieces.conv(
            filters * 2 ** (i // 2),
            3,
            strides=1 + i % 2,
            use_bias=i == 0,
            name=here,
        )(x)
        if i:
            x = _batch_normalization(f"{here}_norm")(x)
        x = layers.LeakyReLU(0.2, name=f"{here}_activation")(x)
    x = pieces.dense(units, name="hidden")(layers.Flatten(name="flatten")(x))
    x = layers.LeakyReLU(0.2, name="hidden_activation")(x)
    return keras.Model(images, pieces.logits(x, None, None), name=name)


def _batch_normalization(name):
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=name)
