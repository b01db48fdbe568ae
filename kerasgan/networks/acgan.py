"""The discriminator of AC-GAN, for any image size."""

import keras
from keras import layers

from kerasgan.networks.dcgan import dcgan_sizes
from kerasgan.networks.pieces import Seeds
from kerasgan.networks.pieces import batch_normalization as normalization
from kerasgan.networks.pieces import builder
from kerasgan.utils import check_count


@builder
def acgan_discriminator(
    image_shape,
    num_classes,
    filters=(16, 32, 64, 128, 256, 512),
    kernel_size=3,
    dropout=0.5,
    batch_normalization=True,
    seed=None,
    name="discriminator",
):
    """Builds the discriminator of AC-GAN: one trunk, two heads.

    Convolutions, every other one of stride 2, with BatchNormalization on
    each but the first, LeakyReLU of slope 0.2 and dropout. On what they give
    stand a logit (real or not) and the logits of the classes. Its generator
    is `cgan_generator`.

    Args:
        image_shape: Tuple `(height, width, channels)` of the images, each
            side at least 8.
        num_classes: Integer, number of classes.
        filters: Tuple of integers, channels of each layer; the first, third,
            fifth ... halve the image. Defaults to the paper's six layers.
        kernel_size: Integer. Defaults to 3, the paper's.
        dropout: Float in [0, 1), share of the activations that each layer
            drops in training. Defaults to 0.5, the paper's.
        batch_normalization: Bool. Defaults to `True`, as in the paper. Must
            be off for gradient penalties.
        seed: Integer or `None`, for the initial weights and the dropout.
            Defaults to `None`.
        name: String, the model's name.

    Returns:
        A `keras.Model` from `(batch, height, width, channels)` to a list:
        logits `(batch, 1)` and class logits `(batch, num_classes)`.

    Raises:
        ValueError: If a size is not as described.

    Example:

    ```python
    from kerasgan.networks import acgan_discriminator

    discriminator = acgan_discriminator((28, 28, 1), 10, filters=(8, 16))
    assert discriminator.output_shape == [(None, 1), (None, 10)]
    ```

    Reference:
        Odena, Olah and Shlens, 2017, arXiv 1610.09585: the CIFAR-10
        discriminator, without the noise on its activations.
    """
    dcgan_sizes(image_shape)
    check_count("num_classes", num_classes)
    for width in filters:
        check_count("filters", width)
    if not 0 <= dropout < 1:
        raise ValueError(
            "`dropout` must be at least 0 and below 1. "
            f"Received: dropout={dropout!r}"
        )
    seeds = Seeds(seed)

    # === Functional Model ===
    images = keras.Input(image_shape, name="images")
    x = images
    for index, width in enumerate(filters):
        x = layers.Conv2D(
            width,
            kernel_size,
            strides=2 if index % 2 == 0 else 1,
            padding="same",
            use_bias=False,
            kernel_initializer=seeds.normal(),
            name=f"conv_{index + 1}",
        )(x)
        if batch_normalization and index > 0:
            x = normalization(seeds)(x)
        x = layers.LeakyReLU(0.2)(x)
        if dropout:
            x = layers.Dropout(dropout, seed=seeds.next())(x)
    x = layers.Flatten()(x)
    heads = [
        layers.Dense(
            count,
            kernel_initializer=seeds.normal(),
            dtype="float32",
            name=head,
        )(x)
        for count, head in ((1, "logits"), (num_classes, "class_logits"))
    ]
    return keras.Model(images, heads, name=name)
