import keras
import numpy as np

from kerasgan.metrics.distances import blocks_of_distances
from kerasgan.metrics.generative_metric import GenerativeMetric
from kerasgan.utils import check_count
from kerasgan.utils import image_grid

_GAP = 4


@keras.saving.register_keras_serializable(package="kerasgan")
class NearestNeighbours(GenerativeMetric):
    """Each generated image beside the training images nearest to it.

    The check for memorised images: give `update_real` the images that were
    trained on and look at `picture()`. The number, the mean distance of a
    generated image to its nearest neighbour, is suspicious where it is far
    below that of real images that were not trained on.

    Args:
        features: The network whose features are compared; see
            `kerasgan.metrics.features.get`. Defaults to `None`, which
            compares pixels.
        k: Integer, how many neighbours are shown. Defaults to 5.
        name: String. Defaults to `"nearest_neighbours_"` and the name of the
            network, if there is one.
        dtype: See `keras.metrics.Metric`. Defaults to `None`.

    Returns:
        `result()` returns a float: the mean Euclidean distance, of features
        or of pixels in [-1, 1].

    Raises:
        ValueError: If there is no generated image, or fewer than `k` real
            ones.

    Example:

    ```python
    import numpy as np
    import kerasgan

    real = np.random.default_rng(0).integers(0, 256, (20, 8, 8, 1), np.uint8)
    check = kerasgan.metrics.NearestNeighbours(k=3)
    check.update_real(real)
    assert check(real[4:6]) == 0.0  # a generator that copies
    indices, distances = check.neighbours()
    assert indices[:, 0].tolist() == [4, 5]
    kerasgan.utils.save_image("neighbours.png", check.picture())
    ```

    Reference:
        Goodfellow et al., 2014, arXiv 1406.2661, figure 2.
    """

    key = "nearest_neighbours"
    needs = "images"

    def __init__(self, features=None, k=5, name=None, dtype=None):
        check_count("k", k)
        super().__init__(features, name=name, dtype=dtype)
        self.k = k

    def protocol(self):
        return {"k": self.k}

    def read(self, images):
        if self.network is not None:
            images = self.network.check(images)
        return super().read(images)

    def least(self, side):
        return self.k if side == "real" else 1

    def neighbours(self):
        """Returns which real images are nearest to each generated one.

        Returns:
            Two arrays `(generated images, k)`: the numbers of the real
            images in the order they were added, the nearest first, and the
            distances.
        """
        self.check_counts()
        real, generated = self._rows(self.real), self._rows(self.generated)
        found = [
            block.nearest(self.k)
            for block in blocks_of_distances(generated, real)
        ]
        indices, squared = map(np.concatenate, zip(*found))
        return indices, np.sqrt(squared)

    def result(self):
        """Returns the mean distance to the nearest neighbour."""
        return float(self.neighbours()[1][:, 0].mean())

    def picture(self, rows=10, padding=2):
        """Returns the first generated images beside their neighbours.

        Args:
            rows: Integer, how many generated images at most. Defaults to 10.
            padding: Integer, pixels of white between images. Defaults to 2.

        Returns:
            A uint8 array `(height, width, channels)`: one row an image, the
            generated one at the left, then the nearest real ones.
        """
        check_count("rows", rows)
        indices, _ = self.neighbours()
        generated = self.generated.rows()[:rows]
        near = self.real.rows()[indices[:rows]].reshape(
            -1, *generated.shape[1:]
        )
        left = image_grid(generated, columns=1, padding=padding)
        right = image_grid(near, columns=self.k, padding=padding)
        gap = np.full((len(left), _GAP + padding, left.shape[2]), 255, "uint8")
        return np.concatenate([left, gap, right], axis=1)

    def _rows(self, state):
        images = state.rows()
        if self.network is not None:
            return self.network.features(images)
        pixels = images.reshape(len(images), -1)
        return pixels.astype("float32") / 127.5 - 1.0

    def get_config(self):
        return {**super().get_config(), "k": self.k}
