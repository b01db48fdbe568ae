import math

import numpy as np

from kerasgan.utils.check_count import check_count
from kerasgan.utils.pixels import to_uint8


def image_grid(
    images, columns: int | None = None, padding: int = 2
) -> np.ndarray:
    """Lays images out as one picture, row by row.

    Args:
        images: Array or tensor of shape `(batch, height, width, channels)`
            with 1, 3 or 4 channels: float in [-1, 1] (values outside are
            clipped) or uint8.
        columns: How many images stand in a row. Defaults to `None`, which
            makes the grid as square as possible and rather wide than high.
        padding: Pixels of white between neighbours. Defaults to 2.

    Returns:
        A uint8 array of shape `(grid_height, grid_width, channels)`. Cells
        for which there is no image are white. Pillow takes colours as they
        are, and grey without the last axis:
        `PIL.Image.fromarray(grid.squeeze(axis=-1))`.

    Raises:
        ValueError: If `images` has another rank, number of channels or type,
            is empty or holds NaN, or if `columns` or `padding` is not a whole
            number of at least 1 and 0.

    Example:

    ```python
    import numpy as np
    import kerasgan

    images = np.random.uniform(-1, 1, (10, 28, 28, 1))
    grid = kerasgan.utils.image_grid(images, columns=5)
    assert grid.shape == (58, 148, 1)
    ```
    """
    images = to_uint8(images, rank=4, argument="images")
    count, height, width, channels = images.shape
    if columns is None:
        columns = math.ceil(math.sqrt(count))
    check_count("columns", columns)
    check_count("padding", padding, least=0)
    columns = min(columns, count)
    rows = math.ceil(count / columns)
    cells = np.full(
        (rows * columns, height + padding, width + padding, channels),
        255,
        dtype="uint8",
    )
    cells[:count, :height, :width] = images
    cells = cells.reshape((rows, columns) + cells.shape[1:])
    grid = cells.swapaxes(1, 2)  # (rows, height, columns, width, channels)
    grid = grid.reshape(
        (rows * (height + padding), columns * (width + padding), channels)
    )
    return grid[: grid.shape[0] - padding, : grid.shape[1] - padding]
