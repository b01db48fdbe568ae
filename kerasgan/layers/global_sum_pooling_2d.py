import keras
from keras import ops


@keras.saving.register_keras_serializable(package="kerasgan")
class GlobalSumPooling2D(keras.layers.Layer):
    """Sums each channel over all places of its map.

    From `(batch, height, width, channels)` to `(batch, channels)`. A sum
    tells the discriminator how much of a feature there is, a mean what share
    of the image has it.

    Args:
        **kwargs: `name`, `dtype` and the like of `keras.layers.Layer`.

    Returns:
        `(batch, channels)`.

    Example:

    ```python
    import keras
    from kerasgan.layers import GlobalSumPooling2D

    outputs = GlobalSumPooling2D()(keras.ops.ones((1, 2, 3, 4)))
    assert float(outputs[0, 0]) == 6
    ```

    Reference:
        Miyato et al., 2018, arXiv 1802.05957 (the residual networks).
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.input_spec = keras.layers.InputSpec(ndim=4)

    def call(self, inputs):
        return ops.sum(inputs, axis=(1, 2))

    def compute_output_shape(self, input_shape):
        return (input_shape[0], input_shape[3])
