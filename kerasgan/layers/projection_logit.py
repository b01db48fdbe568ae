import keras
from keras import ops

from kerasgan.layers.spectral_normalization import SpectralNormalization
from kerasgan.utils import check_count


@keras.saving.register_keras_serializable(package="kerasgan")
class ProjectionLogit(keras.layers.Layer):
    """Scores features as images, and as images of their condition.

    ```
    logit = dense(features) + <embedding(labels), features>
    ```

    The first term asks whether the image is real, the second whether it is
    one of its class.

    Called with a list: features, `(batch, features)`, and integer labels,
    `(batch,)`, in `[0, num_classes)`. With `num_classes=None` it is called
    with vectors instead, `(batch, size)`, and the embedding is linear,
    without a bias.

    Args:
        num_classes: Integer, or `None` for vectors. Defaults to `None`.
        use_bias: Bool, whether the first term has a bias. Defaults to
            `True`.
        spectral_normalization: Bool, whether both terms' weights are
            normalised by `kerasgan.layers.SpectralNormalization`. Defaults to
            `False`.
        kernel_initializer: Initializer of the first term's kernel. Defaults
            to `"glorot_uniform"`.
        embeddings_initializer: Initializer of the embedding, `(num_classes,
            features)` or `(size, features)`. Defaults to `"glorot_uniform"`.
        seed: Integer or `None`, for spectral normalisation. Defaults to
            `None`.
        **kwargs: `name`, `dtype` and the like of `keras.layers.Layer`.

    Returns:
        Logits, `(batch, 1)`.

    Raises:
        ValueError: If `num_classes` is neither a whole number of at least 1
            nor `None`.

    Example:

    ```python
    import keras
    from kerasgan.layers import ProjectionLogit

    score = ProjectionLogit(num_classes=10)
    features = keras.ops.ones((2, 16))
    labels = keras.ops.convert_to_tensor([3, 5])
    assert tuple(score([features, labels]).shape) == (2, 1)
    ```

    Reference:
        Miyato and Koyama, 2018, arXiv 1802.05637.
    """

    def __init__(
        self,
        num_classes=None,
        use_bias=True,
        spectral_normalization=False,
        kernel_initializer="glorot_uniform",
        embeddings_initializer="glorot_uniform",
        seed=None,
        **kwargs,
    ):
        if num_classes is not None:
            check_count("num_classes", num_classes)
        super().__init__(**kwargs)
        self.num_classes = num_classes
        self.use_bias = use_bias
        self.spectral_normalization = spectral_normalization
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.embeddings_initializer = keras.initializers.get(
            embeddings_initializer
        )
        self.seed = seed

    def build(self, input_shape):
        features, labels = input_shape
        dense = keras.layers.Dense(
            1,
            use_bias=self.use_bias,
            kernel_initializer=self.kernel_initializer,
            dtype=self.dtype_policy,
            name="dense",
        )
        embedding = self._embedding(features[-1])
        if self.spectral_normalization:
            dense = SpectralNormalization(dense, seed=self.seed)
            embedding = SpectralNormalization(
                embedding, seed=None if self.seed is None else self.seed + 1
            )
        self.dense = dense
        self.embedding = embedding
        self.dense.build(features)
        self.embedding.build(labels)
        self.built = True

    def _embedding(self, features):
        shared = {"dtype": self.dtype_policy, "name": "embedding"}
        if self.num_classes is None:
            return keras.layers.Dense(
                features,
                use_bias=False,
                kernel_initializer=self.embeddings_initializer,
                **shared,
            )
        return keras.layers.Embedding(
            self.num_classes,
            features,
            embeddings_initializer=self.embeddings_initializer,
            **shared,
        )

    def call(self, inputs, training=None):
        features, labels = inputs
        arguments = (
            {"training": training} if self.spectral_normalization else {}
        )
        of_class = self.embedding(labels, **arguments)  # (batch, features)
        return self.dense(features, **arguments) + ops.sum(
            of_class * features, axis=-1, keepdims=True
        )

    def compute_output_shape(self, input_shape):
        return (input_shape[0][0], 1)

    def get_config(self):
        return {
            **super().get_config(),
            "num_classes": self.num_classes,
            "use_bias": self.use_bias,
            "spectral_normalization": self.spectral_normalization,
            "kernel_initializer": keras.initializers.serialize(
                self.kernel_initializer
            ),
            "embeddings_initializer": keras.initializers.serialize(
                self.embeddings_initializer
            ),
            "seed": self.seed,
        }
