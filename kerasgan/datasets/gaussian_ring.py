import numpy as np

from kerasgan.datasets.gaussians import sample_mixture
from kerasgan.utils import check_count
from kerasgan.utils import check_number


def gaussian_ring(
    count: int = 100_000,
    modes: int = 8,
    radius: float = 1.0,
    std: float = 0.01,
    seed: int | None = 0,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draws points from Gaussians whose means lie evenly on a circle.

    The usual small test of mode dropping. Mean `i` is at the angle
    `2 * pi * i / modes`: the last is not the first again, so that all are
    distinct. The defaults are those of the PacGAN experiments.

    Args:
        count: Number of points. Default 100,000.
        modes: Number of Gaussians. Default 8.
        radius: Radius of the circle. Default 1.0.
        std: Standard deviation along each axis. Default 0.01.
        seed: Integer, or `None` for other points in each call. Default 0.

    Returns:
        `(points, labels, centers)`: float32 points, `(count, 2)`; int32
        numbers of the Gaussians they are drawn from, `(count,)`; float32
        means, `(modes, 2)`.

    Raises:
        ValueError: If a number is not positive.

    Example:

    ```python
    import kerasgan

    points, labels, centers = kerasgan.datasets.gaussian_ring(1000)
    assert points.shape == (1000, 2)
    assert centers.shape == (8, 2)
    ```

    Reference:

    - Lin, Khetan, Fanti, Oh, 2018, [PacGAN: The power of two samples in
        generative adversarial networks](https://arxiv.org/abs/1712.04086)
    """
    check_count("modes", modes)
    check_number("radius", radius, above=0)
    angles = np.linspace(0.0, 2.0 * np.pi, modes, endpoint=False)
    centers = radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return sample_mixture(centers, count, std, seed)
