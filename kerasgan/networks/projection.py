"""A small discriminator into which a condition is projected."""

import keras
from keras import layers

from kerasgan import conditions
from kerasgan.networks.convolutional import Pieces
from kerasgan.networks.dcgan import dcgan_sizes
from kerasgan.networks.pieces import builder
from kerasgan.networks.projected import Projected


@builder
def projection_discriminator(
    image_shape,
    num_classes=None,
    filters=64,
    kernel_size=4,
    spectral_normalization=True,
    seed=None,
    name="discriminator",
    condition=None,
):
    """Builds DCGAN's convolutions with a projection of the condition.

    Convolutions of stride 2, LeakyReLU of slope 0.1, and a `ProjectionLogit`
    on all places of the last map. Without BatchNormalization and, but for
    that, without the 3x3 convolutions of `sndcgan_discriminator`, it costs a
    third of it.

    Args:
        image_shape: Tuple `(height, width, channels)` of the images, each
            side at least 8.
        num_classes: Integer, number of classes; short for `condition=
            kerasgan.conditions.Labels(num_classes)`. Defaults to `None`.
        filters: Integer, channels of the first layer; each further one has
            twice as many. Defaults to 64.
        kernel_size: Integer. Defaults to 4.
        spectral_normalization: Bool, whether all kernels are normalised.
            Defaults to `True`.
        seed: Integer or `None`, for the initial weights. Defaults to `None`.
        name: String, the model's name.
        condition: `kerasgan.conditions.Condition`, its config or a number of
            classes. Defaults to `None`.

    Returns:
        A `keras.Model` from the list of images `(batch, height, width,
        channels)` and conditions to logits, `(batch, 1)`.

    Raises:
        ValueError: If an argument is not as described.

    Example:

    ```python
    import kerasgan

    discriminator = kerasgan.networks.projection_discriminator(
        (12, 12, 1), condition=kerasgan.conditions.Vector(5), filters=4
    )
    assert discriminator.output_shape == (None, 1)
    ```

    Reference:
        Miyato and Koyama, 2018, arXiv 1802.05637, for the projection;
        Radford et al., 2016, arXiv 1511.06434, for the convolutions.
    """
    sizes = dcgan_sizes(image_shape)
    condition = conditions.required(num_classes, condition)
    pieces = Pieces(seed, spectral_normalization)

    # === Functional Model ===
    images = keras.Input(image_shape, name="images")
    projected = Projected(condition.input(), condition, seed)
    x = images
    for level in range(len(sizes) - 1):
        x = pieces.conv(
            filters * 2**level,
            kernel_size,
            strides=2,
            scale=2.0,
            name=f"down_{sizes[level + 1][0]}x{sizes[level + 1][1]}",
        )(x)
        x = layers.LeakyReLU(0.1)(x)
    logits = pieces.logits(layers.Flatten()(x), projected)
    return keras.Model([images, projected.given], logits, name=name)
