import numpy as np

from kerasgan.utils import check_count
from kerasgan.utils import check_number


def sample_mixture(centers, count, std, seed):
    """Returns points of equally likely Gaussians and which one each is of.

    Args:
        centers: float64 array of means, `(modes, 2)`.
        count: Number of points.
        std: Standard deviation of each Gaussian along each axis.
        seed: Integer, or `None` for other points in each call.

    Returns:
        `(points, labels, centers)`: float32 `(count, 2)`, int32 `(count,)`
        and float32 `(modes, 2)`.

    Raises:
        ValueError: If the count or the standard deviation cannot be one.
    """
    check_count("count", count)
    check_number("std", std, above=0)
    if seed is not None:
        check_count("seed", seed, least=0)
    rng = np.random.default_rng(seed)
    labels = rng.integers(len(centers), size=count)
    points = centers[labels] + std * rng.standard_normal((count, 2))
    return (
        points.astype(np.float32),
        labels.astype(np.int32),
        centers.astype(np.float32),
    )
