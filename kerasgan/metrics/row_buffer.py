"""Rows that are kept as they are."""

import numpy as np


class RowBuffer:
    """All rows of all batches, and the class of each where it is known.

    Example:

    ```python
    import numpy as np
    from kerasgan.metrics.row_buffer import RowBuffer

    buffer = RowBuffer()
    buffer.add(np.zeros((2, 3)))
    buffer.add(np.ones((1, 3)))
    assert len(buffer) == 3 and buffer.rows().shape == (3, 3)
    ```
    """

    def __init__(self):
        self.clear()

    def __len__(self):
        return self.count

    def clear(self):
        """Forgets all rows."""
        self.count = 0
        self._rows = []
        self._labels = []

    def add(self, rows, labels=None):
        """Adds rows, `(n, ...)`, and their classes `(n,)`, always or never.

        They are not copied: several metrics may hold the same ones.
        """
        if len(rows):
            self.count += len(rows)
            self._rows.append(_unchanging(rows))
            if labels is not None:
                self._labels.append(_unchanging(labels))

    def rows(self):
        """Returns all rows, `(n, ...)`, in the order they came in."""
        return _joined(self._rows)

    def labels(self):
        """Returns the classes of all rows, `(n,)`."""
        return _joined(self._labels)

    def save(self, store, prefix):
        """Writes into a dict of arrays."""
        store[f"{prefix}_count"] = np.asarray(self.count)
        if self._rows:
            store[f"{prefix}_rows"] = self.rows()
        if self._labels:
            store[f"{prefix}_labels"] = self.labels()

    def load(self, store, prefix):
        """Reads what `save` wrote."""
        self.clear()
        if int(store[f"{prefix}_count"][()]):
            labels = None
            if f"{prefix}_labels" in store:
                labels = store[f"{prefix}_labels"]
            self.add(store[f"{prefix}_rows"], labels)


def _unchanging(values):
    values = np.asarray(values).view()
    values.flags.writeable = False
    return values


def _joined(parts):
    if len(parts) > 1:
        parts[:] = [np.concatenate(parts)]
    return parts[0]
