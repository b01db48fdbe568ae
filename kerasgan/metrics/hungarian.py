"""Assignment of codes to classes."""

import numpy as np


def best_matching(scores):
    """Returns the columns that rows are matched with for the highest sum.

    The Hungarian method with potentials, a row at a time.

    Args:
        scores: Array `(n, n)`.

    Returns:
        Integer array `(n,)`, each column once.

    Reference:
        Kuhn, 1955, The Hungarian method for the assignment problem.
    """
    # Rows and columns count from 1 here; column 0 is where a search begins.
    size = len(scores)
    cost = np.zeros((size + 1, size + 1))
    cost[1:, 1:] = -np.asarray(scores, "float64")
    of_row, of_column = np.zeros(size + 1), np.zeros(size + 1)
    row_at = np.zeros(size + 1, "int64")
    for row in range(1, size + 1):
        row_at[0], column = row, 0
        slack = np.full(size + 1, np.inf)
        came_from = np.zeros(size + 1, "int64")
        is_used = np.zeros(size + 1, bool)
        while row_at[column]:
            is_used[column] = True
            at = row_at[column]
            reduced = cost[at] - of_row[at] - of_column
            is_closer = ~is_used & (reduced < slack)
            slack[is_closer], came_from[is_closer] = reduced[is_closer], column
            free = np.flatnonzero(~is_used)
            column = free[slack[free].argmin()]
            step = slack[column]
            of_row[row_at[is_used]] += step
            of_column[is_used] -= step
            slack[free] -= step
        while column:
            row_at[column] = row_at[came_from[column]]
            column = came_from[column]
    matched = np.empty(size, "int64")
    matched[row_at[1:] - 1] = np.arange(size)
    return matched
