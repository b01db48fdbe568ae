import math

import keras

from kerasgan import backend
from kerasgan.layers.equalized_dense import unit_normal
from kerasgan.utils import check_count


@keras.saving.register_keras_serializable(package="kerasgan")
class EqualizedConv2D(keras.layers.Layer):
    """A 2D convolution with an equalized learning rate.

    The kernel starts as N(0, 1) and is multiplied by `gain / sqrt(kernel_size
    * kernel_size * channels)` each time it is used; see `EqualizedDense`.
    Stride 1, padded to the size of the input.

    Args:
        filters: Integer, number of output channels.
        kernel_size: Integer, side of the kernel. Defaults to 3.
        gain: Float. Defaults to the square root of 2, He's gain for ReLU.
        seed: Integer or `None`, for the kernel. Biases start at 0.
        upscale: Bool, whether the feature maps are doubled in size first,
            each pixel there four times. Defaults to `False`.
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
        if self.upscale:
            return backend.upscale_conv(inputs, kernel, self.bias)
        return backend.conv(inputs, kernel, bias=self.bias)

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
