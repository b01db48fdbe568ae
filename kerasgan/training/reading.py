import keras
import numpy as np

from kerasgan.utils import check_count
from kerasgan.utils.as_array import as_array
from kerasgan.utils.check_images import check_images
from kerasgan.utils.check_images import warn_of_scale
from kerasgan.utils.pixels import from_bytes


class Reading:
    """What networks say of images that a user gives; mixed into models."""

    def _read(self, network, images, batch_size=64):
        """Returns the outputs of a network in inference.

        Args:
            network: Keras model whose one input is images.
            images: Array `(n, height, width, channels)`, uint8 or float in
                [-1, 1].
            batch_size: Integer, images computed at a time.

        Returns:
            List of float32 NumPy arrays of n rows, one an output.
        """
        check_count("batch_size", batch_size)
        images = as_array(images, "images", "an array of images")
        check_images(images, "images", self._real_shape)
        warn_of_scale(images, "images")
        images = from_bytes(images)
        parts = []
        for start in range(0, len(images), batch_size):
            rows = images[start : start + batch_size]
            said = self._predict_on_one_device(network, rows, batch_size)
            parts.append(keras.tree.flatten(said))
        return [
            np.concatenate(rows).astype("float32")
            for rows in zip(*parts, strict=True)
        ]
