import keras
import numpy as np

from kerasgan.metrics.features.predict_padded import predict_padded
from kerasgan.metrics.histograms import add_to
from kerasgan.metrics.histograms import reverse_kl
from kerasgan.metrics.images import check_image_batch
from kerasgan.metrics.images import to_floats
from kerasgan.utils import check_count
from kerasgan.utils.as_array import as_array
from kerasgan.utils.check_images import warn_of_scale

_MODES = 1000


@keras.saving.register_keras_serializable(package="kerasgan")
class StackedMNISTModes(keras.metrics.Metric):
    """Counts the thousand modes of Stacked MNIST that a generator finds.

    A classifier of digits reads the three colours of each image, each as an
    image of its own; the three digits are the mode. The usual protocol is
    26,000 generated images: of as many from a perfect generator the reverse
    KL is still about 0.019 on average, and no mode is missing.

    Images are added up from call to call until `reset_state()`. The sums are
    made by NumPy, outside of the compiled step: call it on generated images,
    rather than in `compile(metrics=...)`.

    Args:
        classifier: Keras model or function from images `(n, height, width,
            1)` in [-1, 1] to logits or probabilities of the ten digits,
            `(n, 10)`. The published numbers are of one with about 99 % test
            accuracy.
        batch_size: Integer, images a call of the classifier, each of three
            digits. Defaults to 256.
        name: String, defaults to `"stacked_mnist_modes"`.
        dtype: See `keras.metrics.Metric`. Defaults to `None`.

    Returns:
        `result()`, and a call on images `(n, height, width, 3)`, float in
        [-1, 1] or uint8, return a dict of

        - `"modes"`: integer, modes of which there is an image,
        - `"reverse_kl"`: float in nats, KL from the shares of all 1,000
          modes to equal shares; 0 is best, `log(1000) = 6.91` worst. NaN if
          there is no image.

    Raises:
        ValueError: If images or what the classifier returns have another
            shape, or images are not finite or outside of [-1, 1].

    Example:

    ```python
    import numpy as np
    import kerasgan

    # Stands for a trained model: reads the digit from the first pixel.
    def classifier(images):
        return np.eye(10)[np.rint(4.5 * images[:, 0, 0, 0] + 4.5).astype(int)]

    images = np.full((5, 28, 28, 3), -1.0)
    modes = kerasgan.metrics.StackedMNISTModes(classifier)
    assert modes(images)["modes"] == 1
    ```

    Reference:
        Metz et al., 2017, arXiv 1611.02163; Lin et al., 2018,
        arXiv 1712.04086.
    """

    def __init__(
        self,
        classifier,
        batch_size=256,
        name="stacked_mnist_modes",
        dtype=None,
    ):
        if not callable(classifier):
            raise ValueError(
                "`classifier` must be a Keras model or a function from "
                f"images to logits. Received: {classifier!r}"
            )
        check_count("batch_size", batch_size)
        super().__init__(name=name, dtype=dtype)
        self.classifier = classifier
        self.batch_size = batch_size
        self.images_in_mode = self.add_variable(
            (_MODES,), "zeros", dtype="int32", name="images_in_mode"
        )

    def update_state(self, images):
        """Adds images.

        Args:
            images: Array or tensor `(n, height, width, 3)`, float in [-1, 1]
                or uint8.

        Raises:
            ValueError: If the shape is another, or a value is not finite or
                outside of [-1, 1].
        """
        images = check_image_batch(images)
        if images.shape[-1] != 3:
            raise ValueError(
                "`images` must have shape (n, height, width, 3), one digit a "
                f"colour. Received: shape {images.shape}"
            )
        warn_of_scale(images)
        counts = np.zeros(_MODES, "int64")
        for start in range(0, len(images), self.batch_size):
            modes = self._modes(images[start : start + self.batch_size])
            counts += np.bincount(modes, minlength=_MODES)
        add_to(self.images_in_mode, counts)

    def _modes(self, images):
        images = to_floats(images, quantize=False)
        count, height, width, _ = images.shape
        digits = np.moveaxis(images, -1, 1)  # (count, 3, height, width)
        digits = digits.reshape(3 * count, height, width, 1)
        if isinstance(self.classifier, keras.Model):
            most = 3 * self.batch_size
            logits = predict_padded(self.classifier, digits, most)
        else:
            logits = self.classifier(digits)
        rule = "a network of digits that returns an array of numbers"
        logits = as_array(logits, "classifier", rule)
        if logits.shape != (3 * count, 10):
            raise ValueError(
                "`classifier` must return the logits of ten digits, (n, 10). "
                f"Received: shape {logits.shape} for {3 * count} images"
            )
        found = logits.argmax(axis=1).reshape(count, 3)
        return found @ [100, 10, 1]  # as kerasgan.datasets.stacked_mnist

    def result(self):
        """Returns the dict that the class describes."""
        counts = keras.ops.convert_to_numpy(self.images_in_mode)
        counts = counts.astype("int64")
        return {
            "modes": int(np.count_nonzero(counts)),
            "reverse_kl": reverse_kl(counts),
        }

    def get_config(self):
        return {
            **super().get_config(),
            "classifier": keras.saving.serialize_keras_object(self.classifier),
            "batch_size": self.batch_size,
        }

    @classmethod
    def from_config(cls, config):
        classifier = keras.saving.deserialize_keras_object(config["classifier"])
        return cls(**{**config, "classifier": classifier})
