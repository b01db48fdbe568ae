import math

import keras
from keras import ops

from kerasgan import backend
from kerasgan.layers.equalized_weights import EqualizedWeights
from kerasgan.utils import check_count
from kerasgan.utils import look_up


@keras.saving.register_keras_serializable(package="kerasgan")
class EqualizedConv2D(EqualizedWeights):
    """A 2D convolution with an equalized learning rate.

    The kernel starts as N(0, 1) and is multiplied by `gain / sqrt(height *
    width * channels)` of the kernel each time it is used; see
    `EqualizedDense`. Otherwise it is `keras.layers.Conv2D`, but for the
    defaults of `kernel_size` and `padding`.

    Args:
        filters: Integer, number of output channels.
        kernel_size: Integer or two, the sides of the kernel. Defaults to 3.
        gain: Float. Defaults to the square root of 2, He's gain for ReLU.
        seed: Integer or `None`, for the kernel. Biases start at 0. Defaults
            to `None`.
        upscale: Bool, whether the feature maps are doubled in size first,
            each pixel there four times. Defaults to `False`.
        strides: Integer or two. Defaults to 1.
        padding: `"same"` or `"valid"`. Defaults to `"same"`.
        data_format: `"channels_last"` or `"channels_first"`. Defaults to
            `keras.config.image_data_format()`.
        activation: Activation, or its name. Defaults to `None`.
        use_bias: Bool. Defaults to `True`.
        bias_initializer: Initializer. Defaults to `"zeros"`.
        kernel_regularizer: Regularizer of the kernel as it is stored.
            Defaults to `None`.
        bias_regularizer: Regularizer. Defaults to `None`.
        kernel_constraint: Constraint of the kernel as it is stored. Defaults
            to `None`.
        bias_constraint: Constraint. Defaults to `None`.
        **kwargs: `name`, `dtype`, `activity_regularizer` and the like of
            `keras.layers.Layer`.

    Returns:
        `(batch, height, width, filters)` for inputs `(batch, height, width,
        channels)`, as large as with `keras.layers.Conv2D`; twice the height
        and width with `upscale`.

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
        strides=(1, 1),
        padding="same",
        data_format=None,
        activation=None,
        use_bias=True,
        bias_initializer="zeros",
        kernel_regularizer=None,
        bias_regularizer=None,
        kernel_constraint=None,
        bias_constraint=None,
        **kwargs,
    ):
        check_count("filters", filters)
        super().__init__(
            gain,
            seed,
            activation,
            use_bias,
            bias_initializer,
            kernel_regularizer,
            bias_regularizer,
            kernel_constraint,
            bias_constraint,
            **kwargs,
        )
        self.filters = filters
        self.kernel_size = _pair("kernel_size", kernel_size)
        self.upscale = upscale
        self.strides = _pair("strides", strides)
        self.padding = look_up(padding, _PADDINGS, "padding")
        data_format = data_format or keras.config.image_data_format()
        self.data_format = look_up(data_format, _FORMATS, "data_format")
        if upscale and (max(self.strides) > 1 or padding != "same"):
            raise ValueError(
                "`upscale=True` needs strides of 1 and padding='same'. "
                f"Received: strides={self.strides}, padding='{padding}'"
            )
        self.input_spec = keras.layers.InputSpec(ndim=4)

    @property
    def _channel_axis(self):
        return 1 if self.data_format == "channels_first" else -1

    def build(self, input_shape):
        channels = input_shape[self._channel_axis]
        self._add_weights((*self.kernel_size, channels, self.filters))

    def call(self, inputs):
        kernel = self.kernel * self.scale
        if self._channel_axis == 1:
            inputs = ops.moveaxis(inputs, 1, -1)
        if self.upscale:
            outputs = backend.upscale_conv(inputs, kernel, self.bias)
        else:
            outputs = backend.conv(
                inputs, kernel, self.strides, self.padding, self.bias
            )
        if self._channel_axis == 1:
            outputs = ops.moveaxis(outputs, -1, 1)
        return self.activation(outputs)

    def compute_output_shape(self, input_shape):
        sizes = list(input_shape)
        del sizes[self._channel_axis]
        batch, *sides = sizes
        if self.upscale:
            sides = [side and 2 * side for side in sides]
        else:
            sides = [
                side and self._after(side, size, stride)
                for side, size, stride in zip(
                    sides, self.kernel_size, self.strides
                )
            ]
        if self._channel_axis == 1:
            return (batch, self.filters, *sides)
        return (batch, *sides, self.filters)

    def _after(self, side, size, stride):
        if self.padding == "valid":
            side -= size - 1
        return -(-side // stride)

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "upscale": self.upscale,
            "strides": self.strides,
            "padding": self.padding,
            "data_format": self.data_format,
        }


_PADDINGS = {name: name for name in ("same", "valid")}
_FORMATS = {name: name for name in ("channels_last", "channels_first")}


def _pair(name, value):
    """Returns two integers, of what may be one."""
    pair = value if isinstance(value, (tuple, list)) else (value, value)
    for side in pair:
        check_count(name, side)
    if len(pair) != 2:
        raise ValueError(
            f"`{name}` must be a whole number or two. Received: {value!r}"
        )
    return tuple(pair)
