import keras
from keras import ops

from kerasgan.utils import check_count


@keras.saving.register_keras_serializable(package="kerasgan")
class PixelShuffle2D(keras.layers.Layer):
    """Lays channels out as pixels: sub-pixel up-scaling.

    From `(batch, height, width, factor^2 * channels)` to `(batch, factor *
    height, factor * width, channels)`. Output channel `c` at row `i` and
    column `j` of a block is input channel `c * factor^2 + i * factor + j`,
    the order of PyTorch's `PixelShuffle`, whose weights can be loaded so.
    (TensorFlow's `depth_to_space` has the channels innermost.)

    Args:
        factor: Integer. Defaults to 2.
        **kwargs: `name`, `dtype` and the like of `keras.layers.Layer`.

    Returns:
        `(batch, factor * height, factor * width, channels)`.

    Raises:
        ValueError: If `factor` is not a whole number of at least 1, or its
            square does not divide the number of channels.

    Example:

    ```python
    import keras
    from kerasgan.layers import PixelShuffle2D

    maps = keras.ops.reshape(keras.ops.array([1.0, 2, 3, 4]), (1, 1, 1, 4))
    outputs = PixelShuffle2D(2)(maps)
    assert float(outputs[0, 1, 0, 0]) == 3.0
    ```

    Reference:
        Shi et al., 2016, arXiv 1609.05158.
    """

    def __init__(self, factor=2, **kwargs):
        check_count("factor", factor)
        super().__init__(**kwargs)
        self.factor = factor
        self.input_spec = keras.layers.InputSpec(ndim=4)

    def build(self, input_shape):
        self.compute_output_shape(input_shape)

    def call(self, inputs):
        _, height, width, _ = ops.shape(inputs)
        r, channels = self.factor, inputs.shape[3] // self.factor**2
        x = ops.reshape(inputs, (-1, height, width, channels, r, r))
        x = ops.transpose(x, (0, 1, 4, 2, 5, 3))
        return ops.reshape(x, (-1, height * r, width * r, channels))

    def compute_output_shape(self, input_shape):
        batch, height, width, channels = input_shape
        r = self.factor
        if channels % r**2:
            raise ValueError(
                f"The channels must be a multiple of {r**2}, the square of "
                f"`factor`. Received: factor={r}, maps of shape "
                f"{tuple(input_shape)}"
            )
        sides = (n if n is None else n * r for n in (height, width))
        return (batch, *sides, channels // r**2)

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}
