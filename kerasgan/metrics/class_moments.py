"""Means and covariances of each class."""

import numpy as np

from kerasgan.metrics.moments import Moments


class ClassMoments:
    """`Moments` of each class of which there are rows.

    Example:

    ```python
    import numpy as np
    from kerasgan.metrics.class_moments import ClassMoments

    moments = ClassMoments()
    moments.add(np.array([[0.0], [1.0], [5.0]]), np.array([3, 3, 7]))
    assert sorted(moments.of) == [3, 7] and moments.of[3].mean == 0.5
    ```
    """

    def __init__(self):
        self.clear()

    def __len__(self):
        return sum(len(moments) for moments in self.of.values())

    def clear(self):
        """Forgets all rows."""
        self.of = {}

    def add(self, rows, labels):
        """Adds rows `(n, dimensions)` and labels `(n,)`."""
        for label in np.unique(labels):
            moments = self.of.setdefault(int(label), Moments())
            moments.add(rows[labels == label])

    def save(self, store, prefix):
        """Writes into a dict of arrays."""
        store[f"{prefix}_classes"] = np.asarray(sorted(self.of), "int64")
        for label, moments in self.of.items():
            moments.save(store, f"{prefix}_{label}")

    def load(self, store, prefix):
        """Reads what `save` wrote."""
        self.clear()
        for label in np.array(store[f"{prefix}_classes"]):
            self.of[int(label)] = Moments()
            self.of[int(label)].load(store, f"{prefix}_{label}")
