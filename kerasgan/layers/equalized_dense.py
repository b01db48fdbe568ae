import math

import keras
from keras import ops

from kerasgan.layers.equalized_weights import EqualizedWeights
from kerasgan.utils import check_count


@keras.saving.register_keras_serializable(package="kerasgan")
class EqualizedDense(EqualizedWeights):
    """A dense layer with an equalized learning rate.

    The kernel starts as N(0, 1) and is multiplied by `gain / sqrt(features)`
    each time it is used, not once at the start. So all weights have the same
    range, and an optimizer such as Adam, whose steps do not depend on the
    scale of a gradient, moves them all at the same relative speed.

    Args:
        units: Integer, number of outputs.
        gain: Float. Defaults to the square root of 2, He's gain for ReLU.
        use_bias: Bool; biases start at 0. Defaults to `True`.
        seed: Integer or `None`, for the kernel. Defaults to `None`.
        activation: Activation, or its name. Defaults to `None`.
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
        `(batch, ..., units)` for inputs `(batch, ..., features)`.

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
        self,
        units,
        gain=math.sqrt(2),
        use_bias=True,
        seed=None,
        activation=None,
        bias_initializer="zeros",
        kernel_regularizer=None,
        bias_regularizer=None,
        kernel_constraint=None,
        bias_constraint=None,
        **kwargs,
    ):
        check_count("units", units)
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
        self.units = units
        self.input_spec = keras.layers.InputSpec(min_ndim=2)

    def build(self, input_shape):
        self._add_weights((input_shape[-1], self.units))

    def call(self, inputs):
        x = ops.matmul(inputs, self.kernel * self.scale)
        return self.activation(x if self.bias is None else x + self.bias)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units)

    def get_config(self):
        return {**super().get_config(), "units": self.units}
