import math

import keras
from keras import ops

from kerasgan.backend import call_network
from kerasgan.backend import upscale
from kerasgan.layers import EqualizedDense
from kerasgan.layers import PixelNormalization
from kerasgan.networks.progressive import Growing
from kerasgan.networks.progressive import blend
from kerasgan.networks.progressive import channels_at
from kerasgan.networks.progressive import leaky
from kerasgan.networks.progressive import progressive_sizes
from kerasgan.utils import check_count
from kerasgan.utils.image_shape import as_image_shape
from kerasgan.utils.takes_dtype import takes_dtype


@keras.saving.register_keras_serializable(package="kerasgan")
class ProgressiveGenerator(Growing, keras.Model):
    """The generator of progressive growing.

    Normalized latents are projected to a 4x4 map; each further size doubles
    the map and adds two 3x3 convolutions, each followed by LeakyReLU with
    slope 0.2 and pixel normalization. A 1x1 convolution without activation
    makes the image, another one at each size. All weights are there from the
    start; a call computes the blocks up to the size that it asks for:

    ```
    generator(latents)                        # images of the full size
    generator(latents, size=8)                # 8x8
    generator(latents, size=16, alpha=0.25)   # 16x16, a quarter faded in
    ```

    Args:
        image_shape: Tuple `(size, size, channels)`: a power of two from 8 to
            1024, and 1 or 3 channels.
        latent_dim: Integer, length of the latents. Defaults to `None`, as
            many as the 4x4 map has channels, 512 at full width.
        width: Float, factor of the channels `min(8192 / 2^s, 512)` at the
            size `2^(s + 1)`. Defaults to 1.
        max_channels: Integer, the most channels of a map, in place of `width`
            times 512. With a small `width` it keeps the small maps, which
            cost little, rich: `width=1/16, max_channels=128` are 128
            channels up to 8x8, 64 at 16x16, 32 at 32x32 and so on. Defaults
            to `None`.
        seed: Integer or `None`, for the initial weights. Defaults to `None`.
        name: String, the model's name.
        dtype: Policy of its layers, or its name. Defaults to
            `keras.config.dtype_policy()`.

    Returns:
        `(batch, size, size, channels)` for latents `(batch, latent_dim)`. The
        output is linear: around [-1, 1] once trained.

    Raises:
        ValueError: If `image_shape`, `width`, `max_channels` or the `size` of
            a call is not one of these.

    Example:

    ```python
    import keras
    from kerasgan.networks import ProgressiveGenerator

    generator = ProgressiveGenerator((16, 16, 3), width=1 / 64, seed=0)
    latents = keras.random.normal((2, 8))
    assert generator(latents).shape == (2, 16, 16, 3)
    assert generator(latents, size=8, alpha=0.5).shape == (2, 8, 8, 3)
    ```

    Reference:
        Karras et al., 2018, arXiv 1710.10196, appendix A.
    """

    @takes_dtype
    def __init__(
        self,
        image_shape,
        latent_dim=None,
        width=1.0,
        max_channels=None,
        seed=None,
        name="generator",
    ):
        image_shape = as_image_shape(image_shape, least=1)
        progressive_sizes(image_shape)
        start = channels_at(4, width, max_channels)
        if latent_dim is None:
            latent_dim = start
        check_count("latent_dim", latent_dim)
        super().__init__(name=name)
        self.set_up(image_shape, width, max_channels, seed)
        self.latent_dim = latent_dim

        # === Layers ===
        channels = self.channels(0)
        self.normalize = PixelNormalization(name="normalize")
        self.normalize.build((None, channels))
        self.project = self.made(
            _Projection, (latent_dim,), channels, name="project"
        )
        self.blocks = [[self.conv(channels, channels, name="conv_4x4")]]
        for level, size in enumerate(self.sizes[1:], start=1):
            before, channels = channels, self.channels(level)
            self.blocks.append(
                [
                    self.conv(
                        before,
                        channels,
                        upscale=True,
                        name=f"conv_{size}x{size}_0",
                    ),
                    self.conv(channels, channels, name=f"conv_{size}x{size}_1"),
                ]
            )
        self.rgb = [
            self.conv(
                self.channels(level),
                image_shape[2],
                kernel_size=1,
                gain=1.0,
                # float32 also where the rest is computed in half precision.
                dtype="float32",
                name=f"to_image_{size}x{size}",
            )
            for level, size in enumerate(self.sizes)
        ]
        self.ends = [self.project]
        self.built = True

    @property
    def input_shape(self):
        return (None, self.latent_dim)

    @property
    def output_shape(self):
        return (None, *self.image_shape)

    def first_map(self, latents):
        """Returns the 4x4 map that latents are projected to."""
        return call_network(self.project, latents)

    def first_features(self, latents):
        """Returns the first activations, `(batch, 4, 4, channels)`."""
        x = self.first_map(call_network(self.normalize, latents))
        return call_network(self.normalize, leaky(x))

    def run(self, latents, level, alpha=None):
        x = self.first_features(latents)
        for block in self.blocks[: level + 1]:
            before = x
            for conv in block:
                x = call_network(self.normalize, leaky(call_network(conv, x)))
        images = call_network(self.rgb[level], x)
        if alpha is None or level == 0:
            return images
        before = call_network(self.rgb[level - 1], before)
        return blend(upscale(before), images, alpha)

    def get_config(self):
        return {
            "image_shape": self.image_shape,
            "latent_dim": self.latent_dim,
            "width": self.width,
            "max_channels": self.max_channels,
            "seed": self.seed,
            "name": self.name,
            "dtype": keras.dtype_policies.serialize(self.dtype_policy),
        }


class _Projection(EqualizedDense):
    """Latents to a 4x4 map, with one bias a channel."""

    def __init__(self, channels, seed=None, **kwargs):
        # A quarter of the gain: the one map feeds 16 places.
        super().__init__(
            16 * channels, math.sqrt(2) / 4, use_bias=False, seed=seed, **kwargs
        )
        self.channels = channels

    def build(self, input_shape):
        super().build(input_shape)
        self.channel_bias = self.add_weight(
            name="bias", shape=(self.channels,), initializer="zeros"
        )

    def call(self, inputs):
        x = ops.reshape(super().call(inputs), (-1, 4, 4, self.channels))
        return x + self.channel_bias

    def compute_output_shape(self, input_shape):
        return (input_shape[0], 4, 4, self.channels)
