import keras
from keras import ops

from kerasgan.backend import call_network
from kerasgan.layers import EqualizedDense
from kerasgan.layers import MinibatchStandardDeviation
from kerasgan.networks.progressive import Growing
from kerasgan.networks.progressive import blend
from kerasgan.networks.progressive import channels_at
from kerasgan.networks.progressive import downscale
from kerasgan.networks.progressive import leaky
from kerasgan.networks.progressive import level_of
from kerasgan.networks.progressive import progressive_sizes
from kerasgan.utils.image_shape import as_image_shape
from kerasgan.utils.takes_dtype import takes_dtype


@keras.saving.register_keras_serializable(package="kerasgan")
class ProgressiveDiscriminator(Growing, keras.Model):
    """The discriminator of progressive growing, the generator's mirror.

    A 1x1 convolution makes features of the image, another one at each size;
    two 3x3 convolutions and a mean over 2x2 pixels halve the map down to
    4x4, where the deviation within the minibatch is appended, and a
    convolution and two dense layers follow. LeakyReLU with slope 0.2, no
    normalization. All weights are there from the start; a call computes the
    blocks of the images that it is given:

    ```
    discriminator(images)                        # images of the full size
    discriminator(images, size=8)                # 8x8
    discriminator(images, size=16, alpha=0.25)   # 16x16, a quarter faded in
    ```

    Args:
        image_shape: Tuple `(size, size, channels)`: a power of two from 8 to
            1024, and 1 or 3 channels.
        width: Float, factor of the channels `min(8192 / 2^s, 512)` at the
            size `2^(s + 1)`. Defaults to 1.
        max_channels: Integer, the most channels of a map, in place of `width`
            times 512. With a small `width` it keeps the small maps, which
            cost little, rich: `width=1/16, max_channels=128` are 128
            channels up to 8x8, 64 at 16x16, 32 at 32x32 and so on. Defaults
            to `None`.
        group_size: Integer, images whose deviation is taken; see
            `kerasgan.layers.MinibatchStandardDeviation`. Defaults to 4.
        seed: Integer or `None`, for the initial weights. Defaults to `None`.
        name: String, the model's name.
        dtype: Policy of its layers, or its name. Defaults to
            `keras.config.dtype_policy()`.

    Returns:
        Logits, `(batch, 1)`.

    Raises:
        ValueError: If `image_shape`, `width`, `max_channels` or the `size` of
            a call is not one of these.

    Example:

    ```python
    import keras
    from kerasgan.networks import ProgressiveDiscriminator

    discriminator = ProgressiveDiscriminator((16, 16, 3), width=1 / 64)
    logits = discriminator(keras.ops.zeros((2, 8, 8, 3)), size=8)
    assert logits.shape == (2, 1)
    ```

    Reference:
        Karras et al., 2018, arXiv 1710.10196, appendix A.
    """

    @takes_dtype
    def __init__(
        self,
        image_shape,
        width=1.0,
        max_channels=None,
        group_size=4,
        seed=None,
        name="discriminator",
    ):
        image_shape = as_image_shape(image_shape, least=1)
        progressive_sizes(image_shape)
        channels_at(4, width, max_channels)
        super().__init__(name=name)
        self.set_up(image_shape, width, max_channels, seed)
        self.group_size = group_size

        # === Layers ===
        channels = self.channels(0)
        self.deviation = MinibatchStandardDeviation(
            group_size, name="minibatch_standard_deviation"
        )
        self.deviation.build((None, 4, 4, channels))
        self.hidden = self.made(
            EqualizedDense, (16 * channels,), channels, name="hidden"
        )
        # float32 also where the rest is computed in half precision.
        self.logits = self.made(
            EqualizedDense,
            (channels,),
            1,
            gain=1.0,
            dtype="float32",
            name="logits",
        )
        # One more channel: the deviation.
        self.blocks = [[self.conv(channels + 1, channels, name="conv_4x4")]]
        for level, size in enumerate(self.sizes[1:], start=1):
            after, channels = channels, self.channels(level)
            self.blocks.append(
                [
                    self.conv(channels, channels, name=f"conv_{size}x{size}_0"),
                    self.conv(channels, after, name=f"conv_{size}x{size}_1"),
                ]
            )
        self.rgb = [
            self.conv(
                image_shape[2],
                self.channels(level),
                kernel_size=1,
                name=f"from_image_{size}x{size}",
            )
            for level, size in enumerate(self.sizes)
        ]
        self.ends = [self.hidden, self.logits]
        self.built = True

    @property
    def input_shape(self):
        return (None, *self.image_shape)

    @property
    def output_shape(self):
        return (None, 1)

    def run(self, images, level, alpha=None):
        x = self._maps(images, level, alpha)[-1]
        x = call_network(self.deviation, x)
        x = leaky(call_network(self.blocks[0][0], x))
        x = ops.reshape(x, (-1, 16 * x.shape[-1]))
        return call_network(self.logits, leaky(call_network(self.hidden, x)))

    def feature_maps(self, images, size=None, alpha=None):
        """Returns what the blocks hand on, a map for each size.

        They are those before the deviation within the minibatch, so that each
        image is seen by itself.

        Args:
            images, size, alpha: As in a call.

        Returns:
            List of tensors, from the largest map to that of 4x4.
        """
        return self._maps(images, level_of(size, self.sizes), alpha)

    def _maps(self, images, level, alpha):
        x = leaky(call_network(self.rgb[level], images))
        maps = []
        for number in range(level, 0, -1):
            for conv in self.blocks[number]:
                x = leaky(call_network(conv, x))
            x = downscale(x)
            if number == level and alpha is not None:
                before = call_network(self.rgb[level - 1], downscale(images))
                x = blend(leaky(before), x, alpha)
            maps.append(x)
        return maps or [x]

    def get_config(self):
        return {
            "image_shape": self.image_shape,
            "width": self.width,
            "max_channels": self.max_channels,
            "group_size": self.group_size,
            "seed": self.seed,
            "name": self.name,
            "dtype": keras.dtype_policies.serialize(self.dtype_policy),
        }
