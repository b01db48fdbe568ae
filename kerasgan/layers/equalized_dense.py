import math

import keras
from keras import ops

from kerasgan.utils import check_count


@keras.saving.register_keras_serializable(package="kerasgan")
class EqualizedDense(keras.layers.Layer):
    """A dense layer with an equalized learning rate.

    The kernel starts as N(0, 1) and is multiplied by `gain / sqrt(features)`
    each time it is used, not once at the start. So all weights have the same
    range, and an optimizer such as Adam, whose steps do not depend on the
    scale of a gradient, moves them all at the same relative speed.

    Args:
        units: Integer, number of outputs.
        gain: Float. Defaults to the square root of 2, He's gain for ReLU.
        use_bias: Bool; biases start at 0. Defaults to `True`.
        seed: Integer or `None`, for the kernel.
        **kwargs: `name`, `dtype` and the like of `keras.layers.Layer`.

    Returns:
        `(batch, units)` for inputs `(batch, features)`.

    Raises:
        ValueError: If `units` is not a whole number of at least 1.

    Example:

    ```python
    import keras
    from kerasgan.layers import EqualizedDense

    layer = EqualizedDense(units=3, seed=0)
    layer.build((None, 512))
    assert layer.scale == 0.0625
    ```

    Reference:
        Karras et al., 2018, arXiv 1710.10196, section 4.1.
    """

    def __init__(
        self, units, gain=math.sqrt(2), use_bias=True, seed=None, **kwargs
    ):
        check_count("units", units)
        super().__init__(**kwargs)
        self.units = units
        self.gain = gain
        self.use_bias = use_bias
        self.seed = seed
        self.input_spec = keras.layers.InputSpec(ndim=2)

    def build(self, input_shape):
        features = input_shape[-1]
        self.scale = self.gain / math.sqrt(features)
        self.kernel = self.add_weight(
            name="kernel",
            shape=(features, self.units),
            initializer=unit_normal(self.seed),
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias", shape=(self.units,), initializer="zeros"
            )
        self.built = True

    def call(self, inputs):
        x = ops.matmul(inputs, self.kernel * self.scale)
        return x if self.bias is None else x + self.bias

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.units)

    def get_config(self):
        return {
            **super().get_config(),
            "units": self.units,
            "gain": self.gain,
            "use_bias": self.use_bias,
            "seed": self.seed,
        }


def unit_normal(seed):
    """Returns the initializer of equalized kernels, N(0, 1)."""
    return keras.initializers.RandomNormal(0.0, 1.0, seed=seed)
