"""DCGAN's networks given a condition, for any image size."""

import keras
from keras import layers

from kerasgan import conditions
from kerasgan.layers import Conv2DTranspose
from kerasgan.networks.dcgan import dcgan_sizes
from kerasgan.networks.pieces import Seeds
from kerasgan.networks.pieces import append_condition
from kerasgan.networks.pieces import batch_normalization as normalization
from kerasgan.networks.pieces import builder
from kerasgan.networks.pieces import crop
from kerasgan.networks.projected import Projected
from kerasgan.utils import look_up


@builder
def cgan_generator(
    image_shape,
    num_classes=None,
    latent_dim=100,
    filters=64,
    units=1024,
    kernel_size=4,
    conditioning="concat",
    seed=None,
    name="generator",
    condition=None,
):
    """Builds a conditional generator on DCGAN's layers.

    With `"concat"`, the condition, of labels their one-hot vectors, is
    appended to the latents and to the input of every further layer, to maps
    as constant maps. With `"projection"`, it chooses the scales and offsets
    of every BatchNormalization, and there is no hidden fully connected layer.

    Args:
        image_shape: Tuple `(height, width, channels)` of the images, each
            side at least 8. Odd sizes are cropped by one pixel on the way.
        num_classes: Integer, number of classes; short for `condition=
            kerasgan.conditions.Labels(num_classes)`. Defaults to `None`.
        latent_dim: Integer, length of the latents. Defaults to 100.
        filters: Integer, channels before the last layer; each smaller map
            has twice as many. Defaults to 64.
        units: Integer, width of the hidden fully connected layer of
            `"concat"`. Defaults to 1024.
        kernel_size: Integer. Defaults to 4, which the stride divides; DCGAN's
            authors used 5.
        conditioning: `"concat"` (the default) or `"projection"`.
        seed: Integer or `None`, for the initial weights. Defaults to `None`.
        name: String, the model's name.
        condition: `kerasgan.conditions.Condition`, its config or a number of
            classes. Defaults to `None`.

    Returns:
        A `keras.Model` from the list of latents `(batch, latent_dim)` and
        conditions, such as integer labels `(batch,)` in `[0, num_classes)`,
        to `(batch, height, width, channels)` in [-1, 1].

    Raises:
        ValueError: If an argument is not as described.

    Example:

    ```python
    import numpy as np
    from kerasgan.networks import cgan_generator

    generator = cgan_generator((12, 12, 1), 10, filters=4, units=16)
    latents = np.zeros((2, 100), "float32")
    images = generator([latents, np.array([3, 7])])
    assert tuple(images.shape) == (2, 12, 12, 1)
    ```

    Reference:
        Mirza and Osindero, 2014, arXiv 1411.1784, in the convolutional form
        that DCGAN's authors published with their code; Miyato and Koyama,
        2018, arXiv 1802.05637, for the projection.
    """
    sizes = dcgan_sizes(image_shape)
    condition = conditions.required(num_classes, condition)
    conditioned = look_up(conditioning, _CONDITIONINGS, "conditioning")
    seeds = Seeds(seed)
    depth = len(sizes) - 1
    height, width = sizes[-1]
    start = filters * 2 ** (depth - 1)

    # === Functional Model ===
    latents = keras.Input((latent_dim,), name="latents")
    given = condition.input()
    join, normalize = conditioned(given, condition, seeds)
    x = latents
    if conditioning == "concat":
        x = layers.Dense(
            units,
            use_bias=False,
            kernel_initializer=seeds.normal(),
            name="hidden",
        )(join(x))
        x = layers.ReLU()(normalize(x))
    x = layers.Dense(
        height * width * start,
        use_bias=False,
        kernel_initializer=seeds.normal(),
        name="project",
    )(join(x))
    x = layers.Reshape((height, width, start))(x)
    x = layers.ReLU()(normalize(x))
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
        )(join(x))
        x = crop(x, sizes[level])
        if not is_last:
            x = layers.ReLU()(normalize(x))
    # float32 also where the rest is computed in half precision.
    images = layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model([latents, given], images, name=name)


@builder
def cgan_discriminator(
    image_shape,
    num_classes=None,
    filters=64,
    units=1024,
    kernel_size=4,
    batch_normalization=True,
    seed=None,
    name="discriminator",
    condition=None,
):
    """Builds a conditional discriminator on DCGAN's layers.

    The condition, of labels their one-hot vectors, is appended to the image
    and to the input of every further layer, to maps as constant maps. For a
    discriminator into which it is projected, see `sndcgan_discriminator`.

    Args:
        image_shape: Tuple `(height, width, channels)` of the images, each
            side at least 8.
        num_classes: Integer, number of classes; short for `condition=
            kerasgan.conditions.Labels(num_classes)`. Defaults to `None`.
        filters: Integer, channels of the first layer; each further one has
            twice as many. Defaults to 64.
        units: Integer, width of the hidden fully connected layer. Defaults
            to 1024.
        kernel_size: Integer. Defaults to 4; DCGAN's authors used 5.
        batch_normalization: Bool. Defaults to `True`. Must be off for
            gradient penalties.
        seed: Integer or `None`, for the initial weights. Defaults to `None`.
        name: String, the model's name.
        condition: `kerasgan.conditions.Condition`, its config or a number of
            classes. Defaults to `None`.

    Returns:
        A `keras.Model` from the list of images `(batch, height, width,
        channels)` and conditions, such as integer labels `(batch,)` in `[0,
        num_classes)`, to logits, `(batch, 1)`.

    Raises:
        ValueError: If an argument is not as described.

    Example:

    ```python
    import numpy as np
    from kerasgan.networks import cgan_discriminator

    discriminator = cgan_discriminator((12, 12, 1), 10, filters=4, units=16)
    images = np.zeros((2, 12, 12, 1), "float32")
    logits = discriminator([images, np.array([3, 7])])
    assert tuple(logits.shape) == (2, 1)
    ```

    Reference:
        Mirza and Osindero, 2014, arXiv 1411.1784, in the convolutional form
        that DCGAN's authors published with their code.
    """
    sizes = dcgan_sizes(image_shape)
    condition = conditions.required(num_classes, condition)
    seeds = Seeds(seed)

    def activate(x, is_first=False):
        if batch_normalization and not is_first:
            x = normalization(seeds)(x)
        return layers.LeakyReLU(0.2)(x)

    # === Functional Model ===
    images = keras.Input(image_shape, name="images")
    given = condition.input()
    vectors = condition.embed(given, seed)

    def join(x):
        return append_condition(x, vectors)

    x = images
    for level in range(len(sizes) - 1):
        x = layers.Conv2D(
            filters * 2**level,
            kernel_size,
            strides=2,
            padding="same",
            use_bias=False,
            kernel_initializer=seeds.normal(),
            name=f"down_{sizes[level + 1][0]}x{sizes[level + 1][1]}",
        )(join(x))
        x = activate(x, is_first=level == 0)
    x = layers.Dense(
        units,
        use_bias=False,
        kernel_initializer=seeds.normal(),
        name="hidden",
    )(join(layers.Flatten()(x)))
    logits = layers.Dense(
        1,
        use_bias=False,
        kernel_initializer=seeds.normal(),
        dtype="float32",
        name="logits",
    )(join(activate(x)))
    return keras.Model([images, given], logits, name=name)


def _concatenated(given, condition, seeds):
    """Returns how "concat" prepares a layer's input and normalizes."""
    vectors = condition.embed(given, seeds.seed)
    return (
        lambda x: append_condition(x, vectors),
        lambda x: normalization(seeds)(x),
    )


def _projected(given, condition, seeds):
    """Returns how "projection" prepares a layer's input and normalizes."""
    return lambda x: x, Projected(given, condition, seeds.seed).normalize


_CONDITIONINGS = {"concat": _concatenated, "projection": _projected}
