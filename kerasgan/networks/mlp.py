"""Fully connected networks, for small images and for points."""

import math

import keras
from keras import layers

from kerasgan.networks.pieces import Seeds
from kerasgan.networks.pieces import batch_normalization as normalization
from kerasgan.networks.pieces import builder
from kerasgan.utils import check_count


@builder
def mlp_generator(
    output_shape,
    latent_dim=100,
    units=(256, 512, 1024),
    activation="leaky_relu",
    output_activation="tanh",
    batch_normalization=False,
    kernel_initializer="glorot_uniform",
    seed=None,
    name="generator",
):
    """Builds a generator of fully connected layers.

    For images of any small size, and for points: `output_shape=(2,)` with
    `output_activation=None` makes points in the plane.

    Args:
        output_shape: Tuple, the shape of one sample: `(height, width,
            channels)` or `(dimensions,)`.
        latent_dim: Integer, length of the latents. Defaults to 100, the
            authors'.
        units: Tuple of integers, the widths of the hidden layers. Defaults
            to `(256, 512, 1024)`, as in most code today; the authors had two
            layers of 1200.
        activation: Name of an activation or a function, for the hidden
            layers. Defaults to `"leaky_relu"`, of slope 0.2.
        output_activation: The same for the last layer. Defaults to
            `"tanh"`, for images; `None` or `"linear"` leaves it linear, for
            points.
        batch_normalization: Bool, whether to normalize the hidden layers
            before their activation. Defaults to `False`.
        kernel_initializer: Keras initializer, its name or its config; each
            layer gets a copy with a seed of its own. Defaults to
            `"glorot_uniform"`.
        seed: Integer or `None`, for the initial weights. Defaults to `None`.
        name: String, the model's name.

    Returns:
        A `keras.Model` from `(batch, latent_dim)` to
        `(batch, *output_shape)`.

    Raises:
        ValueError: If a size is not a positive whole number.

    Example:

    ```python
    import keras
    from kerasgan.networks import mlp_generator

    generator = mlp_generator((28, 28, 1))
    assert generator.count_params() == 1_486_352

    # The generator of the Unrolled GAN's ring of Gaussians.
    generator = mlp_generator(
        (2,),
        latent_dim=256,
        units=(128, 128),
        activation="tanh",
        output_activation=None,
        kernel_initializer=keras.initializers.Orthogonal(gain=1.4),
    )
    assert generator.count_params() == 49_666
    ```

    Reference:
        Goodfellow et al., 2014, arXiv 1406.2661; for points, Metz et al.,
        2017, arXiv 1611.02163.
    """
    _check_shape("output_shape", output_shape)
    _check_units(units)
    check_count("latent_dim", latent_dim)
    seeds = Seeds(seed)

    # === Functional Model ===
    latents = keras.Input((latent_dim,), name="latents")
    x = latents
    for index, width in enumerate(units):
        x = layers.Dense(
            width,
            kernel_initializer=seeds.like(kernel_initializer),
            name=f"hidden_{index + 1}",
        )(x)
        if batch_normalization:
            x = normalization(seeds)(x)
        x = layers.Activation(activation)(x)
    x = layers.Dense(
        math.prod(output_shape),
        kernel_initializer=seeds.like(kernel_initializer),
        name="project",
    )(x)
    if len(output_shape) > 1:
        x = layers.Reshape(output_shape)(x)
    # float32 also where the rest is computed in half precision.
    samples = layers.Activation(
        output_activation, dtype="float32", name=_kind(output_shape)
    )(x)
    return keras.Model(latents, samples, name=name)


@builder
def mlp_discriminator(
    input_shape,
    units=(512, 256),
    activation="leaky_relu",
    kernel_initializer="glorot_uniform",
    seed=None,
    name="discriminator",
):
    """Builds a discriminator of fully connected layers.

    Without normalization, so that it scores each sample by itself and every
    penalty can be used with it.

    Args:
        input_shape: Tuple, the shape of one sample: `(height, width,
            channels)` or `(dimensions,)`.
        units: Tuple of integers, the widths of the hidden layers. Defaults
            to `(512, 256)`, as in most code today; the authors had maxout
            layers with dropout.
        activation: Name of an activation or a function, for the hidden
            layers. Defaults to `"leaky_relu"`, of slope 0.2.
        kernel_initializer: Keras initializer, its name or its config; each
            layer gets a copy with a seed of its own. Defaults to
            `"glorot_uniform"`.
        seed: Integer or `None`, for the initial weights. Defaults to `None`.
        name: String, the model's name.

    Returns:
        A `keras.Model` from `(batch, *input_shape)` to logits,
        `(batch, 1)`.

    Raises:
        ValueError: If a size is not a positive whole number.

    Example:

    ```python
    from kerasgan.networks import mlp_discriminator

    discriminator = mlp_discriminator((28, 28, 1))
    assert discriminator.count_params() == 533_505

    discriminator = mlp_discriminator((2,), (128, 128), activation="tanh")
    assert discriminator.count_params() == 17_025
    ```

    Reference:
        Goodfellow et al., 2014, arXiv 1406.2661.
    """
    _check_shape("input_shape", input_shape)
    _check_units(units)
    seeds = Seeds(seed)

    # === Functional Model ===
    samples = keras.Input(input_shape, name=_kind(input_shape))
    x = layers.Flatten()(samples) if len(input_shape) > 1 else samples
    for index, width in enumerate(units):
        x = layers.Dense(
            width,
            kernel_initializer=seeds.like(kernel_initializer),
            name=f"hidden_{index + 1}",
        )(x)
        x = layers.Activation(activation)(x)
    logits = layers.Dense(
        1,
        kernel_initializer=seeds.like(kernel_initializer),
        dtype="float32",
        name="logits",
    )(x)
    return keras.Model(samples, logits, name=name)


def _kind(shape):
    return "images" if len(shape) == 3 else "points"


def _check_shape(argument, shape):
    if not isinstance(shape, (tuple, list)) or not shape:
        raise ValueError(
            f"`{argument}` must be a tuple with the shape of one sample, such "
            f"as (28, 28, 1) or (2,). Received: {argument}={shape!r}"
        )
    for size in shape:
        check_count(argument, size)


def _check_units(units):
    if not isinstance(units, (tuple, list)):
        raise ValueError(
            "`units` must be a tuple of the hidden layers' widths. "
            f"Received: units={units!r}"
        )
    for width in units:
        check_count("units", width)
