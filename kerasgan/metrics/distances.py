"""Distances of all pairs, a block of rows at a time."""

import numpy as np

# Numbers in a block, 64 MiB as float64: ten thousand rows against as many
# would be 800 MB at once.
_BLOCK = 8 * 2**20


def blocks_of_distances(a, b):
    """Yields `(start, stop, squared distances)` of rows of `a` to all of `b`.

    Args:
        a: Float array `(n, dimensions)`.
        b: Float array `(m, dimensions)`.
    """
    # Far from zero the squares of the lengths are large and their difference
    # loses digits.
    center = b.mean(axis=0, dtype="float64")
    a = np.asarray(a, "float64") - center
    b = np.asarray(b, "float64") - center
    lengths = np.einsum("ij,ij->i", b, b)
    rows = max(_BLOCK // len(b), 1)
    for start in range(0, len(a), rows):
        part = a[start : start + rows]
        squared = part @ b.T
        squared *= -2.0
        squared += lengths
        squared += np.einsum("ij,ij->i", part, part)[:, None]
        np.maximum(squared, 0.0, out=squared)
        yield start, start + len(part), squared


def squared_radii(rows, neighbor):
    """Returns the squared distance of each row to a nearest other one.

    Args:
        rows: Float array `(n, dimensions)`.
        neighbor: Integer, 1 for the nearest other row, 2 for the next.
    """
    radii = np.empty(len(rows))
    for start, stop, squared in blocks_of_distances(rows, rows):
        # A row is at distance 0 of itself, which is no neighbour.
        squared[np.arange(stop - start), np.arange(start, stop)] = 0.0
        radii[start:stop] = np.partition(squared, neighbor, axis=1)[:, neighbor]
    return radii
