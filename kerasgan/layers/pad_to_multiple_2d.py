import keras
from keras import ops

from kerasgan.layers.reflection import reflect
from kerasgan.layers.reflection import reflect_unknown
from kerasgan.utils import check_count


@keras.saving.register_keras_serializable(package="kerasgan")
class PadToMultiple2D(keras.layers.Layer):
    """Pads maps by reflection until a number divides both sides.

    For networks that halve their input several times. What is missing is
    added in equal parts at both ends, the odd pixel at the bottom and at the
    right; `CropLike2D` takes it off again. Height and width may be unknown
    when the network is built.

    Args:
        multiple: Integer that divides both sides of the output.
        **kwargs: `name`, `dtype` and the like of `keras.layers.Layer`.

    Returns:
        `(batch, height + less than multiple, width + less than multiple,
        channels)`.

    Raises:
        ValueError: If `multiple` is not a whole number of at least 1.

    Example:

    ```python
    import keras
    from kerasgan.layers import PadToMultiple2D

    outputs = PadToMultiple2D(8)(keras.ops.ones((1, 28, 16, 3)))
    assert tuple(outputs.shape) == (1, 32, 16, 3)
    ```
    """

    def __init__(self, multiple, **kwargs):
        check_count("multiple", multiple)
        super().__init__(**kwargs)
        self.multiple = multiple
        self.input_spec = keras.layers.InputSpec(ndim=4)

    def build(self, input_shape):
        self.built = True

    def call(self, inputs):
        for axis in (1, 2):
            size = inputs.shape[axis]
            is_known = size is not None
            # Graphs of TensorFlow may run on images of any size.
            missing = -(size if is_known else ops.shape(inputs)[axis])
            missing = missing % self.multiple
            pad = reflect if is_known else reflect_unknown
            before = missing // 2
            inputs = pad(inputs, axis, before, missing - before)
        return inputs

    def compute_output_shape(self, input_shape):
        batch, *sides, channels = input_shape
        padded = (n if n is None else n + -n % self.multiple for n in sides)
        return (batch, *padded, channels)

    def get_config(self):
        return {**super().get_config(), "multiple": self.multiple}
