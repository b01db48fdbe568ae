import keras

from kerasgan import backend


@keras.saving.register_keras_serializable(package="kerasgan")
class ReflectionPadding2D(keras.layers.Layer):
    """Pads maps by their own reflection, so that no edge appears.

    What is added is the mirror image of what lies inside of the border; the
    border itself is not repeated: `1 2 3` padded by 2 is `3 2 1 2 3 2 1`.

    Args:
        padding: Integer for all sides, a pair for `(height, width)`, or
            `((top, bottom), (left, right))`; each less than the side of the
            maps. Defaults to 1.
        data_format: `"channels_last"`, `"channels_first"` or `None`, the
            default: Keras' own setting.
        **kwargs: `name`, `dtype` and the like of `keras.layers.Layer`.

    Returns:
        `(batch, top + height + bottom, left + width + right, channels)`.

    Raises:
        ValueError: If `padding` is not as described, or is not less than
            the side of the maps.

    Example:

    ```python
    import keras
    from kerasgan.layers import ReflectionPadding2D

    maps = keras.ops.reshape(keras.ops.array([1.0, 2, 3]), (1, 1, 3, 1))
    outputs = ReflectionPadding2D((0, 2))(maps)
    assert keras.ops.squeeze(outputs).shape[0] == 7
    assert float(outputs[0, 0, 0, 0]) == 3.0
    ```
    """

    def __init__(self, padding=1, data_format=None, **kwargs):
        super().__init__(**kwargs)
        self.padding = _sides_of(padding)
        self.data_format = keras.config.image_data_format()
        if data_format is not None:
            if data_format not in ("channels_last", "channels_first"):
                raise ValueError(
                    "`data_format` must be 'channels_last', 'channels_first' "
                    f"or None. Received: data_format={data_format!r}"
                )
            self.data_format = data_format
        self.input_spec = keras.layers.InputSpec(ndim=4)

    @property
    def _axes(self):
        return (1, 2) if self.data_format == "channels_last" else (2, 3)

    def build(self, input_shape):
        self.compute_output_shape(input_shape)

    def call(self, inputs):
        if self.data_format == "channels_last":
            return backend.reflection_pad(inputs, self.padding)
        for axis, sides in zip(self._axes, self.padding):
            inputs = backend.reflect(inputs, axis, *sides)
        return inputs

    def compute_output_shape(self, input_shape):
        shape = list(input_shape)
        for axis, sides in zip(self._axes, self.padding):
            if shape[axis] is None:
                continue
            if max(sides) >= shape[axis]:
                raise ValueError(
                    "`padding` must be less than the side of the maps: there "
                    "is no more to reflect. Received: padding="
                    f"{self.padding}, maps of shape {tuple(input_shape)}"
                )
            shape[axis] += sum(sides)
        return tuple(shape)

    def get_config(self):
        return {
            **super().get_config(),
            "padding": self.padding,
            "data_format": self.data_format,
        }


def _sides_of(padding):
    pairs = padding
    if not isinstance(pairs, (tuple, list)):
        pairs = (pairs, pairs)
    pairs = tuple(
        tuple(pair) if isinstance(pair, (tuple, list)) else (pair, pair)
        for pair in pairs
    )
    is_right = len(pairs) == 2 and all(
        len(pair) == 2
        and all(
            isinstance(side, int) and not isinstance(side, bool) and side >= 0
            for side in pair
        )
        for pair in pairs
    )
    if not is_right:
        raise ValueError(
            "`padding` must be a whole number, two for height and width, or "
            "((top, bottom), (left, right)), none below 0. Received: "
            f"padding={padding!r}"
        )
    return pairs
