"""The discriminator of BiGAN, for any image size."""

import keras
from keras import layers

from kerasgan.networks import pieces
from kerasgan.networks.dcgan import dcgan_sizes
from kerasgan.networks.dcgan import halve
from kerasgan.networks.pieces import builder
from kerasgan.utils import check_count


@builder
def bigan_discriminator(
    image_shape,
    latent_dim=100,
    filters=64,
    kernel_size=4,
    units=512,
    batch_normalization=True,
    dropout=0.2,
    seed=None,
    name="discriminator",
):
    """Builds a discriminator of pairs of images and latents.

    DCGAN's convolutions look at the image, two fully connected layers at the
    latents; a third one sees what both found, and one linear unit makes the
    logit. LeakyReLU with slope 0.2.

    Args:
        image_shape: Tuple `(height, width, channels)` of the images, each
            side at least 8.
        latent_dim: Integer, length of the latents. Defaults to 100.
        filters: Integer, channels of the first layer; each further one has
            twice as many. Defaults to 64.
        kernel_size: Integer. Defaults to 4.
        units: Integer, width of the fully connected layers. Defaults to 512.
        batch_normalization: Bool, for all convolutions but the first.
            Defaults to `True`. Must be off for gradient penalties.
        dropout: Float, the share of units that is dropped before each fully
            connected layer of the image's side. Defaults to 0.2.
        seed: Integer or `None`, for the initial weights and the dropout.
            Defaults to `None`.
        name: String, the model's name.

    Returns:
        A `keras.Model` from the list of images, `(batch, height, width,
        channels)`, and latents, `(batch, latent_dim)`, to logits,
        `(batch, 1)`.

    Example:

    ```python
    from kerasgan.networks import bigan_discriminator

    discriminator = bigan_discriminator((28, 28, 1), latent_dim=50)
    ```

    Reference:
        Dumoulin et al., 2017, arXiv 1606.00704, whose discriminator joins
        images and latents late; the convolutions are DCGAN's, as in Donahue
        et al., 2017, arXiv 1605.09782.
    """
    sizes = dcgan_sizes(image_shape)
    check_count("latent_dim", latent_dim)
    check_count("units", units)
    seeds = pieces.Seeds(seed)

    def dense(x, name):
        x = layers.Dense(units, kernel_initializer=seeds.normal(), name=name)(x)
        return layers.LeakyReLU(0.2)(x)

    def dropped(x):
        return layers.Dropout(dropout, seed=seeds.next())(x) if dropout else x

    # === Functional Model ===
    images = keras.Input(image_shape, name="images")
    latents = keras.Input((latent_dim,), name="latents")
    x = halve(
        images,
        sizes,
        filters,
        kernel_size,
        seeds,
        batch_normalization,
    )
    x = dense(dropped(layers.Flatten()(x)), "of_images")
    z = dense(dense(latents, "of_latents"), "of_latents_2")
    x = dense(dropped(layers.Concatenate()([x, z])), "of_both")
    logits = layers.Dense(
        1, kernel_initializer=seeds.normal(), dtype="float32", name="logits"
    )(x)
    return keras.Model([images, latents], logits, name=name)
