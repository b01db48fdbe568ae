import collections
import re

import keras
import numpy as np
from keras import layers

from kerasgan.conditions.condition import Condition
from kerasgan.layers import EmbeddingBag
from kerasgan.utils.as_array import as_array
from kerasgan.utils.check_count import check_count

_UNKNOWN = 1
_FIRST = 2  # the index of the first word of a vocabulary
_WORD = re.compile(r"\w+(?:['’]\w+)*")


@keras.saving.register_keras_serializable(package="kerasgan")
class Text(Condition):
    """A short caption an image.

    Takes strings, `(n,)`: a list, an array or a `pandas.Series`. They are
    split into words, letters, digits and apostrophes, in lower case, on the
    host and by plain Python, on every backend alike. Words that are not in
    the vocabulary count as one unknown word; a caption is cut after
    `max_words`. A network takes the indices of the words, `(batch,
    max_words)`, int32, with 0 for padding and 1 for unknown words. `fit` and
    `generate` take these too, as `standardize` makes them; a
    `tf.data.Dataset` must yield these, because strings cannot be in a step.

    Args:
        vocabulary: List of different words, in lower case; see also
            `from_captions`.
        max_words: Integer, words of a caption that count. Defaults to 20.
        encoder: How a network reads the words. `"averaged"` (the default)
            adds up their embeddings, whatever their order, over the root of
            their number; `"recurrent"`
            reads them by a GRU; or a functional or sequential Keras model
            from indices, `(batch, max_words)`, to vectors, `(batch,
            units)`, of which each network gets a copy with the same weights,
            trained with it unless `encoder.trainable` is `False`.
        units: Integer, length of the vector of a caption; a model has its
            own. Defaults to 32.
        examples: List of captions that random conditions are drawn from,
            with equal probability. Defaults to none: then `generate` must be
            told the captions.

    Raises:
        ValueError: If an argument is not as described.

    Example:

    ```python
    from kerasgan.conditions import Text

    condition = Text(["a", "hat", "red"], max_words=4)
    words = condition.standardize(["A red hat", "a big hat!"], n=2)
    assert words.tolist() == [[2, 4, 3, 0], [2, 1, 3, 0]]
    ```

    Reference:
        Reed et al., 2016, arXiv 1605.05396. Deviation: the words are read by
        layers that are trained with the networks, not by a character-level
        encoder that was trained before.
    """

    dtype = "int32"

    def __init__(
        self,
        vocabulary,
        max_words=20,
        encoder="averaged",
        units=32,
        examples=(),
    ):
        check_count("max_words", max_words)
        check_count("units", units)
        self.vocabulary = _checked_words(vocabulary)
        self.max_words = int(max_words)
        self.encoder = _checked_encoder(encoder, max_words)
        self.units = int(units)
        self._index = {
            word: at + _FIRST for at, word in enumerate(self.vocabulary)
        }
        self.examples = list(examples)
        if self.examples:
            self.standardize(self.examples, len(self.examples), "examples")

    @classmethod
    def from_captions(
        cls, captions, max_vocabulary=None, most=256, seed=0, **kwargs
    ):
        """Returns a condition with the words of captions.

        Args:
            captions: Strings.
            max_vocabulary: Integer, how many of the most frequent words, or
                `None` for all. Defaults to `None`.
            most: Integer, how many captions at most become the `examples`.
                Defaults to 256.
            seed: Integer, for which. Defaults to 0.
            **kwargs: Further arguments of the class. `max_words` defaults to
                those of the longest caption.
        """
        captions = _strings(captions)
        if not captions:
            raise ValueError(
                "`captions` must be at least one string. Received: none"
            )
        words = [split(caption) for caption in captions]
        counts = collections.Counter(sum(words, []))
        # In an order that only the captions decide.
        vocabulary = sorted(counts, key=lambda word: (-counts[word], word))
        kwargs.setdefault("max_words", max(map(len, words)) or 1)
        chosen = np.random.default_rng(seed).permutation(len(captions))[:most]
        kwargs.setdefault("examples", [captions[i] for i in sorted(chosen)])
        return cls(vocabulary[:max_vocabulary], **kwargs)

    @property
    def shape(self):
        return (self.max_words,)

    @property
    def num_words(self):
        """Number of indices, padding and the unknown word among them."""
        return len(self.vocabulary) + _FIRST

    @property
    def embedding_size(self):
        if isinstance(self.encoder, str):
            return self.units
        return self.encoder.output_shape[-1]

    def standardize(self, values, n, name="condition"):
        captions = _strings(values)
        if captions is None:
            return self._indices(values, n, name)
        if len(captions) != n:
            raise ValueError(
                f"`{name}` must be captions, one an image. Received: "
                f"{len(captions)} captions for {n} images"
            )
        rows = np.zeros((n, self.max_words), self.dtype)
        for row, caption in zip(rows, captions):
            words = split(caption)[: self.max_words]
            if not words:
                raise ValueError(
                    f"`{name}` must be captions of at least one word. "
                    f"Received: {caption!r}"
                )
            row[: len(words)] = [
                self._index.get(word, _UNKNOWN) for word in words
            ]
        return rows

    def _indices(self, values, n, name):
        rule = (
            "strings, or indices of words from 0 to "
            f"{self.num_words - 1}, {self.max_words} an image"
        )
        rows = as_array(values, name, rule)
        if rows.shape != (n, self.max_words) or rows.dtype.kind not in "iu":
            raise ValueError(
                f"`{name}` must be {rule}. Received: shape {rows.shape}, "
                f"dtype {rows.dtype} for {n} images"
            )
        if n and (rows.min() < 0 or rows.max() >= self.num_words):
            raise ValueError(
                f"`{name}` must be {rule}. Received: values from "
                f"{rows.min()} to {rows.max()}"
            )
        return rows.astype(self.dtype, copy=False)

    def is_single(self, values):
        return isinstance(values, str) or (
            not isinstance(values, str)
            and _strings(values) is None
            and np.ndim(values) == 1
        )

    def draw(self, n, rng):
        if not self.examples:
            raise ValueError(
                "`condition` must be given, a caption or one an image, "
                "because this model's `Text` has no `examples` to draw from. "
                "Received: None"
            )
        chosen = rng.integers(len(self.examples), size=n)
        return self.standardize([self.examples[i] for i in chosen], n)

    def embed(self, inputs, seed=None):
        if not isinstance(self.encoder, str):
            encoder = _copy(self.encoder)
            return encoder(inputs)
        return _ENCODERS[self.encoder](inputs, self.num_words, self.units, seed)

    def get_config(self):
        encoder = self.encoder
        if not isinstance(encoder, str):
            encoder = keras.saving.serialize_keras_object(encoder)
        return {
            "vocabulary": self.vocabulary,
            "max_words": self.max_words,
            "encoder": encoder,
            "units": self.units,
            "examples": self.examples,
        }

    @classmethod
    def from_config(cls, config):
        config = dict(config)
        if isinstance(config.get("encoder"), dict):
            config["encoder"] = keras.saving.deserialize_keras_object(
                config["encoder"]
            )
        return cls(**config)


def split(caption):
    """Returns the words of a caption, in lower case."""
    return _WORD.findall(caption.lower())


def _averaged(inputs, num_words, units, seed):
    # One word among a dozen must not drown beside the latents.
    normal = keras.initializers.RandomNormal(0.0, 2.0, seed=seed)
    layer = EmbeddingBag(num_words, units, normal, "sqrtn", name="caption")
    return layer(inputs)


def _recurrent(inputs, num_words, units, seed):
    seeds = [None if seed is None else seed + i for i in range(3)]
    x = layers.Embedding(
        num_words,
        units,
        mask_zero=True,
        embeddings_initializer=keras.initializers.RandomNormal(
            0.0, 1.0, seed=seeds[0]
        ),
        name="words",
    )(inputs)
    return layers.GRU(
        units,
        kernel_initializer=keras.initializers.GlorotUniform(seeds[1]),
        recurrent_initializer=keras.initializers.Orthogonal(seed=seeds[2]),
        name="caption",
    )(x)


_ENCODERS = {"averaged": _averaged, "recurrent": _recurrent}


def _copy(encoder):
    copy = type(encoder).from_config(encoder.get_config())
    copy.set_weights(encoder.get_weights())
    copy.trainable = encoder.trainable
    return copy


def _checked_words(vocabulary):
    words = _strings(vocabulary)
    odd = [w for w in words or () if split(w) != [w]]
    if not words or odd or len(set(words)) < len(words):
        raise ValueError(
            "`vocabulary` must be different words, in lower case. Received: "
            f"{odd[:3] if odd else vocabulary!r}. `Text.from_captions` makes "
            "one of captions"
        )
    return words


def _checked_encoder(encoder, max_words):
    if isinstance(encoder, str) and encoder in _ENCODERS:
        return encoder
    inputs = getattr(encoder, "inputs", None) or ()
    if (
        isinstance(encoder, keras.Model)
        and len(inputs) == 1
        and inputs[0].shape[1:] in ((max_words,), (None,))
        and len(encoder.output_shape) == 2
    ):
        return encoder
    raise ValueError(
        "`encoder` must be 'averaged', 'recurrent' or a functional or "
        f"sequential Keras model from (batch, {max_words}) to (batch, units). "
        f"Received: {encoder!r}"
    )


def _strings(values):
    """Returns a list of strings, or `None` if these are none."""
    if isinstance(values, str) or not hasattr(values, "__iter__"):
        return None
    if getattr(values, "ndim", 1) != 1:
        return None
    values = [v.decode() if isinstance(v, bytes) else v for v in values]
    if all(isinstance(value, str) for value in values):
        return [str(value) for value in values]
    return None
