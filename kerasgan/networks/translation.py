"""What the builders of networks from images to images share."""

import math

from keras import layers
from keras import ops

from kerasgan.layers import CropLike2D
from kerasgan.layers import InstanceNormalization
from kerasgan.layers import NoiseDropout
from kerasgan.layers import PadToMultiple2D
from kerasgan.networks import pieces
from kerasgan.utils import check_count
from kerasgan.utils import check_number
from kerasgan.utils import look_up
from kerasgan.utils.image_shape import as_image_shape

_BIASED = ("instance", None)


class Translation:
    """Makes layers with explicit names, each with a seed of its own.

    Args:
        seed: Integer or `None`. Defaults to `None`.
        normalization: `"batch"`, `"instance"`, `"affine_instance"` or `None`.
        dropout: Float, share of the units that `noise` drops.
        noise_at_inference: Bool, whether `noise` stays on.
    """

    def __init__(
        self, seed, normalization, dropout=0.0, noise_at_inference=True
    ):
        check_number("dropout", dropout, least=0, below=1)
        self.seeds = pieces.Seeds(seed)
        self.dropout = dropout
        self.noise_at_inference = noise_at_inference
        self.normalization = normalization
        if normalization is not None:
            look_up(normalization, _NORMALIZATIONS, "normalization")

    @property
    def use_bias(self):
        """Whether convolutions have biases that a normalization follows."""
        return self.normalization in _BIASED

    def layer(self, kind, filters, kernel_size, name, **kwargs):
        """Returns a convolution with the authors' initial weights."""
        return kind(
            filters,
            kernel_size,
            kernel_initializer=self.seeds.normal(),
            name=name,
            **kwargs,
        )

    def normalize(self, x, name):
        if self.normalization is None:
            return x
        make = _NORMALIZATIONS[self.normalization]
        return make(self.seeds, f"{name}_norm")(x)

    def noise(self, x, name):
        """Drops units, as the noise of a generator without latents."""
        if not self.dropout:
            return x
        layer = NoiseDropout(
            self.dropout,
            self.noise_at_inference,
            seed=self.seeds.next(),
            name=f"{name}_noise",
        )
        return layer(x)


def _affine(seeds, name):
    return InstanceNormalization(
        center=True,
        scale=True,
        gamma_initializer=seeds.normal(mean=1.0),
        name=name,
    )


_NORMALIZATIONS = {
    "batch": pieces.batch_normalization,
    "instance": lambda seeds, name: InstanceNormalization(name=name),
    "affine_instance": _affine,
}


def check_image_shape(image_shape, least=8, argument="image_shape"):
    """Returns `(height, width, channels)`, or raises.

    Args:
        image_shape: What the user gave. Height and width may be `None`.
        least: Integer, the shortest side that is allowed.
        argument: Name of the argument, for the message.
    """
    return as_image_shape(image_shape, least, argument, is_size_free=True)


def check_residual(residual, channels, output_channels):
    """Raises `ValueError` where an image cannot be added to the output."""
    if residual and channels != output_channels:
        raise ValueError(
            "`residual=True` adds the output to the input, so that both must "
            "have the same number of channels. Received: inputs of "
            f"{channels} and output_channels={output_channels}"
        )


def count_channels(output_channels, image_shape):
    """Returns the channels of the output: by default those of the input."""
    if output_channels is None:
        return image_shape[2]
    check_count("output_channels", output_channels)
    return output_channels


def pad(images, multiple):
    """Pads images so that `multiple` divides them, if it may not do so."""
    if all(n is not None and n % multiple == 0 for n in images.shape[1:3]):
        return images
    return PadToMultiple2D(multiple, name="pad")(images)


def finish(x, images, residual):
    """Returns images in [-1, 1] of the size of the input, in float32.

    Args:
        x: Symbolic maps with the channels of the output.
        images: Symbolic images, the input.
        residual: Bool, whether the output is what changes in the input.
    """
    # float32 also where the rest is computed in half precision.
    x = layers.Activation("tanh", dtype="float32", name="images")(x)
    if x.shape[1:3] != images.shape[1:3] or None in x.shape[1:3]:
        x = CropLike2D(dtype="float32", name="crop")([x, images])
    return add_change(images, x) if residual else x


def add_change(images, change):
    """Returns images with twice a change of them, in [-1, 1].

    A change of 2 leads from any value in [-1, 1] to any other.
    """
    return ops.clip(images + 2.0 * change, -1.0, 1.0)


def choose_depth(image_shape, most=8):
    """Returns how often images are halved for a bottleneck that sees all.

    As often as padding adds no more than a quarter to a side, but twice at
    least: 256 -> 8, 64 -> 6, 28 -> 5 (padded to 32), 100 -> 4 (to 112).

    Args:
        image_shape: `(height, width, channels)`, known.
        most: Integer. Defaults to 8, as for 256 pixels.
    """
    sides = image_shape[:2]
    deepest = min(most, math.ceil(math.log2(min(sides))))
    for depth in range(deepest, 2, -1):
        if all(4 * (-n % 2**depth) <= n for n in sides):
            return depth
    return 2
