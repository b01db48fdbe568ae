"""Means and covariances that are added up in float64."""

import numpy as np

from kerasgan.metrics.arrays import check_finite


class Moments:
    """Number, mean and covariance of rows that come in batches.

    Batches are merged by the rule of Chan, Golub and LeVeque, so that the
    order and the size of the batches do not matter and nothing cancels.

    Example:

    ```python
    import numpy as np
    from kerasgan.metrics.moments import Moments

    moments = Moments()
    moments.add(np.array([[0.0], [1.0]]))
    moments.add(np.array([[5.0]]))
    assert moments.mean == 2.0 and moments.covariance() == 7.0
    ```
    """

    def __init__(self):
        self.clear()

    def __len__(self):
        return self.count

    def clear(self):
        """Forgets all rows."""
        self.count = 0
        self.mean = None
        self._scatter = None

    def add(self, rows):
        """Adds rows, `(n, dimensions)`."""
        rows = np.asarray(rows, "float64")
        if not len(rows):
            return
        mean = rows.mean(axis=0)
        centered = rows - mean
        scatter = centered.T @ centered
        if not self.count:
            self.count, self.mean, self._scatter = len(rows), mean, scatter
            return
        total = self.count + len(rows)
        shift = mean - self.mean
        weight = self.count * len(rows) / total
        self._scatter += scatter + weight * np.outer(shift, shift)
        self.mean = self.mean + shift * len(rows) / total
        self.count = total

    def covariance(self):
        """Returns the covariance, normalised by `1 / (n - 1)`."""
        return self._scatter / (self.count - 1)

    def save(self, store, prefix):
        """Writes into a dict of arrays."""
        store[f"{prefix}_count"] = np.asarray(self.count)
        if self.count:
            store[f"{prefix}_mean"] = self.mean
            store[f"{prefix}_scatter"] = self._scatter

    def load(self, store, prefix):
        """Reads what `save` wrote."""
        self.clear()
        self.count = int(store[f"{prefix}_count"][()])
        if self.count:
            self.mean = np.array(store[f"{prefix}_mean"])
            self._scatter = np.array(store[f"{prefix}_scatter"])


def frechet_distance(a, b):
    """Returns the squared Fréchet distance of two Gaussians.

    `|m_a - m_b|^2 + Tr(C_a + C_b - 2 (C_a C_b)^(1/2))`. The trace of the
    root is the sum of the roots of the eigenvalues of a symmetric matrix,
    which are real and at least 0 whatever the rank of the covariances.

    Args:
        a: `Moments` of at least two rows.
        b: The same, of the same number of dimensions.
    """
    of_a, of_b = a.covariance(), b.covariance()
    check_finite("covariance", of_a)
    check_finite("covariance", of_b)
    values, vectors = np.linalg.eigh(of_a)
    factor = vectors * np.sqrt(np.maximum(values, 0.0))  # factor factor^T = C_a
    product = np.linalg.eigvalsh(factor.T @ of_b @ factor)
    root = np.sqrt(np.maximum(product, 0.0)).sum()
    shift = a.mean - b.mean
    distance = shift @ shift + np.trace(of_a) + np.trace(of_b) - 2.0 * root
    # Rounding may leave a tiny negative number where the two are equal.
    return float(max(distance, 0.0))
