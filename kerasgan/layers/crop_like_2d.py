import keras
from keras import ops


@keras.saving.register_keras_serializable(package="kerasgan")
class CropLike2D(keras.layers.Layer):
    """Cuts the centre of maps to the height and width of other maps.

    Takes off what `PadToMultiple2D` has added. Called with a list of the maps
    to cut and of those whose size they get.

    Args:
        **kwargs: `name`, `dtype` and the like of `keras.layers.Layer`.

    Returns:
        `(batch, height, width, channels)` with the sides of the second maps
        and the channels of the first.

    Example:

    ```python
    import keras
    from kerasgan.layers import CropLike2D

    padded = keras.ops.ones((1, 32, 32, 1))
    outputs = CropLike2D()([padded, keras.ops.ones((1, 28, 31, 3))])
    assert tuple(outputs.shape) == (1, 28, 31, 1)
    ```
    """

    def build(self, input_shape):
        self.built = True

    def call(self, inputs):
        maps, like = inputs
        for axis in (1, 2):
            wanted, size = like.shape[axis], maps.shape[axis]
            # Graphs of TensorFlow may run on images of any size.
            if wanted is None or size is None:
                wanted, size = ops.shape(like)[axis], ops.shape(maps)[axis]
            elif wanted == size:
                continue
            start = (size - wanted) // 2
            rows = slice(start, start + wanted)
            maps = maps[(slice(None),) * axis + (rows,)]
        return maps

    def compute_output_shape(self, input_shape):
        maps, like = input_shape
        return (maps[0], *like[1:3], maps[3])
