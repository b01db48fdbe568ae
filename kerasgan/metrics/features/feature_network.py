import hashlib
import numbers

import keras
import numpy as np

from kerasgan.metrics.arrays import check_finite
from kerasgan.metrics.arrays import check_probabilities
from kerasgan.metrics.features.predict_padded import predict_padded
from kerasgan.metrics.images import check_image_batch
from kerasgan.metrics.images import to_floats
from kerasgan.metrics.resizing import RESIZINGS
from kerasgan.metrics.resizing import resize
from kerasgan.utils import check_count
from kerasgan.utils.as_array import as_array
from kerasgan.utils.look_up import look_up


@keras.saving.register_keras_serializable(package="kerasgan")
class FeatureNetwork:
    """What a metric sees of an image: a network's features and classes.

    Images are prepared in one way for all networks: float images are rounded
    to the 256 levels of a file, brought to [-1, 1], resized if the network
    says how, and grey images are repeated for a network that takes three
    colours. Scores are comparable only where the network, its weights and
    this preparation are the same; `describe()` says what they are.

    Args:
        model: Keras model, or function from float32 images `(n, height,
            width, channels)` in [-1, 1] to features `(n, dimensions)`, or to
            a list of features and the logits `(n, classes)` of a classifier.
            Features of higher rank are flattened.
        name: String, for names of metrics and tables. Defaults to the
            model's name.
        image_shape: Tuple `(height, width, channels)` that the model takes,
            `None` for an axis that may have any size. Defaults to `None`:
            the input shape of a Keras model, any for a function.
        resizing: How images of another size are brought to `image_shape`:
            `"bilinear"` (half-pixel centers, averaging over the pixels that
            fall together when it shrinks), `"bilinear_2015"` (as TensorFlow 1
            did: corners aligned at the top left, no averaging), or `None`
            (default), which refuses them.
        from_logits: Whether the second output are logits, rather than
            probabilities. Defaults to `True`.
        batch_size: Integer, images computed at a time. Defaults to 128.
        sha256: String, digest of the weights. Defaults to `None`: it is
            computed from the weights of a Keras model; a function has none.

    Raises:
        ValueError: If an argument is not as described; when it is called, if
            images are no such images, have another size or number of
            channels, or are not finite.

    Example:

    ```python
    import numpy as np
    import kerasgan

    def mean_colour(images):
        return images.mean(axis=(1, 2))

    network = kerasgan.metrics.features.FeatureNetwork(mean_colour)
    images = np.zeros((5, 8, 8, 3), "uint8")
    np.testing.assert_allclose(network.features(images), -np.ones((5, 3)))
    ```
    """

    #: Name by which `kerasgan.metrics.features.get` finds it again.
    known_as = None

    def __init__(
        self,
        model,
        name=None,
        image_shape=None,
        resizing=None,
        from_logits=True,
        batch_size=128,
        sha256=None,
    ):
        if not callable(model):
            raise ValueError(
                "`model` must be a Keras model or a function from images to "
                f"features. Received: {model!r}"
            )
        check_count("batch_size", batch_size)
        if resizing is not None:
            look_up(resizing, RESIZINGS, "resizing")
        is_keras = isinstance(model, keras.Model)
        if image_shape is None:
            # A model that was not called yet has none.
            is_known = is_keras and getattr(model, "inputs", None)
            image_shape = model.input_shape[1:] if is_known else (None,) * 3
        image_shape = _check_shape(image_shape)
        if resizing is not None and None in image_shape[:2]:
            raise ValueError(
                "`image_shape` must state a height and a width to resize to. "
                f"Received: image_shape={image_shape}, resizing={resizing!r}"
            )
        self.model = model
        own_name = getattr(model, "__name__", type(model).__name__)
        self.name = name or getattr(model, "name", own_name)
        self.image_shape = image_shape
        self.resizing = resizing
        self.from_logits = from_logits
        self.batch_size = batch_size
        self._is_keras = is_keras
        self._sha256 = sha256

    @property
    def sha256(self):
        """Digest of the weights, or `None` where it cannot be known."""
        if self._sha256 is not None or not self._is_keras:
            return self._sha256
        digest = hashlib.sha256()
        for weight in self.model.get_weights():
            digest.update(repr((weight.shape, str(weight.dtype))).encode())
            digest.update(np.ascontiguousarray(weight).tobytes())
        return digest.hexdigest()

    def describe(self):
        """Returns the part of a protocol that is about the network."""
        return {
            "network": self.name,
            "sha256": self.sha256,
            "network_input": list(self.image_shape),
            "resizing": self.resizing,
        }

    def features(self, images, quantize=True):
        """Returns features, a float32 array `(n, dimensions)`.

        Args:
            images: Array or tensor `(n, height, width, channels)`, float in
                [-1, 1] or uint8.
            quantize: Whether float images are rounded to 256 levels.
                Defaults to `True`.
        """
        return self.read(images, quantize)[0]

    def probabilities(self, images):
        """Returns class probabilities, a float64 array `(n, classes)`.

        Args:
            images: Array or tensor `(n, height, width, channels)`, float in
                [-1, 1] or uint8.

        Raises:
            ValueError: If the network has no second output.
        """
        found = self.read(images)[1]
        if found is None:
            raise ValueError(
                "`features` must be a classifier that returns features and "
                f"logits for this metric. Received: '{self.name}', which "
                "returns features only"
            )
        return found

    def read(self, images, quantize=True):
        """Returns features, and probabilities or `None`, in one pass."""
        images = self.check(images)
        parts = [
            self._read(images[start : start + self.batch_size], quantize)
            for start in range(0, max(len(images), 1), self.batch_size)
        ]
        features = np.concatenate([part[0] for part in parts])
        if parts[0][1] is None:
            return features, None
        return features, np.concatenate([part[1] for part in parts])

    def check(self, images, argument="images"):
        """Returns images as a NumPy array, or raises if they do not fit."""
        images = check_image_batch(images, argument)
        *sizes, channels = images.shape[1:]
        *taken, takes = self.image_shape
        if takes not in (None, channels) and (takes, channels) != (3, 1):
            raise ValueError(
                f"`{argument}` must have {takes} channels for the network "
                f"'{self.name}'. Received: shape {images.shape}"
            )
        if self.resizing is None and any(
            size not in (None, given) for size, given in zip(taken, sizes)
        ):
            raise ValueError(
                f"`{argument}` must be of {taken[0]} x {taken[1]} pixels for "
                f"the network '{self.name}', which does not resize. "
                f"Received: shape {images.shape}"
            )
        return images

    def _read(self, images, quantize):
        count = len(images)
        images = to_floats(images, quantize)
        if self.resizing is not None:
            images = resize(images, self.image_shape[:2], self.resizing)
        if self.image_shape[2] == 3 and images.shape[3] == 1:
            images = np.repeat(images, 3, axis=3)
        if self._is_keras:
            outputs = predict_padded(self.model, images, self.batch_size)
        else:
            outputs = self.model(images)
        if not isinstance(outputs, (list, tuple)):
            outputs = [outputs]
        name = f"the outputs of '{self.name}'"
        rule = "arrays of numbers, one row an image"
        outputs = [as_array(output, name, rule)[:count] for output in outputs]
        for output in outputs:
            if len(output) != count:
                raise ValueError(
                    f"The network '{self.name}' must return one row an "
                    f"image. Received: shape {output.shape} for {count} images"
                )
            check_finite(name, output)
        features = outputs[0].reshape(count, -1).astype("float32")
        if len(outputs) < 2:
            return features, None
        return features, self._to_probabilities(outputs[1])

    def _to_probabilities(self, outputs):
        outputs = outputs.astype("float64")
        if not self.from_logits:
            check_probabilities(f"the outputs of '{self.name}'", outputs)
            return outputs
        powers = np.exp(outputs - outputs.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    def get_config(self):
        return {
            "model": keras.saving.serialize_keras_object(self.model),
            "name": self.name,
            "image_shape": list(self.image_shape),
            "resizing": self.resizing,
            "from_logits": self.from_logits,
            "batch_size": self.batch_size,
            "sha256": self.sha256,
        }

    @classmethod
    def from_config(cls, config):
        model = keras.saving.deserialize_keras_object(config["model"])
        network = cls(**{**config, "model": model, "sha256": None})
        if network.sha256 != config["sha256"]:
            raise ValueError(
                "`features` must have the weights that it had, and a config "
                f"holds none. Received: '{network.name}' with sha256 "
                f"{network.sha256}, expected {config['sha256']}. Make the "
                "metric anew with `features=` the model."
            )
        return network


def _check_shape(image_shape):
    image_shape = tuple(image_shape)
    if len(image_shape) != 3 or any(
        size is not None and not (isinstance(size, numbers.Integral) and size)
        for size in image_shape
    ):
        raise ValueError(
            "`image_shape` must be (height, width, channels). "
            f"Received: {image_shape}"
        )
    return image_shape
