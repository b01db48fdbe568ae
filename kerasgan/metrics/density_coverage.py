import keras
import numpy as np

from kerasgan.metrics.distances import blocks_of_distances
from kerasgan.metrics.distances import squared_radii
from kerasgan.metrics.neighbour_metric import NeighbourMetric


@keras.saving.register_keras_serializable(package="kerasgan")
class DensityCoverage(NeighbourMetric):
    """How densely generated images lie among real ones, and how widely.

    Around each real image lies a ball that reaches to its `k`-th nearest
    real neighbour. Density is the mean number of balls that a generated
    image lies in, divided by `k`; coverage is the share of balls with a
    generated image in them. Unlike precision and recall they do not lean on
    the neighbours of generated images, among which there are outliers.

    Where real and generated images agree, density is 1 on average and
    coverage `1 - 2^-k` for many images: 0.969 for `k = 5`.

    Args:
        features: The network; see `kerasgan.metrics.features.get`.
        k: Integer, the neighbour that a ball reaches to. Defaults to 5.
        name: String. Defaults to `"density_coverage_"` and the name of the
            network.
        dtype: See `keras.metrics.Metric`. Defaults to `None`.

    Returns:
        `result()` returns a dict of floats: `"density"`, at least 0, which
        can exceed 1, and `"coverage"` in [0, 1].

    Raises:
        ValueError: If there are not more than `k` images on each side.

    Example:

    ```python
    import kerasgan

    metric = kerasgan.metrics.DensityCoverage(features=None, k=1)
    metric.update_real([[0.0], [1.0], [2.0], [3.0]])
    metric.update_state([[0.5], [0.6], [10.0], [11.0]])
    assert metric.result() == {"density": 1.0, "coverage": 0.5}
    ```

    Reference:
        Naeem et al., 2020, arXiv 2002.09797.
    """

    key = "density_coverage"

    def __init__(self, features, k=5, name=None, dtype=None):
        super().__init__(features, k, name=name, dtype=dtype)

    def result(self):
        """Returns the dict that the class describes."""
        self.check_counts()
        real, generated = self.real.rows(), self.generated.rows()
        radii = squared_radii(real, self.k)
        inside = 0
        covered = np.zeros(len(real), bool)
        for block in blocks_of_distances(generated, real):
            # Strictly, as in the authors' code; precision and recall are not.
            is_inside = block.within(radii, strictly=True)
            inside += np.count_nonzero(is_inside)
            covered |= is_inside.any(axis=0)
        return {
            "density": float(inside / (self.k * len(generated))),
            "coverage": float(covered.mean()),
        }
