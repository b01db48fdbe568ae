import keras
import numpy as np

from kerasgan.metrics.distances import blocks_of_distances
from kerasgan.metrics.distances import squared_radii
from kerasgan.metrics.neighbour_metric import NeighbourMetric


@keras.saving.register_keras_serializable(package="kerasgan")
class PrecisionRecall(NeighbourMetric):
    """How many generated images look real, and how many real ones are made.

    Around each image lies a ball that reaches to its `k`-th nearest
    neighbour of the same kind; all balls together stand for where images of
    that kind are. Precision is the share of generated images in balls of
    real ones, recall the share of real images in balls of generated ones. A
    generator with few modes has a low recall.

    Compare only scores of the same number of images, which `k` depends on.

    Args:
        features: The network; see `kerasgan.metrics.features.get`.
        k: Integer, the neighbour that a ball reaches to. Defaults to 3.
        name: String. Defaults to `"precision_recall_"` and the name of the
            network.
        dtype: See `keras.metrics.Metric`. Defaults to `None`.

    Returns:
        `result()` returns a dict of floats in [0, 1]: `"precision"` and
        `"recall"`.

    Raises:
        ValueError: If there are not more than `k` images on each side.

    Example:

    ```python
    import kerasgan

    metric = kerasgan.metrics.PrecisionRecall(features=None, k=1)
    metric.update_real([[0.0], [1.0], [2.0], [3.0]])
    metric.update_state([[0.5], [0.6], [10.0], [11.0]])
    assert metric.result() == {"precision": 0.5, "recall": 0.0}
    ```

    Reference:
        Kynkäänniemi et al., 2019, arXiv 1904.06991.
    """

    key = "precision_recall"

    def __init__(self, features, k=3, name=None, dtype=None):
        super().__init__(features, k, name=name, dtype=dtype)

    def result(self):
        """Returns the dict that the class describes."""
        self.check_counts()
        real, generated = self.real.rows(), self.generated.rows()
        of_real = squared_radii(real, self.k)
        of_generated = squared_radii(generated, self.k)
        precise = np.zeros(len(generated), bool)
        recalled = np.zeros(len(real), bool)
        for block in blocks_of_distances(generated, real):
            at = slice(block.start, block.stop)
            precise[at] = block.within(of_real).any(axis=1)
            radii = of_generated[at, None]
            recalled |= block.within(radii).any(axis=0)
        return {
            "precision": float(precise.mean()),
            "recall": float(recalled.mean()),
        }
