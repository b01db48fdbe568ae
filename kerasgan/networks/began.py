"""The networks of BEGAN, for any image size."""

import keras
from keras import layers

from kerasgan.networks.convolutional import Pieces
from kerasgan.networks.dcgan import dcgan_sizes
from kerasgan.networks.pieces import builder
from kerasgan.networks.pieces import crop
from kerasgan.utils import check_count

_LARGEST_MAP = 8


@builder
def began_decoder(
    image_shape, latent_dim=64, filters=64, seed=None, name="generator"
):
    """Builds the generator of BEGAN, which is half of its discriminator too.

    A linear layer makes a map of at most 8 pixels; then two convolutions with
    ELU at each size, and doubling to the next by repeated pixels. No
    normalization, and a linear output.

    Args:
        image_shape: Tuple `(height, width, channels)` of the images, each
            side at least 8. Odd sizes are cropped by one pixel on the way.
        latent_dim: Integer, length of the latents. Defaults to 64.
        filters: Integer, channels of all maps. Defaults to 64; the authors
            used 128 for larger images.
        seed: Integer or `None`, for the initial weights. Defaults to `None`.
        name: String, the model's name.

    Returns:
        A `keras.Model` from `(batch, latent_dim)` to
        `(batch, height, width, channels)`.

    Example:

    ```python
    from kerasgan.networks import began_decoder

    assert began_decoder((32, 32, 3)).output_shape == (None, 32, 32, 3)
    ```

    Reference:
        Berthelot, Schumm and Metz, 2017, arXiv 1703.10717. Deviation: without
        the optional skips from the first map to the later ones.
    """
    check_count("latent_dim", latent_dim)
    latents = keras.Input((latent_dim,), name="latents")
    pieces = Pieces(seed)
    images = _decoded(latents, image_shape, filters, pieces, "images")
    return keras.Model(latents, images, name=name)


@builder
def began_autoencoder(
    image_shape, code_dim=64, filters=64, seed=None, name="discriminator"
):
    """Builds the discriminator of BEGAN, an autoencoder.

    Its encoder mirrors the decoder: two convolutions with ELU at each size,
    with more channels the smaller, and halving by convolutions of stride 2;
    then a linear code. Its decoder is `began_decoder`'s, with weights of its
    own.

    Args:
        image_shape: Tuple `(height, width, channels)` of the images, each
            side at least 8.
        code_dim: Integer, length of the code. Defaults to 64.
        filters: Integer, channels of the largest maps. Defaults to 64.
        seed: Integer or `None`, for the initial weights. Defaults to `None`.
        name: String, the model's name.

    Returns:
        A `keras.Model` from `(batch, height, width, channels)` to the same
        shape.

    Example:

    ```python
    from kerasgan.networks import began_autoencoder

    assert began_autoencoder((28, 28, 1)).output_shape == (None, 28, 28, 1)
    ```

    Reference:
        Berthelot, Schumm and Metz, 2017, arXiv 1703.10717.
    """
    check_count("code_dim", code_dim)
    depth = len(began_sizes(image_shape))
    pieces = Pieces(seed)

    # === Functional Model ===
    images = keras.Input(image_shape, name="images")
    x = pieces.conv(filters, 3, activation="elu")(images)
    for level in range(1, depth + 1):
        for _ in range(2):
            x = pieces.conv(level * filters, 3, activation="elu")(x)
        if level < depth:
            x = pieces.conv(level * filters, 3, strides=2, activation="elu")(x)
    code = pieces.dense(code_dim, name="code")(layers.Flatten()(x))
    copies = _decoded(code, image_shape, filters, pieces, "copies")
    return keras.Model(images, copies, name=name)


def began_sizes(image_shape):
    """Returns `(height, width)` of the maps, from the image's downwards."""
    sizes = dcgan_sizes(image_shape)
    large = [size for size in sizes if min(size) >= _LARGEST_MAP]
    if min(large[-1]) > _LARGEST_MAP:
        large.append(sizes[len(large)])
    return large


def _decoded(code, image_shape, filters, pieces, name):
    *larger, (height, width) = began_sizes(image_shape)
    x = pieces.dense(height * width * filters, name="project")(code)
    x = layers.Reshape((height, width, filters))(x)
    for size in [*reversed(larger), None]:
        for _ in range(2):
            x = pieces.conv(filters, 3, activation="elu")(x)
        if size is not None:
            x = crop(layers.UpSampling2D(2)(x), size)
    # float32 also where the rest is computed in half precision.
    return pieces.conv(image_shape[2], 3, dtype="float32", name=name)(x)
