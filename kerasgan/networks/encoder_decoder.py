"""The generator of DiscoGAN, for any image size."""

import math

import keras
from keras import layers

from kerasgan.layers import Conv2DTranspose
from kerasgan.networks.pieces import builder
from kerasgan.networks.translation import Translation
from kerasgan.networks.translation import check_image_shape
from kerasgan.networks.translation import check_residual
from kerasgan.networks.translation import count_channels
from kerasgan.networks.translation import finish
from kerasgan.networks.translation import pad
from kerasgan.utils import check_count


@builder
def encoder_decoder(
    image_shape,
    output_channels=None,
    filters=64,
    depth=None,
    bottleneck=None,
    normalization="batch",
    dropout=0.0,
    noise_at_inference=False,
    residual=False,
    seed=None,
    name="generator",
):
    """Builds DiscoGAN's generator: all of an image passes a few numbers.

    4x4 convolutions of stride 2 halve the image, and transposed ones double
    it again; unlike `unet_generator`, nothing goes around the middle.
    LeakyReLU with slope 0.2 down, ReLU up, tanh at the end; the first and the
    last convolution are not normalized.

    Args:
        image_shape: Tuple `(height, width, channels)` of the inputs, each
            side at least 8, or `None` for inputs of any size. Sides that
            `2 ** depth` does not divide are padded by reflection inside, and
            the output is cropped.
        output_channels: Integer, or `None` for those of the input. Defaults to
            `None`.
        filters: Integer, channels after the first convolution; doubled at
            each further one up to 8 times as many. Defaults to 64, the
            paper's.
        depth: Integer, how often the image is halved. Defaults to `None`:
            down to about 4 pixels, which is 4 times for 64 pixels, as in the
            paper. Must be given where sides are `None`.
        bottleneck: Integer, channels of one more pair of convolutions in the
            middle, of the size of the maps there, which must be known: the
            image becomes a vector. Defaults to `None`: there is none; the
            authors' other generator has 100.
        normalization: `"batch"` (the default, the paper's), `"instance"`,
            `"affine_instance"` or `None`.
        dropout: Float in [0, 1), share of the units that each transposed
            convolution but the last drops. Defaults to 0.
        noise_at_inference: Bool, whether units are dropped after training
            too. Defaults to `False`.
        residual: See `kerasgan.networks.unet_generator`.
        seed: Integer or `None`, for the initial weights and the noise.
            Defaults to `None`.
        name: String, the model's name.

    Returns:
        A `keras.Model` from `(batch, height, width, channels)` in [-1, 1] to
        `(batch, height, width, output_channels)` in [-1, 1].

    Raises:
        ValueError: If an argument is not as described.

    Example:

    ```python
    from kerasgan.networks import encoder_decoder

    generator = encoder_decoder((16, 16, 3), filters=2, depth=2)
    assert generator.output_shape == (None, 16, 16, 3)
    ```

    Reference:
        Kim et al., 2017, arXiv 1703.05192. Deviation: images are in [-1, 1],
        with tanh, like all images here; the authors' in [0, 1].
    """
    image_shape = check_image_shape(image_shape)
    channels = count_channels(output_channels, image_shape)
    check_residual(residual, image_shape[2], channels)
    check_count("filters", filters)
    depth = _check_depth(depth, image_shape)
    make = Translation(seed, normalization, dropout, noise_at_inference)
    widths = [filters * min(2**level, 8) for level in range(depth)]

    # === Functional Model ===
    images = keras.Input(image_shape, name="images_in")
    x = pad(images, 2**depth)
    for level, width in enumerate(widths, start=1):
        here = f"down_{level}"
        x = make.layer(
            *(layers.Conv2D, width, 4, here),
            strides=2,
            padding="same",
            use_bias=make.use_bias,
        )(x)
        if level > 1:
            x = make.normalize(x, here)
        x = layers.LeakyReLU(0.2, name=f"{here}_activation")(x)
    if bottleneck is not None:
        x = _through_a_vector(x, bottleneck, make)
    for level in range(depth, 0, -1):
        here, is_last = f"up_{level}", level == 1
        x = make.layer(
            *(Conv2DTranspose, channels if is_last else widths[level - 2]),
            *(4, here),
            strides=2,
            padding="same",
            use_bias=make.use_bias,
        )(x)
        if not is_last:
            x = make.noise(make.normalize(x, here), here)
            x = layers.ReLU(name=f"{here}_activation")(x)
    return keras.Model(images, finish(x, images, residual), name=name)


def _check_depth(depth, image_shape):
    if depth is None:
        if None in image_shape:
            raise ValueError(
                "`depth` must be given where height or width are None. "
                f"Received: image_shape={image_shape}, depth=None"
            )
        depth = max(1, round(math.log2(min(image_shape[:2]))) - 2)
    check_count("depth", depth)
    return depth


def _through_a_vector(x, bottleneck, make):
    check_count("bottleneck", bottleneck)
    sides = tuple(x.shape[1:3])
    if None in sides:
        raise ValueError(
            "`bottleneck` must be None where height or width are None. "
            f"Received: bottleneck={bottleneck}"
        )
    width = x.shape[3]
    x = make.layer(
        *(layers.Conv2D, bottleneck, sides, "encode"), use_bias=make.use_bias
    )(x)
    x = make.normalize(x, "encode")
    x = layers.LeakyReLU(0.2, name="encode_activation")(x)
    x = make.layer(
        *(Conv2DTranspose, width, sides, "decode"),
        strides=sides,
        padding="same",
        use_bias=make.use_bias,
    )(x)
    x = make.normalize(x, "decode")
    return layers.ReLU(name="decode_activation")(x)
