"""What the builders of convolutional networks share."""

import keras
from keras import layers

from kerasgan.layers import Conv2DTranspose
from kerasgan.layers import ProjectionLogit
from kerasgan.layers import SpectralNormalization
from kerasgan.networks.dcgan import dcgan_sizes
from kerasgan.utils.seeds import check_seed
from kerasgan.utils.seeds import shift_seed


class Pieces:
    """Makes layers with weights, each with a seed of its own.

    Args:
        seed: Integer or `None`.
        spectral_normalization: Bool, whether to wrap what has a kernel.
        initializer: Function from a scale and a seed to an initializer.
            Defaults to `variance_scaling`.
    """

    def __init__(self, seed, spectral_normalization=False, initializer=None):
        self.seed = check_seed(seed)
        self.count = 0
        self.spectral_normalization = spectral_normalization
        self.initializer = initializer or variance_scaling

    def next_seed(self):
        self.count += 1
        return shift_seed(self.seed, self.count)

    def conv(self, filters, kernel_size, scale=1.0, **kwargs):
        return self._normalized(
            layers.Conv2D(
                filters,
                kernel_size,
                padding="same",
                kernel_initializer=self.initializer(scale, self.next_seed()),
                **kwargs,
            )
        )

    def conv_transpose(self, filters, kernel_size, scale=1.0, **kwargs):
        return self._normalized(
            Conv2DTranspose(
                filters,
                kernel_size,
                padding="same",
                kernel_initializer=self.initializer(scale, self.next_seed()),
                **kwargs,
            )
        )

    def dense(self, units, scale=1.0, **kwargs):
        return self._normalized(
            layers.Dense(
                units,
                kernel_initializer=self.initializer(scale, self.next_seed()),
                **kwargs,
            )
        )

    def logits(self, features, projected, use_bias=True):
        """Returns the logits of features, `(batch, features)`, in float32.

        Args:
            features: Symbolic tensor.
            projected: `Projected` condition, or `None`.
            use_bias: Bool.
        """
        if projected is None:
            layer = self.dense(
                1, use_bias=use_bias, dtype="float32", name="logits"
            )
            return layer(features)
        layer = ProjectionLogit(
            projected.num_classes,
            use_bias=use_bias,
            spectral_normalization=self.spectral_normalization,
            kernel_initializer=self.initializer(1.0, self.next_seed()),
            embeddings_initializer=self.initializer(1.0, self.next_seed()),
            seed=self.next_seed(),
            dtype="float32",
            name="logits",
        )
        return layer([features, projected.values])

    def _normalized(self, layer):
        if not self.spectral_normalization:
            return layer
        return SpectralNormalization(layer, seed=self.next_seed())


def variance_scaling(scale, seed):
    """Uniform numbers of variance `2 scale / (fan in + fan out)`.

    Scale 1 is Glorot's initialisation; scale 2 is for layers between ReLUs.
    """
    return keras.initializers.VarianceScaling(
        scale, mode="fan_avg", distribution="uniform", seed=seed
    )


def small_normal(scale, seed):
    """Normal numbers of standard deviation 0.02, as in DCGAN."""
    del scale
    return keras.initializers.RandomNormal(0, 0.02, seed=seed)


def inputs_of(first, projected):
    """Returns what `keras.Model` takes as inputs."""
    return first if projected is None else [first, projected.given]


def halved_sizes(image_shape, halvings):
    """Returns `(height, width)` of the image and of each half of it.

    Args:
        image_shape: Tuple `(height, width, channels)`.
        halvings: Integer. Odd sides are rounded up.

    Returns:
        List of `halvings + 1` sizes, largest first.

    Raises:
        ValueError: If this is no shape of an image, or a side of 1 pixel
            would have to be halved.
    """
    dcgan_sizes(image_shape)  # is it a shape of an image?
    height, width, _ = image_shape
    sizes = [(height, width)]
    for _ in range(halvings):
        if min(height, width) < 2:
            raise ValueError(
                f"`image_shape` cannot be halved {halvings} times. Give "
                "larger images, or fewer levels. Received: image_shape="
                f"{image_shape}"
            )
        height, width = (height + 1) // 2, (width + 1) // 2
        sizes.append((height, width))
    return sizes
