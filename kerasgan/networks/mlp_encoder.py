"""A fully connected encoder."""

import keras
from keras import layers

from kerasgan.networks.pieces import Seeds
from kerasgan.networks.pieces import builder
from kerasgan.utils import check_count


@builder
def mlp_encoder(
    image_shape,
    latent_dim=8,
    units=(1000, 1000),
    activation="relu",
    kernel_initializer="glorot_uniform",
    seed=None,
    name="encoder",
):
    """Builds an encoder of fully connected layers, without normalization.

    Args:
        image_shape: Tuple, the shape of one example.
        latent_dim: Integer, length of the latents. Defaults to 8.
        units: Tuple of integers, the widths of the hidden layers. Defaults
            to `(1000, 1000)`, as in the paper on adversarial autoencoders.
        activation: Name of an activation or a function, for the hidden
            layers. Defaults to `"relu"`.
        kernel_initializer: Keras initializer, its name or its config; each
            layer gets a copy with a seed of its own. Defaults to
            `"glorot_uniform"`.
        seed: Integer or `None`, for the initial weights. Defaults to `None`.
        name: String, the model's name.

    Returns:
        A `keras.Model` from `(batch, *image_shape)` to latents,
        `(batch, latent_dim)`.

    Example:

    ```python
    from kerasgan.networks import mlp_encoder

    assert mlp_encoder((28, 28, 1), 2).output_shape == (None, 2)
    ```

    Reference:
        Makhzani et al., 2015, arXiv 1511.05644.
    """
    check_count("latent_dim", latent_dim)
    seeds = Seeds(seed)

    # === Functional Model ===
    images = keras.Input(image_shape, name="images")
    x = layers.Flatten()(images)
    for number, width in enumerate(units, start=1):
        check_count("units", width)
        x = layers.Dense(
            width,
            activation=activation,
            kernel_initializer=seeds.like(kernel_initializer),
            name=f"hidden_{number}",
        )(x)
    latents = layers.Dense(
        latent_dim,
        kernel_initializer=seeds.like(kernel_initializer),
        dtype="float32",
        name="latents",
    )(x)
    return keras.Model(images, latents, name=name)
