"""Discriminators that name classes, with much noise."""

import keras
from keras import layers

from kerasgan.networks.convolutional import Pieces
from kerasgan.networks.dcgan import dcgan_sizes
from kerasgan.networks.pieces import builder
from kerasgan.utils import check_count


@builder
def semi_supervised_discriminator(
    image_shape,
    num_classes=10,
    filters=64,
    noise=0.2,
    dropout=0.5,
    seed=None,
    name="discriminator",
):
    """Builds a convolutional discriminator of `SemiSupervisedGAN`.

    Two convolutions at each size, the second one of stride 2, with LeakyReLU
    of slope 0.2, noise on the image and dropout after each size; then means
    over the map, which are the features that the generator matches. No
    normalization: images with and without a label and generated ones would
    meet in its statistics; so the initial weights are large enough for
    activations to keep their size.

    Args:
        image_shape: Tuple `(height, width, channels)` of the images, each
            side at least 8.
        num_classes: Integer, at least 2. Defaults to 10.
        filters: Integer, channels at the first size; twice as many at all
            smaller ones. Defaults to 64; the authors had 96.
        noise: Float, standard deviation of the noise on the images. Defaults
            to 0.2.
        dropout: Float, share of dropped units. Defaults to 0.5.
        seed: Integer or `None`, for the initial weights and the noise.
            Defaults to `None`.
        name: String, the model's name.

    Returns:
        A `keras.Model` from `(batch, height, width, channels)` to class
        logits, `(batch, num_classes)`, with a layer `features`.

    Example:

    ```python
    from kerasgan.networks import semi_supervised_discriminator

    network = semi_supervised_discriminator((32, 32, 3), num_classes=10)
    assert network.get_layer("features").output.shape == (None, 128)
    ```

    Reference:
        Salimans et al., 2016, arXiv 1606.03498. Deviations: smaller, and
        without weight normalization.
    """
    check_count("num_classes", num_classes, least=2)
    depth = len(dcgan_sizes(image_shape)) - 1
    pieces = Pieces(seed)

    # === Functional Model ===
    images = keras.Input(image_shape, name="images")
    x = layers.GaussianNoise(noise, seed=pieces.next_seed())(images)
    for level in range(depth):
        width = filters if level == 0 else 2 * filters
        x = layers.LeakyReLU(0.2)(pieces.conv(width, 3, scale=2.0)(x))
        x = pieces.conv(width, 3, scale=2.0, strides=2)(x)
        x = layers.LeakyReLU(0.2)(x)
        x = layers.Dropout(dropout, seed=pieces.next_seed())(x)
    x = layers.LeakyReLU(0.2)(pieces.conv(2 * filters, 3, scale=2.0)(x))
    x = layers.GlobalAveragePooling2D(name="features")(x)
    logits = pieces.dense(num_classes, dtype="float32", name="logits")(x)
    return keras.Model(images, logits, name=name)


@builder
def noisy_mlp_discriminator(
    image_shape,
    num_classes=10,
    units=(1000, 500, 250, 250, 250),
    input_noise=0.3,
    noise=0.5,
    seed=None,
    name="discriminator",
):
    """Builds the fully connected discriminator of the paper for MNIST.

    Noise on the image and on what each layer gives, in training alone; ReLU.
    The last hidden layer, before its noise, is what the generator matches.

    Args:
        image_shape: Tuple, the shape of one example.
        num_classes: Integer, at least 2. Defaults to 10.
        units: Tuple of integers, the widths of the hidden layers. Defaults
            to the authors'.
        input_noise: Float, standard deviation of the noise on the images.
            Defaults to 0.3, the authors', for pixels in [0, 1]; here they
            are in [-1, 1].
        noise: Float, that of the noise after the layers. Defaults to 0.5.
        seed: Integer or `None`, for the initial weights and the noise.
            Defaults to `None`.
        name: String, the model's name.

    Returns:
        A `keras.Model` from `(batch, *image_shape)` to class logits,
        `(batch, num_classes)`, with a layer `features`.

    Example:

    ```python
    from kerasgan.networks import noisy_mlp_discriminator

    network = noisy_mlp_discriminator((8, 8, 1), units=(16, 8))
    assert network.get_layer("features").output.shape == (None, 8)
    ```

    Reference:
        Salimans et al., 2016, arXiv 1606.03498. Deviation: without weight
        normalization and its initialization by data.
    """
    check_count("num_classes", num_classes, least=2)
    pieces = Pieces(seed)

    # === Functional Model ===
    images = keras.Input(image_shape, name="images")
    x = layers.GaussianNoise(input_noise, seed=pieces.next_seed())(images)
    x = layers.Flatten()(x)
    for number, count in enumerate(units, start=1):
        check_count("units", count)
        is_last = number == len(units)
        x = pieces.dense(count, scale=2.0)(x)
        x = layers.ReLU(name="features" if is_last else None)(x)
        x = layers.GaussianNoise(noise, seed=pieces.next_seed())(x)
    logits = pieces.dense(num_classes, dtype="float32", name="logits")(x)
    return keras.Model(images, logits, name=name)
