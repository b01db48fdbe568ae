"""The residual generator of CycleGAN, for any image size."""

import keras
from keras import layers

from kerasgan.layers import CentredConv2DTranspose
from kerasgan.layers import ReflectionPadding2D
from kerasgan.networks.pieces import builder
from kerasgan.networks.translation import Translation
from kerasgan.networks.translation import check_image_shape
from kerasgan.networks.translation import check_residual
from kerasgan.networks.translation import count_channels
from kerasgan.networks.translation import finish
from kerasgan.networks.translation import pad
from kerasgan.utils import check_count

_LARGE = 256  # pixels from which on the paper takes nine blocks


@builder
def resnet_translator(
    image_shape,
    output_channels=None,
    filters=64,
    blocks=None,
    normalization="instance",
    dropout=0.0,
    noise_at_inference=False,
    residual=False,
    seed=None,
    name="generator",
):
    """Builds the residual generator that CycleGAN translates images with.

    A 7x7 convolution, two of stride 2, residual blocks at a quarter of the
    size, two transposed convolutions of stride 2 and a 7x7 one to the image.
    Padding is by reflection except where the size changes; a normalization
    and ReLU follow each convolution except the last, which has tanh; no ReLU
    follows the sum of a block.

    Args:
        image_shape: Tuple `(height, width, channels)` of the inputs, each
            side at least 8, or `None` for inputs of any size. Sides that 4
            does not divide are padded by reflection inside, and the output
            is cropped.
        output_channels: Integer, or `None` for those of the input. Defaults to
            `None`.
        filters: Integer, channels after the first convolution; the blocks
            have 4 times as many. Defaults to 64, the paper's.
        blocks: Integer, number of residual blocks. Defaults to `None`: 9 if
            both sides have 256 pixels or more or are `None`, otherwise 6, as
            in the paper.
        normalization: `"instance"` (the default, the paper's, without
            trained scales), `"batch"`, `"affine_instance"` (with scales and
            offsets) or `None`.
        dropout: Float in [0, 1), share of the units that each block drops.
            Defaults to 0, CycleGAN's; 0.5 is pix2pix's with this generator.
        noise_at_inference: Bool, whether units are dropped after training
            too. Defaults to `False`.
        residual: Bool. With `True`, the output is `clip(input + 2 x output,
            -1, 1)`, so that what shall stay need not be drawn. Defaults to
            `False`, the paper's form.
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
    from kerasgan.networks import resnet_translator

    generator = resnet_translator((8, 12, 3), filters=2, blocks=1)
    images = generator(np.zeros((1, 8, 12, 3), "float32"))
    assert tuple(images.shape) == (1, 8, 12, 3)
    ```

    Reference:
        Zhu et al., 2017, arXiv 1703.10593, after Johnson et al., 2016, arXiv
        1603.08155. Deviation: `residual=True` is not the paper's.
    """
    image_shape = check_image_shape(image_shape)
    channels = count_channels(output_channels, image_shape)
    check_residual(residual, image_shape[2], channels)
    check_count("filters", filters)
    if blocks is None:
        is_large = all(n is None or n >= _LARGE for n in image_shape[:2])
        blocks = 9 if is_large else 6
    check_count("blocks", blocks, least=0)
    make = Translation(seed, normalization, dropout, noise_at_inference)

    def activated(x, name):
        x = make.normalize(x, name)
        return layers.ReLU(name=f"{name}_activation")(x)

    def conv(x, width, kernel_size, name, use_bias=make.use_bias):
        """Convolves maps that are continued by reflection."""
        x = ReflectionPadding2D(kernel_size // 2, name=f"{name}_pad")(x)
        return make.layer(
            layers.Conv2D, width, kernel_size, name, use_bias=use_bias
        )(x)

    # === Functional Model ===
    images = keras.Input(image_shape, name="images_in")
    x = activated(conv(pad(images, 4), filters, 7, "enter"), "enter")
    for width, here in ((2 * filters, "down_1"), (4 * filters, "down_2")):
        # As PyTorch pads; "same" would pad below and at the right only.
        x = layers.ZeroPadding2D(((1, 0), (1, 0)), name=f"{here}_pad")(x)
        x = make.layer(
            layers.Conv2D, width, 3, here, strides=2, use_bias=make.use_bias
        )(x)
        x = activated(x, here)
    for block in range(1, blocks + 1):
        first, second = (f"block_{block}_{i}" for i in (1, 2))
        y = activated(conv(x, 4 * filters, 3, first), first)
        y = conv(make.noise(y, first), 4 * filters, 3, second)
        y = make.normalize(y, second)
        x = layers.Add(name=f"block_{block}")([x, y])
    for width, here in ((2 * filters, "up_1"), (filters, "up_2")):
        x = CentredConv2DTranspose(
            width,
            use_bias=make.use_bias,
            kernel_initializer=make.seeds.normal(),
            name=here,
        )(x)
        x = activated(x, here)
    x = conv(x, channels, 7, "leave", use_bias=True)
    return keras.Model(images, finish(x, images, residual), name=name)
