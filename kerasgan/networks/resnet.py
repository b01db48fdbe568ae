"""The residual networks of WGAN-GP and SNGAN, for any image size."""

import keras
from keras import layers

from kerasgan.layers import GlobalSumPooling2D
from kerasgan.networks.convolutional import Pieces
from kerasgan.networks.convolutional import halved_sizes
from kerasgan.networks.convolutional import inputs_of
from kerasgan.networks.dcgan import dcgan_sizes
from kerasgan.networks.pieces import builder
from kerasgan.networks.projected import project
from kerasgan.networks.residual import Residual
from kerasgan.networks.residual import normalization_of
from kerasgan.utils import look_up

_POOLINGS = {"sum": GlobalSumPooling2D, "mean": layers.GlobalAveragePooling2D}


@builder
def resnet_generator(
    image_shape,
    latent_dim=128,
    widths=None,
    normalization="batch",
    spectral_normalization=False,
    num_classes=None,
    seed=None,
    name="generator",
    condition=None,
):
    """Builds the residual generator of SNGAN and WGAN-GP.

    Latents are projected to a small map, which residual blocks double (by
    nearest neighbours) until it has the size of the image; normalization,
    ReLU, a 3x3 convolution and tanh at the end.

    Args:
        image_shape: Tuple `(height, width, channels)` of the images, each
            side at least 8. Odd sizes are cropped by one pixel on the way.
        latent_dim: Integer, length of the latents. Defaults to 128.
        widths: List of channels: of the first map, then of each block, which
            doubles the size. Defaults to SNGAN's: 256 everywhere where three
            blocks or fewer lead from about 4 to 7 pixels to the image, as at
            28x28 and 32x32; else `[1024, ..., 128, 64]`, as at 64x64.
            WGAN-GP has `[128] * 4` at 32x32.
        normalization: `"batch"`, `"layer"` or `None`. Defaults to `"batch"`.
        spectral_normalization: Bool, whether all kernels are normalised.
            Defaults to `False`; SAGAN does it in the generator too.
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

    Raises:
        ValueError: If an option is unknown, or the widths do not fit the
            image.

    Example:

    ```python
    from kerasgan.networks import resnet_generator

    generator = resnet_generator((32, 32, 3), latent_dim=8, widths=[4] * 4)
    ```

    Reference:
        Miyato et al., 2018, arXiv 1802.05957; Gulrajani et al., 2017, arXiv
        1704.00028; class-conditional: Miyato and Koyama, 2018, arXiv
        1802.05637.
    """
    if widths is None:
        widths = _generator_widths(image_shape)
    _check_widths(widths)
    sizes = halved_sizes(image_shape, len(widths) - 1)
    normalization_of(normalization)
    is_conditional = num_classes is not None or condition is not None
    if is_conditional and normalization != "batch":
        raise ValueError(
            "`normalization` must be 'batch' where `num_classes` or "
            "`condition` is given: that is how they enter. Received: "
            f"normalization={normalization!r}"
        )
    pieces = Pieces(seed, spectral_normalization)
    height, width = sizes[-1]

    # === Functional Model ===
    latents = keras.Input((latent_dim,), name="latents")
    projected = project(num_classes, condition, seed)
    residual = Residual(pieces, normalization, projected)
    x = pieces.dense(height * width * widths[0], name="project")(latents)
    x = layers.Reshape((height, width, widths[0]))(x)
    for size, filters in zip(reversed(sizes[:-1]), widths[1:]):
        x = residual.up(x, filters, size, f"up_{size[0]}x{size[1]}")
    x = layers.ReLU()(residual.normalize(x))
    x = pieces.conv(image_shape[2], 3, name="last")(x)
    # float32 also where the rest is computed in half precision.
    images = layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model(inputs_of(latents, projected), images, name=name)


@builder
def resnet_discriminator(
    image_shape,
    widths=None,
    downsampling=None,
    normalization=None,
    spectral_normalization=True,
    pooling="sum",
    use_bias=False,
    num_classes=None,
    seed=None,
    name="discriminator",
    condition=None,
):
    """Builds the residual discriminator of SNGAN and WGAN-GP.

    Residual blocks, each with or without halving the map by average pooling;
    ReLU, global pooling, and one linear unit.

    Args:
        image_shape: Tuple `(height, width, channels)` of the images, each
            side at least 8.
        widths: List of channels, one a block. Defaults to SNGAN's: `[128] *
            4` where three halvings or fewer lead to about 4 to 7 pixels, as
            at 28x28 and 32x32; else `[64, 128, 256, 512, 1024]`, as at 64x64.
        downsampling: List of bools, one a block: whether it halves the map.
            Defaults to the first two where `widths` has its shorter default,
            else to all.
        normalization: `None`, `"layer"` or `"batch"`, in all blocks but the
            first. Defaults to `None`. Gradient penalties do not go together
            with `"batch"`, which couples the images of a batch.
        spectral_normalization: Bool, whether all kernels are normalised.
            Defaults to `True`; `False` for WGAN-GP.
        pooling: `"sum"` or `"mean"`. Defaults to `"sum"`; WGAN-GP has
            `"mean"`.
        use_bias: Bool, whether the last unit has a bias. Defaults to
            `False`; WGAN-GP has one.
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

    Raises:
        ValueError: If an option is unknown, or the lists do not fit together
            or to the image.

    Example:

    ```python
    from kerasgan.networks import resnet_discriminator

    critic = resnet_discriminator(
        (32, 32, 3),
        widths=[4, 4, 4, 4],
        downsampling=[True, True, False, False],
        spectral_normalization=False,
        pooling="mean",
        use_bias=True,
    )
    ```

    Reference:
        Miyato et al., 2018, arXiv 1802.05957; Gulrajani et al., 2017, arXiv
        1704.00028; projection: Miyato and Koyama, 2018, arXiv 1802.05637.
    """
    is_small = len(dcgan_sizes(image_shape)) <= 4
    if widths is None:
        widths = [128] * 4 if is_small else [64, 128, 256, 512, 1024]
        if downsampling is None and is_small:
            downsampling = [True, True, False, False]
    _check_widths(widths)
    if downsampling is None:
        downsampling = [True] * len(widths)
    if len(downsampling) != len(widths):
        raise ValueError(
            "`downsampling` must have one entry for each of the `widths`. "
            f"Received: downsampling={downsampling}, widths={widths}"
        )
    if min(image_shape[:2]) >> sum(map(bool, downsampling)) < 1:
        raise ValueError(
            "`downsampling` must not halve the image more often than it can "
            f"be. Received: downsampling={downsampling}, "
            f"image_shape={image_shape}"
        )
    normalization_of(normalization)
    pool = look_up(pooling, _POOLINGS, "pooling")()
    pieces = Pieces(seed, spectral_normalization)
    residual = Residual(pieces, normalization)

    # === Functional Model ===
    images = keras.Input(image_shape, name="images")
    projected = project(num_classes, condition, seed)
    x = images
    for i, (filters, is_down) in enumerate(zip(widths, downsampling)):
        block = residual.down if i else residual.first_down
        x = block(x, filters, is_down, f"block_{i + 1}")
    x = pool(layers.ReLU()(x))
    logits = pieces.logits(x, projected, use_bias)
    return keras.Model(inputs_of(images, projected), logits, name=name)


def _generator_widths(image_shape):
    blocks = len(dcgan_sizes(image_shape)) - 1
    if blocks <= 3:
        return [256] * (blocks + 1)
    return [min(1024, 64 * 2**level) for level in range(blocks, -1, -1)]


def _check_widths(widths):
    if not widths or any(
        isinstance(width, bool) or not isinstance(width, int) or width < 1
        for width in widths
    ):
        raise ValueError(
            "`widths` must be a list of whole numbers of channels. "
            f"Received: widths={widths}"
        )
