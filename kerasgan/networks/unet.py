"""The U-Net of pix2pix, for any image size."""

import keras
from keras import layers

from kerasgan.layers import Conv2DTranspose
from kerasgan.networks.pieces import builder
from kerasgan.networks.translation import Translation
from kerasgan.networks.translation import check_image_shape
from kerasgan.networks.translation import check_residual
from kerasgan.networks.translation import choose_depth
from kerasgan.networks.translation import count_channels
from kerasgan.networks.translation import finish
from kerasgan.networks.translation import pad
from kerasgan.utils import check_count
from kerasgan.utils import look_up

_UPSAMPLING = {
    "transposed": (Conv2DTranspose, 4, 2),
    "nearest": (layers.Conv2D, 3, 1),
}


@builder
def unet_generator(
    image_shape,
    output_channels=None,
    filters=64,
    depth=None,
    normalization="batch",
    dropout=0.5,
    dropout_levels=(1, 2, 3),
    noise_at_inference=True,
    residual=False,
    full_size=False,
    upsampling="transposed",
    seed=None,
    name="generator",
):
    """Builds the U-Net that pix2pix translates images with.

    4x4 convolutions of stride 2 halve the image down to the bottleneck, and
    transposed ones double it again; the maps of the way down are appended to
    those of equal size on the way up. LeakyReLU with slope 0.2 down, ReLU
    up, tanh at the end; the first, the innermost and the last convolution
    are not normalized.

    Args:
        image_shape: Tuple `(height, width, channels)` of the inputs, each
            side at least 8, or `None` for inputs of any size. Sides that
            `2 ** depth` does not divide are padded by reflection inside, and
            the output is cropped.
        output_channels: Integer, or `None` for those of the input. Defaults to
            `None`.
        filters: Integer, channels after the first convolution; doubled at
            each level up to 8 times as many. Defaults to 64, the paper's.
        depth: Integer, how often the image is halved. Defaults to `None`: as
            often as the padding adds at most a quarter to each side, 8 times
            at most, as in the paper for 256 pixels. Must be given where
            sides are `None`.
        normalization: `"batch"` (the default, the paper's), `"instance"`
            (without trained scales), `"affine_instance"` (with them: what
            the paper's is in batches of one image) or `None`.
        dropout: Float in [0, 1), share of the units that are dropped as the
            generator's noise. Defaults to 0.5, the paper's.
        dropout_levels: Integers, after which transposed convolutions units
            are dropped, 1 being the innermost. Defaults to (1, 2, 3), the
            paper's; levels that are not there or make the image are left
            out.
        noise_at_inference: Bool, whether units are dropped after training
            too. Defaults to `True`, as in the paper; then two translations
            of one image differ a little.
        residual: Bool. With `True`, the output is `clip(input + 2 x output,
            -1, 1)`, so that what shall stay need not be drawn. Defaults to
            `False`, the paper's form.
        full_size: Bool. With `True`, a 3x3 convolution at the image's own
            size comes before the first halving, and its maps are appended
            before a last one that makes the image, so that lines of one
            pixel, which matter in small images, are seen where they are
            drawn. Defaults to `False`, the paper's form.
        upsampling: How the maps are doubled: `"transposed"` (the default, the
            paper's), a transposed convolution, or `"nearest"`, each pixel
            four times and a 3x3 convolution, which leaves fewer grids of two
            pixels behind and takes more time (Odena et al., 2016,
            "Deconvolution and checkerboard artifacts").
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
    import numpy as np
    from kerasgan.networks import unet_generator

    generator = unet_generator((12, 16, 1), output_channels=3, filters=2)
    images = generator(np.zeros((1, 12, 16, 1), "float32"))
    assert tuple(images.shape) == (1, 12, 16, 3)
    ```

    Reference:
        Isola et al., 2017, arXiv 1611.07004. Deviation: the authors' PyTorch
        code drops units one level further out than the paper (levels 2 to 4
        of 8). `residual=True` is not the paper's, and `full_size=True` is
        Ronneberger et al., 2015, arXiv 1505.04597.
    """
    image_shape = check_image_shape(image_shape)
    channels = count_channels(output_channels, image_shape)
    check_residual(residual, image_shape[2], channels)
    check_count("filters", filters)
    depth = _check_depth(depth, image_shape)
    make = Translation(seed, normalization, dropout, noise_at_inference)
    widths = [filters * min(2**level, 8) for level in range(depth)]

    look_up(upsampling, _UPSAMPLING, "upsampling")

    def up(x, width, name, use_bias):
        kind, size, strides = _UPSAMPLING[upsampling]
        if strides == 1:
            x = layers.UpSampling2D(name=f"{name}_twice")(x)
        conv = make.layer(
            kind,
            width,
            size,
            name,
            strides=strides,
            padding="same",
            use_bias=use_bias,
        )
        return conv(x)

    # === Functional Model ===
    images = keras.Input(image_shape, name="images_in")
    x = pad(images, 2**depth)
    skips = []
    if full_size:
        x = make.layer(layers.Conv2D, filters, 3, "enter", padding="same")(x)
        skips.append(x)
        x = layers.LeakyReLU(0.2, name="enter_activation")(x)
    for level, width in enumerate(widths, start=1):
        if level > 1:
            skips.append(x)
            x = layers.LeakyReLU(0.2, name=f"down_{level}_activation")(x)
        x = make.layer(
            layers.Conv2D,
            width,
            4,
            strides=2,
            padding="same",
            use_bias=make.use_bias,
            name=f"down_{level}",
        )(x)
        if 1 < level < depth:
            x = make.normalize(x, f"down_{level}")
    outer = [filters, *widths] if full_size else [channels, *widths]
    for level in range(depth, 0, -1):
        is_last = level == 1 and not full_size
        here = f"up_{level}"
        if level < depth:
            x = layers.Concatenate(name=f"{here}_skip")([skips.pop(), x])
        x = layers.ReLU(name=f"{here}_activation")(x)
        x = up(x, outer[level - 1], here, is_last or make.use_bias)
        if not is_last:
            x = make.normalize(x, here)
            if depth - level + 1 in dropout_levels:
                x = make.noise(x, here)
    if full_size:
        x = layers.Concatenate(name="leave_skip")([skips.pop(), x])
        x = layers.ReLU(name="leave_activation")(x)
        x = make.layer(layers.Conv2D, channels, 3, "leave", padding="same")(x)
    return keras.Model(images, finish(x, images, residual), name=name)


def _check_depth(depth, image_shape):
    if depth is not None:
        check_count("depth", depth, least=2)
        return depth
    if None in image_shape:
        raise ValueError(
            "`depth` must be given where height or width are None. Received: "
            f"image_shape={image_shape}, depth=None. Take 8 for images of "
            "256 pixels and more, 6 for 64."
        )
    return choose_depth(image_shape)
