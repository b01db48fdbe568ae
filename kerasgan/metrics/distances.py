"""Distances of all pairs, a block of rows at a time, exact where it counts.

Squared distances of many pairs are `|a|^2 + |b|^2 - 2 a.b`, one product of
matrices. Its rounding is known, so that a comparison which it could turn
round is made anew with the sum of the squared differences: equal rows are at
distance 0 then, equal distances are equal, and one row far away costs the
others no digits.
"""

import numpy as np

# Numbers in a block, 64 MiB as float64: ten thousand rows against as many
# would be 800 MB at once.
_BLOCK = 8 * 2**20
# Numbers of the differences that are computed at once.
_DIFFERENCES = 2**20
# Rows that the center is taken from.
_CENTER = 100


def blocks_of_distances(a, b):
    """Yields a `_Block` for some rows of `a` and all of `b`, until all were.

    Args:
        a: Array of numbers `(n, dimensions)`.
        b: Array of numbers `(m, dimensions)`.

    Raises:
        ValueError: If a square is beyond what float64 holds.
    """
    is_same = a is b
    b = np.asarray(b, "float64")
    a = b if is_same else np.asarray(a, "float64")
    # The median: an outlier would move the mean away from all others.
    center = np.median(b[:: max(len(b) // _CENTER, 1)], axis=0)
    of_b, lengths = _centered(b, center)
    # Bounds what products, sums and centering round off of a square.
    rounding = (4 * a.shape[1] + 32) * np.finfo("float64").eps
    rows = max(_BLOCK // len(b), 1)
    for start in range(0, len(a), rows):
        part, own = a[start : start + rows], lengths
        if is_same:
            of_part, own = of_b[start : start + rows], own[start : start + rows]
        else:
            of_part, own = _centered(part, center)
        lower = of_part @ of_b.T
        lower *= -2.0
        lower += lengths * (1.0 - rounding)
        lower += (own * (1.0 - rounding))[:, None]
        yield _Block(
            start, part, b, lower, own * rounding, lengths * rounding, rounding
        )


def _centered(rows, center):
    """Returns rows as seen from a center, and their squared lengths."""
    with np.errstate(over="ignore"):
        rows = rows - center
        lengths = np.einsum("ij,ij->i", rows, rows)
    if not np.isfinite(lengths).all():
        raise ValueError(
            "`images` must have features whose squares float64 holds. "
            f"Received: features up to {np.abs(rows).max():g}"
        )
    return rows, lengths


def squared_radii(rows, neighbor):
    """Returns the squared distance of each row to a nearest other one.

    Args:
        rows: Array of numbers `(n, dimensions)`.
        neighbor: Integer, 1 for the nearest other row, 2 for the next.
    """
    radii = []
    for block in blocks_of_distances(rows, rows):
        # A row is no neighbour of its own, another one that equals it is.
        block.leave_out(np.arange(block.start, block.stop))
        radii.append(block.radii(neighbor))
    return np.concatenate(radii)


class _Block:
    """The squared distances of some rows of `a` to all rows of `b`.

    Args:
        start: Integer, place of the first of the rows in `a`.
        a: The rows, `(rows, dimensions)`.
        b: `(columns, dimensions)`.
        lower: A number below each squared distance, `(rows, columns)`.
        of_rows: With `of_columns`, half of how far below: `(rows,)`.
        of_columns: `(columns,)`.
        rounding: Float, what both are of the squared lengths.
    """

    def __init__(self, start, a, b, lower, of_rows, of_columns, rounding):
        self.start = start
        self.stop = start + len(a)
        self._a = a
        self._b = b
        self._lower = lower
        self._of_rows = of_rows
        self._of_columns = of_columns
        self._rounding = rounding

    def leave_out(self, columns):
        """Takes the distance to one column out of each row."""
        self._lower[np.arange(len(columns)), columns] = np.inf

    def within(self, squared_radii, strictly=False):
        """Returns which squared distances are at most so large.

        Args:
            squared_radii: Array `(columns,)` or `(rows, 1)`.
            strictly: Whether they must be less. Defaults to `False`.

        Returns:
            Bool array `(rows, columns)`.
        """
        compare = np.less if strictly else np.less_equal
        inside = compare(self._lower, squared_radii)
        doubtful = inside
        if np.count_nonzero(inside) > inside.size // 16:
            doubtful = inside & (self._lower + self._slack() >= squared_radii)
        rows, columns = _places(doubtful)
        limits = np.broadcast_to(squared_radii, inside.shape)[rows, columns]
        found = self._squared(rows, columns, limits)
        inside[rows, columns] = compare(found, limits)
        return inside

    def radii(self, k):
        """Returns the squared distance of each row to its k-th nearest column.

        Args:
            k: Integer, 1 for the nearest.
        """
        starts, _, squared = self._candidates(k, only_last=True)
        found = np.maximum.reduceat(squared, starts[:-1])
        for row in np.flatnonzero(np.diff(starts) > k):
            of_row = squared[starts[row] : starts[row + 1]]
            found[row] = np.partition(of_row, k - 1)[k - 1]
        return found

    def nearest(self, k):
        """Returns the nearest columns of each row, the nearest first.

        Of columns at the same distance the first ones are taken.

        Args:
            k: Integer, how many.

        Returns:
            Integer array `(rows, k)`, the columns, and float array
            `(rows, k)`, the squared distances.
        """
        starts, columns, squared = self._candidates(k)
        found = np.stack(
            [
                start + np.argsort(squared[start:stop], kind="stable")[:k]
                for start, stop in zip(starts[:-1], starts[1:])
            ]
        )
        return columns[found], squared[found]

    def _slack(self):
        """Returns how far the squared distances may be above their bounds."""
        return 2.0 * (self._of_rows[:, None] + self._of_columns)

    def _candidates(self, k, only_last=False):
        """Returns what may be among the `k` nearest columns of each row.

        Args:
            k: Integer.
            only_last: Whether the k-th alone must be exact. Defaults to
                `False`.

        Returns:
            Integers `(rows + 1,)`, where the candidates of each row begin;
            their columns; and their squared distances.
        """
        kth = np.partition(self._lower, k - 1, axis=1)[:, k - 1]
        # `b` is at most as far from the center as `a` and their distance
        # together, which bounds by how much one of these k is farther.
        limit = (kth + 6 * self._of_rows) * (1.0 + 8 * self._rounding)
        rows, columns = _places(self._lower <= limit[:, None])
        starts = np.searchsorted(rows, np.arange(len(self._a) + 1))
        limits = kth[rows] if only_last else None
        return starts, columns, self._squared(rows, columns, limits)

    def _squared(self, rows, columns, limits=None):
        """Returns squared distances of pairs, exact where that matters.

        Args:
            rows: Integers `(pairs,)`.
            columns: Integers `(pairs,)`.
            limits: Floats `(pairs,)` that they are compared with; others
                than near these need not be exact. Defaults to `None`: all
                are exact.
        """
        lower = self._lower[rows, columns]
        slack = 2.0 * (self._of_rows[rows] + self._of_columns[columns])
        needed = slack > 0.0
        if limits is not None:
            needed &= lower + slack >= limits
        places = np.flatnonzero(needed)
        step = max(_DIFFERENCES // self._a.shape[1], 1)
        for start in range(0, len(places), step):
            at = places[start : start + step]
            gaps = self._a[rows[at]] - self._b[columns[at]]
            # Summed in one order for each pair, whichever row comes first.
            lower[at] = np.square(gaps, out=gaps).sum(axis=1)
        return lower


def _places(where):
    """Returns the rows and columns that are true; fast where few are."""
    return np.divmod(np.flatnonzero(where), where.shape[1])
