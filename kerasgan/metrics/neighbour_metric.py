from kerasgan.metrics.generative_metric import GenerativeMetric
from kerasgan.utils import check_count


class NeighbourMetric(GenerativeMetric):
    """A score of balls that reach to the `k`-th nearest neighbour.

    Args:
        features: The network; see `kerasgan.metrics.features.get`.
        k: Integer, the neighbour that a ball reaches to.
        name, dtype: See `kerasgan.metrics.GenerativeMetric`.

    Raises:
        ValueError: If `k` is not a whole number of at least 1.
    """

    def __init__(self, features, k, name=None, dtype=None):
        check_count("k", k)
        super().__init__(features, name=name, dtype=dtype)
        self.k = k

    def protocol(self):
        return {"k": self.k}

    def least(self, side):
        return self.k + 1

    def get_config(self):
        return {**super().get_config(), "k": self.k}
