"""Counts of what classes were asked for and found."""

import numpy as np


class Confusion:
    """A table `(asked for, found)` of counts, as many rows as are needed.

    Example:

    ```python
    import numpy as np
    from kerasgan.metrics.confusion import Confusion

    table = Confusion()
    table.add(np.eye(2), np.array([0, 0]))
    assert table.counts.tolist() == [[1, 1], [0, 0]]
    ```
    """

    def __init__(self):
        self.clear()

    def __len__(self):
        return 0 if self.counts is None else int(self.counts.sum())

    def clear(self):
        """Forgets all rows."""
        self.counts = None

    def add(self, probabilities, labels):
        """Adds class probabilities `(n, classes)` and labels `(n,)`."""
        classes = probabilities.shape[1]
        if len(labels) and labels.max() >= classes:
            raise ValueError(
                f"`labels` must be below {classes}, the number of classes "
                f"that the network knows. Received: {labels.max()}"
            )
        if self.counts is None:
            self.counts = np.zeros((classes, classes), "int64")
        np.add.at(self.counts, (labels, probabilities.argmax(axis=1)), 1)

    def save(self, store, prefix):
        """Writes into a dict of arrays."""
        counts = self.counts
        if counts is None:
            counts = np.zeros((0, 0), "int64")
        store[f"{prefix}_counts"] = counts

    def load(self, store, prefix):
        """Reads what `save` wrote."""
        counts = np.array(store[f"{prefix}_counts"])
        self.counts = counts if counts.size else None
