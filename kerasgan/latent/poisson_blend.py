"""Images put into others without a seam."""

import functools

import numpy as np

_NEIGHBOURS = ((-1, 0), (1, 0), (0, -1), (0, 1))


def poisson_blend(images, fills, masks) -> np.ndarray:
    """Fills holes with the gradients of other images.

    ```
    min over x of  |grad x - grad fill|^2,  x = image outside of the hole
    ```

    A hole takes the structure of the fill and the colours of its edge. At
    the border of the image nothing is asked for. The linear equations, one
    for each missing pixel, are solved exactly, by SciPy if it is installed
    and else by NumPy, which takes long for holes of thousands of pixels.

    Args:
        images: Float array, `(n, height, width, channels)`.
        fills: Float array of the same shape.
        masks: Bool array, `(n, height, width)`, true where a pixel is
            missing; none misses all.

    Returns:
        Float32 array like `images`, not clipped. Pixels that are not missing
        are the images' own.

    Example:

    ```python
    import numpy as np
    import kerasgan

    truth = np.random.default_rng(0).uniform(-1, 1, (1, 8, 8, 1))
    masks = kerasgan.latent.make_masks("centre", 1, (8, 8))
    blended = kerasgan.latent.poisson_blend(truth, truth + 0.5, masks)
    np.testing.assert_allclose(blended, truth, atol=1e-6)
    ```

    Reference:
        Pérez, Gangnet and Blake, 2003, Poisson image editing.
    """
    images = np.asarray(images)
    fills, masks = np.asarray(fills), np.asarray(masks, bool)
    if images.ndim != 4 or not (
        images.shape == fills.shape and images.shape[:3] == masks.shape
    ):
        raise ValueError(
            "`images` and `fills` must have one shape (n, height, width, "
            "channels), and `masks` (n, height, width). Received: shapes "
            f"{images.shape}, {fills.shape} and {masks.shape}"
        )
    if masks.all(axis=(1, 2)).any():
        raise ValueError(
            "`masks` must each leave some pixels, whose colours are taken. "
            "Received: one that misses all pixels"
        )
    blended = images.astype("float32")
    for image, fill, mask, result in zip(images, fills, masks, blended):
        if mask.any():
            difference = (image.astype("float64") - fill) * ~mask[..., None]
            solve, inside, edge = _equations(mask.tobytes(), mask.shape)
            # Of x - fill, which is harmonic in the hole.
            sums = np.zeros((mask.sum(), image.shape[-1]))
            np.add.at(sums, inside, difference.reshape(mask.size, -1)[edge])
            result[mask] = fill[mask] + solve(sums)
    return blended


@functools.lru_cache(maxsize=64)
def _equations(mask, shape):
    """Returns the solver of a mask, and pairs of neighbours at its edge.

    The pairs are numbers of missing pixels, and places of known ones.
    """
    mask = np.frombuffer(mask, bool).reshape(shape)
    number = np.full(shape, -1)
    number[mask] = np.arange(mask.sum())
    rows, columns = np.nonzero(mask)
    at = np.arange(len(rows))
    count = np.zeros(len(rows))
    inner, edge = [], []
    for down, right in _NEIGHBOURS:
        below, beside = rows + down, columns + right
        is_inside = (below >= 0) & (below < shape[0])
        is_inside &= (beside >= 0) & (beside < shape[1])
        count += is_inside
        near = below[is_inside], beside[is_inside]
        is_hole, own = mask[near], at[is_inside]
        inner.append((own[is_hole], number[near][is_hole]))
        places = near[0] * shape[1] + near[1]
        edge.append((own[~is_hole], places[~is_hole]))
    own, other = (np.concatenate(part) for part in zip(*inner))
    solve = _solver(
        np.concatenate([at, own]),
        np.concatenate([at, other]),
        np.concatenate([count, -np.ones(len(own))]),
    )
    return solve, *(np.concatenate(part) for part in zip(*edge))


def _solver(rows, columns, values):
    """Returns the function that solves equations for right-hand sides."""
    try:
        from scipy import sparse
        from scipy.sparse import linalg
    except ImportError:
        matrix = np.zeros((rows.max() + 1, rows.max() + 1))
        matrix[rows, columns] = values
        return functools.partial(np.linalg.solve, matrix)
    matrix = sparse.coo_matrix((values, (rows, columns))).tocsc()
    return linalg.splu(matrix).solve
