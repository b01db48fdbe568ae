import keras
from keras import ops

from kerasgan.utils import check_count


@keras.saving.register_keras_serializable(package="kerasgan")
class MinibatchStandardDeviation(keras.layers.Layer):
    """Tells each image how much the images of its group vary.

    From `(batch, height, width, channels)` to `(batch, height, width,
    channels + 1)`. The batch is dealt out to `M = max(batch // group_size,
    1)` groups, image `i` to group `i mod M`. The standard deviation of each
    feature at each place over the group, averaged over features and places,
    is the constant map that is appended. A generator whose images are all
    alike shows there.

    A batch that is not divisible by `group_size` makes groups of
    `group_size` images or a few more: 10 images in groups of 4 are two
    groups of 5, and fewer than `group_size` images are one group.

    Args:
        group_size: Integer, images in a group. Defaults to 4.
        epsilon: Float, added to the variance. Defaults to 1e-8.
        **kwargs: `name`, `dtype` and the like of `keras.layers.Layer`.

    Returns:
        `(batch, height, width, channels + 1)`.

    Raises:
        ValueError: If `group_size` is not a whole number of at least 1.

    Example:

    ```python
    import keras
    from kerasgan.layers import MinibatchStandardDeviation

    images = keras.ops.reshape(keras.ops.array([1.0, 3, 5, 7]), (4, 1, 1, 1))
    outputs = MinibatchStandardDeviation(group_size=2)(images)
    # Two groups, {1, 5} and {3, 7}.
    assert float(outputs[0, 0, 0, 1]) == 2.0
    ```

    Reference:
        Karras et al., 2018, arXiv 1710.10196, section 3. Deviation: the
        authors' code takes only batches that are divisible by the group.
    """

    def __init__(self, group_size=4, epsilon=1e-8, **kwargs):
        check_count("group_size", group_size)
        super().__init__(**kwargs)
        self.group_size = group_size
        self.epsilon = epsilon
        self.input_spec = keras.layers.InputSpec(ndim=4)

    def build(self, input_shape):
        self.built = True

    def call(self, inputs):
        n = ops.shape(inputs)[0]
        height, width, channels = inputs.shape[1:]
        groups = n // self.group_size
        # The batch may be unknown when a step is compiled.
        if isinstance(n, int):
            groups = max(groups, 1)
        else:
            groups = ops.maximum(groups, 1)
        x = ops.reshape(
            ops.cast(inputs, "float32"), (n, height * width * channels)
        )
        if isinstance(n, int) and n % groups == 0:
            # The gradient of what picks images is slow on JAX.
            x = ops.reshape(x, (n // groups, groups, x.shape[-1]))
            mean = ops.mean(x, axis=0)
            deviation = self._mean_deviation(
                ops.mean(ops.square(x - mean), axis=0)
            )
            deviation = ops.tile(deviation, n // groups)
        else:
            deviation = self._mean_deviation(_variance(x, n, groups))
            deviation = ops.take(deviation, ops.arange(n) % groups, axis=0)
        maps = ops.broadcast_to(
            ops.reshape(deviation, (-1, 1, 1, 1)), (n, height, width, 1)
        )
        return ops.concatenate([inputs, ops.cast(maps, inputs.dtype)], axis=-1)

    def _mean_deviation(self, variance):
        return ops.mean(ops.sqrt(variance + self.epsilon), axis=-1)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:3], input_shape[3] + 1)

    def get_config(self):
        return {
            **super().get_config(),
            "group_size": self.group_size,
            "epsilon": self.epsilon,
        }


def _variance(x, n, groups):
    """Returns the variances of features in groups of any size."""
    rows = (n + groups - 1) // groups
    places = ops.arange(rows * groups)
    is_image = ops.cast(ops.less(places, n), "float32")
    is_image = ops.reshape(is_image, (rows, groups, 1))
    # Filled up with other images, which then count nothing.
    x = ops.take(x, places % n, axis=0)
    x = ops.reshape(x, (rows, groups, x.shape[-1]))
    count = ops.sum(is_image, axis=0)  # (groups, 1)
    mean = ops.sum(x * is_image, axis=0) / count
    return ops.sum(is_image * ops.square(x - mean), axis=0) / count
