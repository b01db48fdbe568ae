import keras
from keras import ops

from kerasgan.utils import check_count


@keras.saving.register_keras_serializable(package="kerasgan")
class ConditionalBatchNormalization(keras.layers.Layer):
    """BatchNormalization with a scale and a shift for each condition.

    All images of a batch are normalised together, by the statistics of each
    channel; then each image is scaled and shifted by the values of its class.
    As long as every class has scale 1 and shift 0, this is plain
    BatchNormalization.

    Called with a list: features, `(batch, ..., channels)`, and integer
    labels, `(batch,)`, in `[0, num_classes)`. With `num_classes=None` it is
    called with vectors instead, `(batch, size)`, and scales by `1 + vectors @
    gamma` and shifts by `vectors @ beta`, of which both begin as zeros.

    Args:
        num_classes: Integer, or `None` for vectors. Defaults to `None`.
        momentum: Float, share of the old moving statistics that an update
            keeps. Defaults to 0.9, common for GANs; Keras' own layer has
            0.99.
        epsilon: Float, added to the variance. Defaults to 1e-5; Keras' own
            layer has 1e-3.
        gamma_initializer: Initializer of the scales, `(num_classes,
            channels)`, or for vectors `(size, channels)`. Defaults to
            `"ones"`, for vectors to `"zeros"`.
        beta_initializer: Initializer of the shifts. Defaults to `"zeros"`.
        **kwargs: `name`, `dtype` and the like of `keras.layers.Layer`.

    Returns:
        Features of the same shape.

    Raises:
        ValueError: If `num_classes` is neither a whole number of at least 1
            nor `None`.

    Example:

    ```python
    import keras
    from kerasgan.layers import ConditionalBatchNormalization

    norm = ConditionalBatchNormalization(num_classes=10)
    features = keras.random.normal((2, 7, 7, 4), seed=0)
    labels = keras.ops.convert_to_tensor([3, 5])
    outputs = norm([features, labels], training=True)
    assert tuple(outputs.shape) == (2, 7, 7, 4)
    ```

    Reference:
        Dumoulin, Shlens and Kudlur, 2017, arXiv 1610.07629; in GANs: Miyato
        and Koyama, 2018, arXiv 1802.05637.
    """

    def __init__(
        self,
        num_classes=None,
        momentum=0.9,
        epsilon=1e-5,
        gamma_initializer=None,
        beta_initializer="zeros",
        **kwargs,
    ):
        if num_classes is not None:
            check_count("num_classes", num_classes)
        if gamma_initializer is None:
            gamma_initializer = "zeros" if num_classes is None else "ones"
        super().__init__(**kwargs)
        self.num_classes = num_classes
        self.momentum = momentum
        self.epsilon = epsilon
        self.gamma_initializer = keras.initializers.get(gamma_initializer)
        self.beta_initializer = keras.initializers.get(beta_initializer)
        # float32 or more up to the shift, as BatchNormalization computes.
        is_double = self.compute_dtype == "float64"
        self.normalization = keras.layers.BatchNormalization(
            momentum=momentum,
            epsilon=epsilon,
            center=False,
            scale=False,
            dtype="float64" if is_double else "float32",
            name="normalization",
        )

    def build(self, input_shape):
        features, condition = input_shape
        rows = self.num_classes or condition[-1]
        self.normalization.build(features)
        for name in ("gamma", "beta"):
            weight = self.add_weight(
                name=name,
                shape=(rows, features[-1]),
                initializer=getattr(self, f"{name}_initializer"),
                autocast=False,
            )
            setattr(self, name, weight)
        self.built = True

    def call(self, inputs, training=None):
        features, condition = inputs
        x = self.normalization(features, training=training)
        shape = (-1, *[1] * (x.ndim - 2), x.shape[-1])
        gamma, beta = (
            ops.cast(ops.reshape(self._rows(w, condition), shape), x.dtype)
            for w in (self.gamma, self.beta)
        )
        if self.num_classes is None:
            gamma = gamma + 1.0
        return ops.cast(x * gamma + beta, self.compute_dtype)

    def _rows(self, weight, condition):
        if self.num_classes is None:
            return ops.matmul(ops.cast(condition, weight.dtype), weight)
        return ops.take(weight, ops.cast(condition, "int32"), axis=0)

    def compute_output_shape(self, input_shape):
        return input_shape[0]

    def get_config(self):
        return {
            **super().get_config(),
            "num_classes": self.num_classes,
            "momentum": self.momentum,
            "epsilon": self.epsilon,
            "gamma_initializer": keras.initializers.serialize(
                self.gamma_initializer
            ),
            "beta_initializer": keras.initializers.serialize(
                self.beta_initializer
            ),
        }
