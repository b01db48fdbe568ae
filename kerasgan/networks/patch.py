"""The discriminator that judges images by patches."""

import keras
from keras import layers

from kerasgan.networks.pieces import builder
from kerasgan.networks.translation import Translation
from kerasgan.networks.translation import check_image_shape
from kerasgan.utils import check_count

_MOST = 8  # convolutions of stride 2: a field of 2302 pixels


@builder
def patch_discriminator(
    image_shape,
    condition_channels=0,
    receptive_field=70,
    filters=64,
    normalization="instance",
    seed=None,
    name="discriminator",
):
    """Builds PatchGAN's discriminator: a logit for each patch of an image.

    4x4 convolutions, first of stride 2 and at last two of stride 1, with
    LeakyReLU of slope 0.2 between them; all but the first and the last are
    normalized. Each logit sees a square of `receptive_field` pixels.

    Args:
        image_shape: Tuple `(height, width, channels)` of the images; height
            and width may be `None`, for images of any size.
        condition_channels: Integer, channels of a second image of the same
            size that is judged along with the first, as the input of a
            translation. Defaults to 0: there is none.
        receptive_field: Integer, side of the patches in pixels: 1 (a network
            of 1x1 convolutions, which judges single pixels), 16, 34, 70, 142
            or 286, with 1 to 5 convolutions of stride 2, and so on. Defaults
            to 70, the papers'.
        filters: Integer, channels of the first convolution; doubled at each
            further one up to 8 times as many. Defaults to 64, the papers'.
        normalization: `"instance"` (the default, CycleGAN's), `"batch"`
            (pix2pix's), `"affine_instance"` or `None`, as gradient penalties
            need where `"batch"` is the alternative.
        seed: Integer or `None`, for the initial weights. Defaults to `None`.
        name: String, the model's name.

    Returns:
        A `keras.Model` from images, `(batch, height, width, channels)`, to
        logits, `(batch, rows, columns, 1)`; with `condition_channels` from
        the list of images and conditions. 256 pixels give 30 x 30 logits of
        70 pixels.

    Raises:
        ValueError: If an argument is not as described, or the images are too
            small for such patches.

    Example:

    ```python
    import numpy as np
    from kerasgan.networks import patch_discriminator

    discriminator = patch_discriminator((32, 32, 3), filters=2)
    logits = discriminator(np.zeros((1, 32, 32, 3), "float32"))
    assert tuple(logits.shape) == (1, 2, 2, 1)
    ```

    Reference:
        Isola et al., 2017, arXiv 1611.07004; Zhu et al., 2017, arXiv
        1703.10593.
    """
    image_shape = check_image_shape(image_shape, least=1)
    check_count("condition_channels", condition_channels, least=0)
    check_count("filters", filters)
    halvings = _halvings(receptive_field, image_shape)
    make = Translation(seed, normalization)

    def conv(x, width, name, strides=1, **kwargs):
        size, padding = 4 if halvings else 1, "valid"
        if strides == 2 and all(n and n % 2 == 0 for n in x.shape[1:3]):
            # One zero a side as well, but computed faster.
            padding = "same"
        elif halvings:
            x = layers.ZeroPadding2D(1, name=f"{name}_pad")(x)
        return make.layer(
            layers.Conv2D,
            width,
            size,
            name,
            strides=strides,
            padding=padding,
            **kwargs,
        )(x)

    # === Functional Model ===
    images = keras.Input(image_shape, name="images")
    inputs, x = images, images
    if condition_channels:
        shape = (*image_shape[:2], condition_channels)
        conditions = keras.Input(shape, name="conditions")
        inputs = [images, conditions]
        # The order of the authors' weights.
        x = layers.Concatenate(name="pair")([conditions, images])
    x = conv(x, filters, "conv_1", strides=2 if halvings else 1)
    x = layers.LeakyReLU(0.2, name="conv_1_activation")(x)
    # One more convolution of stride 1 than halvings; single pixels have two.
    last = max(halvings, 1) + 1
    for i in range(2, last + 1):
        width = filters * min(2 ** (i - 1), 8)
        here, is_strided = f"conv_{i}", i <= halvings
        x = conv(x, width, here, 2 if is_strided else 1, use_bias=make.use_bias)
        x = make.normalize(x, here)
        x = layers.LeakyReLU(0.2, name=f"{here}_activation")(x)
    use_bias = bool(halvings) or make.use_bias
    logits = conv(x, 1, "logits", use_bias=use_bias, dtype="float32")
    return keras.Model(inputs, logits, name=name)


def _halvings(receptive_field, image_shape):
    """Returns how many convolutions have stride 2."""
    fields = {1: 0}
    field = 7
    for halvings in range(1, _MOST + 1):
        field = 2 * field + 2
        fields[field] = halvings
    if not isinstance(receptive_field, int) or receptive_field not in fields:
        raise ValueError(
            "`receptive_field` must be one of "
            f"{', '.join(map(str, fields))} pixels. Received: "
            f"receptive_field={receptive_field!r}"
        )
    if not _has_logits(image_shape, fields[receptive_field]):
        fitting = [f for f, n in fields.items() if _has_logits(image_shape, n)]
        raise ValueError(
            "`receptive_field` must leave at least one logit of an image: of "
            f"these images at most {max(fitting)}. Received: receptive_field="
            f"{receptive_field}, image_shape={image_shape}"
        )
    return fields[receptive_field]


def _has_logits(image_shape, halvings):
    # Each convolution of stride 1 takes a pixel off.
    taken = 2 if halvings else 0
    return all(
        n is None or n // 2**halvings - taken > 0 for n in image_shape[:2]
    )
