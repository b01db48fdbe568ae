import keras
from keras import ops


@keras.saving.register_keras_serializable(package="kerasgan")
class PixelNormalization(keras.layers.Layer):
    """Scales the features of each place to a mean square of 1.

    ```
    b = a / sqrt(mean over the last axis of a^2 + epsilon)
    ```

    From any shape to the same shape. It keeps the size of a generator's
    activations from running away in the race with the discriminator; nothing
    is learned, and no image of the batch sees another one.

    Args:
        epsilon: Float. Defaults to 1e-8, the paper's.
        **kwargs: `name`, `dtype` and the like of `keras.layers.Layer`.

    Returns:
        Tensor of the shape of the inputs.

    Example:

    ```python
    import keras
    from kerasgan.layers import PixelNormalization

    outputs = PixelNormalization()(keras.ops.array([[3.0, 4.0]]))
    assert abs(float(outputs[0, 1]) - 1.131371) < 1e-6
    ```

    Reference:
        Karras et al., 2018, arXiv 1710.10196, section 4.2.
    """

    def __init__(self, epsilon=1e-8, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def build(self, input_shape):
        self.built = True

    def call(self, inputs):
        # In float16 the square of 256 is infinite already.
        x = ops.cast(inputs, "float32")
        mean = ops.mean(ops.square(x), axis=-1, keepdims=True)
        return ops.cast(x * ops.rsqrt(mean + self.epsilon), inputs.dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "epsilon": self.epsilon}
