"""What the two networks of progressive growing share."""

import keras
from keras import ops

from kerasgan import backend
from kerasgan.layers import EqualizedConv2D
from kerasgan.utils import check_count
from kerasgan.utils.image_shape import as_image_shape
from kerasgan.utils.seeds import check_seed
from kerasgan.utils.seeds import shift_seed

_MAX_CHANNELS = 512
_MAX_SIZE = 1024


def progressive_sizes(image_shape):
    """Returns the sizes that images grow through, from 4 up.

    Args:
        image_shape: Tuple `(size, size, channels)`: a power of two from 8 to
            1024, and 1 or 3 channels.

    Returns:
        Tuple of integers, such as `(4, 8, 16, 32)`, in pixels.

    Raises:
        ValueError: If the images are not that.

    Example:

    ```python
    from kerasgan.networks import progressive_sizes

    assert progressive_sizes((32, 32, 1)) == (4, 8, 16, 32)
    ```
    """
    image_shape = as_image_shape(image_shape, least=1)
    sizes = [4]
    while sizes[-1] < _MAX_SIZE:
        sizes.append(2 * sizes[-1])
        if image_shape[:2] == (sizes[-1], sizes[-1]):
            break
    else:
        raise ValueError(
            "`image_shape` must be square, of a side that is a power of two "
            f"from 8 to {_MAX_SIZE}, because the images double in size while "
            "they grow. Resize or pad the images: 28x28 ones to 32x32. "
            f"Received: image_shape={image_shape}"
        )
    if len(image_shape) != 3 or image_shape[2] not in (1, 3):
        raise ValueError(
            "`image_shape` must be `(size, size, channels)` with 1 channel "
            f"for grey or 3 for RGB. Received: image_shape={image_shape}"
        )
    return tuple(sizes)


def channels_at(size, width=1.0, max_channels=None):
    """Returns the number of channels of the maps of a size.

    `width * min(8192 / 2^s, 512)` with `s = log2(size) - 1`; with
    `max_channels` in place of the 512, `min(width * 8192 / 2^s,
    max_channels)`.

    Args:
        size: Integer, side of the maps in pixels.
        width: Float, the width factor.
        max_channels: Integer or `None`.

    Raises:
        ValueError: If `width` or `max_channels` is not positive.
    """
    if not width > 0:
        raise ValueError(
            "`width` must be positive: 1 for the paper's channels, 0.25 for "
            f"a quarter of them. Received: width={width!r}"
        )
    if max_channels is None:
        max_channels = width * _MAX_CHANNELS
    else:
        check_count("max_channels", max_channels)
    return max(1, round(min(width * 16384 / size, max_channels)))


def level_of(size, sizes):
    """Returns the position of a size among those that a network has."""
    if size is None:
        return len(sizes) - 1
    if size not in sizes:
        raise ValueError(
            f"`size` must be one of {', '.join(map(str, sizes))}, the sizes "
            f"that this network grows through. Received: size={size!r}"
        )
    return sizes.index(size)


def downscale(images, factor=2):
    """Returns the means over squares of `factor` pixels a side."""
    if factor == 1:
        return images
    return backend.average_pool(images, factor)


def blend(old, new, alpha):
    """Returns `(1 - alpha) * old + alpha * new`, exact at 0 and at 1."""
    alpha = ops.cast(alpha, new.dtype)
    return (1.0 - alpha) * old + alpha * new


def leaky(x):
    """Returns the activation of both networks."""
    return ops.leaky_relu(x, 0.2)


class Growing:
    """What a network can do whose blocks join in one after the other.

    Mixed into a `keras.Model`, which lists its layers as `blocks` and `rgb`,
    one entry a level, and as `ends`, those that are always in use, and which
    defines `run(inputs, level, alpha)`.
    """

    def set_up(self, image_shape, width, max_channels, seed):
        self.image_shape = image_shape
        self.sizes = progressive_sizes(image_shape)
        self.width = width
        self.max_channels = max_channels
        self.seed = check_seed(seed)
        self._layers_made = 0

    def channels(self, level):
        return channels_at(self.sizes[level], self.width, self.max_channels)

    def made(self, cls, input_shape, *args, **kwargs):
        """Returns a layer that has its weights, from a seed of its own."""
        seed = shift_seed(self.seed, self._layers_made)
        self._layers_made += 1
        # Of its own: counted names would differ from model to model.
        kwargs.setdefault("name", f"layer_{self._layers_made}")
        layer = cls(*args, seed=seed, **kwargs)
        layer.build((None, *input_shape))
        return layer

    def conv(self, channels, filters, kernel_size=3, **kwargs):
        shape = (None, None, channels)
        return self.made(EqualizedConv2D, shape, filters, kernel_size, **kwargs)

    def call(self, inputs, size=None, alpha=None, training=None):
        return self.run(inputs, level_of(size, self.sizes), alpha)

    @property
    def inputs(self):
        return [keras.KerasTensor(self.input_shape, name="inputs")]

    def variables_at(self, size, fading):
        """Returns the variables of `weights_at` that are trained now."""
        used = {id(v) for v in self.weights_at(size, fading)}
        return [v for v in self.trainable_variables if id(v) in used]

    def weights_at(self, size, fading):
        """Returns the weights that images of a size pass.

        Args:
            size: Integer, in pixels.
            fading: Bool, whether the layers of this size are fading in.
        """
        level = level_of(size, self.sizes)
        used = [*self.ends, self.rgb[level]]
        for block in self.blocks[: level + 1]:
            used += block
        if fading:
            used.append(self.rgb[level - 1])
        return [weight for layer in used for weight in layer.weights]

    @classmethod
    def from_config(cls, config, custom_objects=None):
        return cls(**config)
