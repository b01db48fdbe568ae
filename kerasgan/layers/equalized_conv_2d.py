import math

import keras
from keras import ops

from kerasgan import backend
from kerasgan.layers.equalized_dense import unit_normal
from kerasgan.utils import check_count

# For smaller maps there is nothing to win.
_FUSED_FROM = 8


@keras.saving.register_keras_serializable(package="kerasgan")
class EqualizedConv2D(keras.layers.Layer):
    """A 2D convolution with an equalized learning rate.

    The kernel starts as N(0, 1) and is multiplied by `gain / sqrt(kernel_size
    * kernel_size * channels)` each time it is used; see `EqualizedDense`.
    Stride 1, padded to the size of the input.

    Where pixels are repeated first, the maps need not be made larger for
    that: the same numbers, to rounding, come from a transposed convolution of
    stride 2, whose kernel is the sum of this one, mirrored, at four places a
    pixel apart, and which takes 16 products instead of 36. That form is used
    in float32 on processors; elsewhere it was not measured.

    Args:
        filters: Integer, number of output channels.
        kernel_size: Integer, side of the kernel. Defaults to 3.
        gain: Float. Defaults to the square root of 2, He's gain for ReLU.
        seed: Integer or `None`, for the kernel. Biases start at 0.
        upscale: Bool, whether the maps are doubled in size first, each pixel
            there four times. Defaults to `False`.
        **kwargs: `name`, `dtype` and the like of `keras.layers.Layer`.

    Returns:
        `(batch, height, width, filters)` for inputs `(batch, height, width,
        channels)`; twice the height and width with `upscale`.

    Raises:
        ValueError: If `filters` or `kernel_size` is not a whole number of at
            least 1.

    Example:

    ```python
    import keras
    from kerasgan.layers import EqualizedConv2D

    layer = EqualizedConv2D(filters=2, seed=0)
    layer.build((None, 4, 4, 512))
    assert abs(layer.scale - 0.0208333) < 1e-7
    ```

    Reference:
        Karras et al., 2018, arXiv 1710.10196, section 4.1.
    """

    def __init__(
        self,
        filters,
        kernel_size=3,
        gain=math.sqrt(2),
        seed=None,
        upscale=False,
        **kwargs,
    ):
        check_count("filters", filters)
        check_count("kernel_size", kernel_size)
        super().__init__(**kwargs)
        self.filters = filters
        self.kernel_size = kernel_size
        self.gain = gain
        self.upscale = upscale
        self.seed = seed
        self.input_spec = keras.layers.InputSpec(ndim=4)

    def build(self, input_shape):
        size, channels = self.kernel_size, input_shape[-1]
        self.scale = self.gain / math.sqrt(size * size * channels)
        self.kernel = self.add_weight(
            name="kernel",
            shape=(size, size, channels, self.filters),
            initializer=unit_normal(self.seed),
        )
        self.bias = self.add_weight(
            name="bias", shape=(self.filters,), initializer="zeros"
        )
        self.built = True

    def call(self, inputs):
        kernel = self.kernel * self.scale
        if self.upscale and self._is_faster_fused(inputs):
            return _conv_of_upscaled(inputs, kernel, self.bias)
        if self.upscale:
            inputs = backend.upscale(inputs)
        return backend.conv(inputs, kernel, bias=self.bias)

    def _is_faster_fused(self, inputs):
        return (
            self.kernel_size % 2 == 1
            and self.compute_dtype == "float32"
            and all(side and side >= _FUSED_FROM for side in inputs.shape[1:3])
            and backend.is_on_processor(inputs)
        )

    def compute_output_shape(self, input_shape):
        *sizes, _ = input_shape
        if self.upscale:
            sizes[1:] = [side and 2 * side for side in sizes[1:]]
        return (*sizes, self.filters)

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "gain": self.gain,
            "upscale": self.upscale,
            "seed": self.seed,
        }


def _conv_of_upscaled(inputs, kernel, bias):
    # Input pixel `i` is repeated at `2 i` and `2 i + 1`, so it adds the sum of
    # two neighbouring weights of each axis, in mirrored order, to an output.
    kernel = ops.flip(kernel, axis=(0, 1))
    for axis in (0, 1):
        ahead, behind = ([(0, 0)] * 4 for _ in "12")
        ahead[axis], behind[axis] = (0, 1), (1, 0)
        kernel = ops.pad(kernel, ahead) + ops.pad(kernel, behind)
    kernel = ops.transpose(kernel, (0, 1, 3, 2))
    compute = backend.conv_transpose
    if backend.prefers_subpixel(inputs, kernel, training=True):
        compute = backend.subpixel_conv_transpose
    return compute(inputs, kernel, (2, 2), bias)
