import numpy as np

from kerasgan.datasets.gaussians import sample_mixture
from kerasgan.utils import check_count
from kerasgan.utils import check_number


def gaussian_grid(
    count: int = 100_000,
    side: int = 5,
    spacing: float = 2.0,
    std: float = 0.05,
    seed: int | None = 0,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draws points from Gaussians whose means form a square grid.

    The grid is centred on the origin; by default its 25 means are all pairs
    of -4, -2, 0, 2, 4. The defaults are those of the PacGAN experiments.

    Args:
        count: Number of points. Default 100,000.
        side: Number of Gaussians along each axis. Default 5.
        spacing: Distance between neighbours. Default 2.0.
        std: Standard deviation along each axis. Default 0.05.
        seed: Integer, or `None` for other points in each call. Default 0.

    Returns:
        `(points, labels, centers)`: float32 points, `(count, 2)`; int32
        numbers of the Gaussians they are drawn from, `(count,)`; float32
        means, `(side * side, 2)`.

    Raises:
        ValueError: If a number is not positive.

    Example:

    ```python
    import kerasgan

    points, labels, centers = kerasgan.datasets.gaussian_grid(1000)
    assert points.shape == (1000, 2)
    assert centers.shape == (25, 2)
    ```

    Reference:

    - Lin, Khetan, Fanti, Oh, 2018, [PacGAN: The power of two samples in
        generative adversarial networks](https://arxiv.org/abs/1712.04086)
    """
    check_count("side", side)
    check_number("spacing", spacing, above=0)
    axis = spacing * (np.arange(side) - (side - 1) / 2)
    centers = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1)
    return sample_mixture(centers.reshape(-1, 2), count, std, seed)
