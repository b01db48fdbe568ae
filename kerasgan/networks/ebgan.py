"""The autoencoder of EBGAN, for any image size."""

import keras
from keras import layers

from kerasgan.layers import Conv2DTranspose
from kerasgan.networks.dcgan import dcgan_sizes
from kerasgan.networks.pieces import Seeds
from kerasgan.networks.pieces import builder
from kerasgan.networks.pieces import crop
from kerasgan.utils import check_count


@builder
def ebgan_autoencoder(
    image_shape, code_dim=64, filters=64, seed=None, name="discriminator"
):
    """Builds the discriminator of EBGAN, an autoencoder with its code.

    Convolutions of stride 2 lead to a linear code, transposed ones back to
    the image. LeakyReLU with slope 0.2, tanh at the end. No normalization:
    real and generated images pass as separate batches, whose statistics
    would tell them apart.

    Args:
        image_shape: Tuple `(height, width, channels)` of the images, each
            side at least 8. Odd sizes are cropped by one pixel on the way.
        code_dim: Integer, length of the code. Defaults to 64.
        filters: Integer, channels of the layers next to the image; doubled
            with each halving of the size. Defaults to 64.
        seed: Integer or `None`, for the initial weights. Defaults to `None`.
        name: String, the model's name.

    Returns:
        A `keras.Model` from `(batch, height, width, channels)` to a list:
        copies of the same shape, in [-1, 1], and codes `(batch, code_dim)`.

    Example:

    ```python
    from kerasgan.networks import ebgan_autoencoder

    copies, codes = ebgan_autoencoder((28, 28, 1), code_dim=8).output_shape
    assert codes == (None, 8)
    ```

    Reference:
        Zhao, Mathieu and LeCun, 2017, arXiv 1609.03126. Deviations: a code of
        a fully connected layer instead of maps, and no BatchNormalization.
    """
    sizes = dcgan_sizes(image_shape)
    check_count("code_dim", code_dim)
    seeds = Seeds(seed)
    depth = len(sizes) - 1
    height, width = sizes[-1]
    most = filters * 2 ** (depth - 1)

    # === Functional Model ===
    images = keras.Input(image_shape, name="images")
    x = images
    for level in range(depth):
        x = layers.Conv2D(
            filters * 2**level,
            4,
            strides=2,
            padding="same",
            kernel_initializer=seeds.like("glorot_uniform"),
            name=f"down_{sizes[level + 1][0]}x{sizes[level + 1][1]}",
        )(x)
        x = layers.LeakyReLU(0.2)(x)
    codes = layers.Dense(
        code_dim,
        kernel_initializer=seeds.like("glorot_uniform"),
        dtype="float32",
        name="code",
    )(layers.Flatten()(x))
    x = layers.Dense(
        height * width * most,
        kernel_initializer=seeds.like("glorot_uniform"),
        name="project",
    )(codes)
    x = layers.LeakyReLU(0.2)(layers.Reshape((height, width, most))(x))
    for level in range(depth - 1, -1, -1):
        x = Conv2DTranspose(
            filters * 2 ** (level - 1) if level else image_shape[2],
            4,
            strides=2,
            padding="same",
            kernel_initializer=seeds.like("glorot_uniform"),
            name=f"up_{sizes[level][0]}x{sizes[level][1]}",
        )(x)
        x = crop(x, sizes[level])
        if level:
            x = layers.LeakyReLU(0.2)(x)
    # float32 also where the rest is computed in half precision.
    copies = layers.Activation("tanh", dtype="float32", name="copies")(x)
    return keras.Model(images, [copies, codes], name=name)
