"""The networks of InfoGAN, for any image size."""

import keras
from keras import layers

from kerasgan.layers import Conv2DTranspose
from kerasgan.networks.dcgan import dcgan_sizes
from kerasgan.networks.pieces import Seeds
from kerasgan.networks.pieces import batch_normalization as normalization
from kerasgan.networks.pieces import builder
from kerasgan.networks.pieces import crop
from kerasgan.utils import check_count


@builder
def infogan_generator(
    image_shape,
    input_dim=74,
    filters=64,
    units=1024,
    seed=None,
    name="generator",
):
    """Builds the generator of InfoGAN's MNIST experiment.

    Two fully connected layers make a map of a quarter of the image's size,
    which two transposed convolutions of stride 2 double. BatchNormalization
    and ReLU after every layer but the last, which ends in tanh.

    Args:
        image_shape: Tuple `(height, width, channels)` of the images, each
            side at least 8. Sides that 4 does not divide are cropped on the
            way.
        input_dim: Integer, length of latents and codes together. Defaults
            to 74, the authors': 62 latents, 10 classes, 2 continuous codes.
        filters: Integer, channels before the last layer; the smallest map
            has twice as many. Defaults to 64.
        units: Integer, width of the first layer. Defaults to 1024.
        seed: Integer or `None`, for the initial weights. Defaults to `None`.
        name: String, the model's name.

    Returns:
        A `keras.Model` from `(batch, input_dim)` to
        `(batch, height, width, channels)` in [-1, 1].

    Raises:
        ValueError: If a size is not as described.

    Example:

    ```python
    from kerasgan.networks import infogan_generator

    generator = infogan_generator((12, 16, 1), filters=8, units=32)
    assert generator.output_shape == (None, 12, 16, 1)
    ```

    Reference:
        Chen et al., 2016, arXiv 1606.03657. The authors made images in
        [0, 1] by a sigmoid.
    """
    sizes = _sizes(image_shape)
    check_count("input_dim", input_dim)
    seeds = Seeds(seed)
    height, width = sizes[-1]

    # === Functional Model ===
    latents = keras.Input((input_dim,), name="latents")
    x = latents
    for count, step in (
        (units, "hidden"),
        (height * width * 2 * filters, "project"),
    ):
        x = layers.Dense(count, kernel_initializer=seeds.normal(), name=step)(x)
        # Statistics for each unit, also of the map: the authors' order.
        x = layers.ReLU()(normalization(seeds)(x))
    x = layers.Reshape((height, width, 2 * filters))(x)
    x = _up(filters, sizes[1], seeds)(x)
    x = layers.ReLU()(normalization(seeds)(crop(x, sizes[1])))
    x = crop(_up(image_shape[2], sizes[0], seeds)(x), sizes[0])
    # float32 also where the rest is computed in half precision.
    images = layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model(latents, images, name=name)


@builder
def infogan_discriminator(
    image_shape,
    code_parameters,
    filters=64,
    units=1024,
    negative_slope=0.1,
    batch_normalization=True,
    seed=None,
    name="discriminator",
):
    """Builds the discriminator of InfoGAN with its recognition network Q.

    Both share two convolutions of stride 2 and a fully connected layer. On
    these stand one linear unit, the logit, and Q's own two layers, whose
    names begin with `q_`: what they give are the parameters of the
    distributions of the codes.

    Args:
        image_shape: Tuple `(height, width, channels)` of the images, each
            side at least 8.
        code_parameters: Integer, how many parameters the distributions of
            all codes have together: 12 for ten classes and two means.
        filters: Integer, channels of the first layer; the second has twice
            as many. Defaults to 64.
        units: Integer, width of the shared fully connected layer; Q's own
            has an eighth of it. Defaults to 1024.
        negative_slope: Float, slope of LeakyReLU. Defaults to 0.1, the
            paper's; the authors' code has 0.01.
        batch_normalization: Bool. Defaults to `True`, as in the paper. Must
            be off for gradient penalties.
        seed: Integer or `None`, for the initial weights. Defaults to `None`.
        name: String, the model's name.

    Returns:
        A `keras.Model` from `(batch, height, width, channels)` to a list:
        logits `(batch, 1)` and code parameters `(batch, code_parameters)`.

    Raises:
        ValueError: If a size is not as described.

    Example:

    ```python
    from kerasgan.networks import infogan_discriminator

    discriminator = infogan_discriminator((28, 28, 1), code_parameters=12)
    q_head = [
        weight
        for layer in discriminator.layers
        if layer.name.startswith("q_")
        for weight in layer.trainable_weights
    ]
    assert len(q_head) == 6
    ```

    Reference:
        Chen et al., 2016, arXiv 1606.03657.
    """
    _sizes(image_shape)
    check_count("code_parameters", code_parameters)
    seeds = Seeds(seed)

    def activate(x, prefix=""):
        if batch_normalization:
            label = f"{prefix}batch_normalization" if prefix else None
            x = normalization(seeds, name=label)(x)
        label = f"{prefix}leaky_relu" if prefix else None
        return layers.LeakyReLU(negative_slope, name=label)(x)

    # === Functional Model ===
    images = keras.Input(image_shape, name="images")
    x = _down(filters, seeds)(images)
    x = layers.LeakyReLU(negative_slope)(x)
    x = activate(_down(2 * filters, seeds)(x))
    x = layers.Flatten()(x)
    x = layers.Dense(units, kernel_initializer=seeds.normal(), name="shared")(x)
    x = activate(x)
    logits = layers.Dense(
        1,
        kernel_initializer=seeds.normal(),
        dtype="float32",
        name="logits",
    )(x)
    x = layers.Dense(
        max(1, units // 8), kernel_initializer=seeds.normal(), name="q_hidden"
    )(x)
    x = activate(x, prefix="q_")
    parameters = layers.Dense(
        code_parameters,
        kernel_initializer=seeds.normal(),
        dtype="float32",
        name="q_parameters",
    )(x)
    return keras.Model(images, [logits, parameters], name=name)


def _sizes(image_shape):
    """Returns the size of the image, its half and its quarter, rounded up."""
    height, width = dcgan_sizes(image_shape)[0]
    return [(-(-height // step), -(-width // step)) for step in (1, 2, 4)]


def _up(filters, size, seeds):
    return Conv2DTranspose(
        filters,
        4,
        strides=2,
        padding="same",
        kernel_initializer=seeds.normal(),
        name=f"up_{size[0]}x{size[1]}",
    )


def _down(filters, seeds):
    return layers.Conv2D(
        filters,
        4,
        strides=2,
        padding="same",
        kernel_initializer=seeds.normal(),
    )
