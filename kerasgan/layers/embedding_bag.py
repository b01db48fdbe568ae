import keras
from keras import ops

from kerasgan.utils import check_count
from kerasgan.utils import look_up


@keras.saving.register_keras_serializable(package="kerasgan")
class EmbeddingBag(keras.layers.Layer):
    """Averages the embeddings of the words of a text, in whatever order.

    Words of the index 0 are padding and do not count; a text of nothing else
    is a vector of zeros.

    Args:
        num_words: Integer, number of different words, 0 for padding among
            them.
        units: Integer, length of an embedding.
        embeddings_initializer: Initializer of the embeddings, `(num_words,
            units)`. Defaults to normal numbers of deviation 1.
        combiner: What the sum of the embeddings is divided by: `"mean"` (the
            default), the number of words, or `"sqrtn"`, its square root, by
            which texts of any length have the same variance at first.
        **kwargs: `name`, `dtype` and the like of `keras.layers.Layer`.

    Returns:
        Vectors, `(batch, units)`, of integer inputs, `(batch, words)`.

    Raises:
        ValueError: If a size is not a whole number of at least 1.

    Example:

    ```python
    import keras
    from kerasgan.layers import EmbeddingBag

    layer = EmbeddingBag(num_words=10, units=4)
    words = keras.ops.convert_to_tensor([[3, 5, 0], [7, 0, 0]])
    assert tuple(layer(words).shape) == (2, 4)
    ```

    Reference:
        Joulin et al., 2017, arXiv 1607.01759, average those of a sentence so.
    """

    def __init__(
        self,
        num_words,
        units,
        embeddings_initializer=None,
        combiner="mean",
        **kwargs,
    ):
        check_count("num_words", num_words)
        check_count("units", units)
        super().__init__(**kwargs)
        self.num_words = num_words
        self.units = units
        look_up(combiner, dict.fromkeys(("mean", "sqrtn")), "combiner")
        self.combiner = combiner
        if embeddings_initializer is None:
            embeddings_initializer = keras.initializers.RandomNormal(0.0, 1.0)
        self.embeddings_initializer = keras.initializers.get(
            embeddings_initializer
        )

    def build(self, input_shape):
        self.embeddings = self.add_weight(
            name="embeddings",
            shape=(self.num_words, self.units),
            initializer=self.embeddings_initializer,
        )
        self.built = True

    def call(self, words):
        words = ops.cast(words, "int32")
        vectors = ops.take(self.embeddings, words, axis=0)
        counts = ops.cast(ops.not_equal(words, 0), vectors.dtype)
        total = ops.sum(vectors * ops.expand_dims(counts, -1), axis=1)
        count = ops.maximum(ops.sum(counts, axis=1, keepdims=True), 1)
        return total / (ops.sqrt(count) if self.combiner == "sqrtn" else count)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.units)

    def get_config(self):
        return {
            **super().get_config(),
            "num_words": self.num_words,
            "units": self.units,
            "embeddings_initializer": keras.initializers.serialize(
                self.embeddings_initializer
            ),
            "combiner": self.combiner,
        }
