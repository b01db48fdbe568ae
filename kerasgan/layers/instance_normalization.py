import keras
from keras import ops

from kerasgan import backend
from kerasgan.utils import check_number


@keras.saving.register_keras_serializable(package="kerasgan")
class InstanceNormalization(keras.layers.Layer):
    """Normalizes each channel of each image by its own mean and variance.

    ```
    y = gamma * (x - mean(x)) / sqrt(mean((x - mean(x))^2) + epsilon) + beta
    ```

    with the means over the places of one image. From `(batch, ...,
    channels)` to the same shape; no image of the batch sees another one, and
    training and inference are the same.

    `keras.layers.GroupNormalization(groups=-1)` has the same formula, but
    takes the variance as the difference of two means of squares on PyTorch:
    of a map that is nearly constant and far from 0, as the plain areas of
    drawings give them, that difference can be negative, and the result is
    NaN. Here the mean is taken off first.

    Args:
        epsilon: Float, added to the variance. Defaults to 1e-5, PyTorch's.
        center: Bool, whether there is a trained offset `beta` for each
            channel. Defaults to `False`, as in PyTorch and CycleGAN.
        scale: Bool, whether there is a trained factor `gamma` for each
            channel. Defaults to `False`.
        gamma_initializer: Keras initializer of `gamma`. Defaults to
            `"ones"`.
        **kwargs: `name`, `dtype` and the like of `keras.layers.Layer`.

    Returns:
        Tensor of the shape of the inputs.

    Raises:
        ValueError: If `epsilon` is not a number above 0.

    Example:

    ```python
    import keras
    from kerasgan.layers import InstanceNormalization

    maps = keras.ops.reshape(keras.ops.array([1.0, 3.0]), (1, 1, 2, 1))
    outputs = InstanceNormalization()(maps)
    assert abs(float(outputs[0, 0, 1, 0]) - 1.0) < 1e-4
    ```

    Reference:
        Ulyanov et al., 2016, arXiv 1607.08022.
    """

    def __init__(
        self,
        epsilon=1e-5,
        center=False,
        scale=False,
        gamma_initializer="ones",
        **kwargs,
    ):
        check_number("epsilon", epsilon, above=0)
        super().__init__(**kwargs)
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.gamma_initializer = keras.initializers.get(gamma_initializer)
        self.input_spec = keras.layers.InputSpec(min_ndim=3)
        self.gamma = self.beta = None

    def build(self, input_shape):
        channels = (input_shape[-1],)
        if self.scale:
            self.gamma = self.add_weight(
                name="gamma",
                shape=channels,
                initializer=self.gamma_initializer,
                autocast=False,
            )
        if self.center:
            self.beta = self.add_weight(
                name="beta", shape=channels, initializer="zeros", autocast=False
            )

    def call(self, inputs):
        if keras.backend.standardize_dtype(inputs.dtype) == "float32":
            return backend.instance_normalization(
                inputs, self.epsilon, self.gamma, self.beta
            )
        # In float16 the square of 256 is infinite already.
        dtype = keras.backend.result_type(inputs.dtype, "float32")
        x = ops.cast(inputs, dtype)
        gamma, beta = (
            None if weight is None else ops.cast(weight, dtype)
            for weight in (self.gamma, self.beta)
        )
        x = backend.instance_normalization(x, self.epsilon, gamma, beta)
        return ops.cast(x, inputs.dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {
            **super().get_config(),
            "epsilon": self.epsilon,
            "center": self.center,
            "scale": self.scale,
            "gamma_initializer": keras.initializers.serialize(
                self.gamma_initializer
            ),
        }
