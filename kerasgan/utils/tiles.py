"""Large pictures in parts that overlap."""

import numpy as np

from kerasgan.utils import check_count


def in_tiles(translate, image, side, overlap=32):
    """Returns what a picture becomes, computed tile by tile.

    Tiles of equal size cover the picture. Where they overlap they are
    blended, so that no edge shows: the weight of a tile falls linearly
    towards its sides.

    Args:
        translate: Function from images, `(1, height, width, channels)`, to
            images, `(1, k * height, k * width, others)`, of any sizes.
        image: Array `(height, width, channels)`.
        side: Integer, height and width of a tile in pixels. A picture that
            is not larger is one tile.
        overlap: Integer, by how many pixels neighbours overlap at least.
            Defaults to 32.

    Returns:
        Float32 array `(k * height, k * width, others)`.

    Raises:
        ValueError: If `overlap` is not less than `side`.

    Example:

    ```python
    import numpy as np
    from kerasgan.utils.tiles import in_tiles

    image = np.random.default_rng(0).normal(size=(50, 70, 3))
    same = in_tiles(lambda x: x, image, side=32, overlap=8)
    np.testing.assert_allclose(same, image, atol=1e-6)
    ```
    """
    check_count("side", side)
    check_count("overlap", overlap, least=0)
    if overlap >= side:
        raise ValueError(
            "`overlap` must be less than `side`. Received: "
            f"overlap={overlap}, side={side}"
        )
    sides = [min(side, n) for n in image.shape[:2]]
    total = weight = None
    for top in _starts(image.shape[0], sides[0], overlap):
        for left in _starts(image.shape[1], sides[1], overlap):
            part = image[top : top + sides[0], left : left + sides[1]]
            made = np.asarray(translate(part[None]))[0].astype("float64")
            if total is None:
                scale = made.shape[0] // sides[0]
                size = [scale * n for n in image.shape[:2]]
                total = np.zeros((*size, made.shape[-1]))
                weight = np.zeros((*size, 1))
                window = _window(made.shape[:2])
            place = tuple(
                slice(scale * at, scale * at + n)
                for at, n in zip((top, left), made.shape[:2])
            )
            total[place] += window * made
            weight[place] += window
    return (total / weight).astype("float32")


def _starts(length, side, overlap):
    """Returns where tiles begin, evenly, the last one at the end."""
    if side >= length:
        return [0]
    gaps = -(-(length - side) // (side - overlap))
    return [round(i * (length - side) / gaps) for i in range(gaps + 1)]


def _window(size):
    """Returns weights that fall towards the sides, `(height, width, 1)`."""
    height, width = (
        np.minimum(np.arange(1, n + 1), np.arange(n, 0, -1)) for n in size
    )
    return (height[:, None] * width[None, :])[..., None].astype("float64")
