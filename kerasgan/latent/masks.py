"""Holes to be filled: which pixels of images are missing."""

import numpy as np

from kerasgan.utils.as_array import as_array
from kerasgan.utils.check_number import check_number
from kerasgan.utils.look_up import look_up
from kerasgan.utils.seeds import check_seed


def make_masks(
    kind: str,
    n: int,
    size: tuple[int, int],
    share: float | None = None,
    seed: int = 0,
) -> np.ndarray:
    """Returns masks of holes, as `kerasgan.latent.inpaint` takes them.

    | kind | what is missing | share |
    |---|---|---|
    | `"centre"` | a box in the middle | 0.25 |
    | `"random"` | pixels here and there | 0.8 |
    | `"half"` | the left, right, upper or lower half, drawn for each | - |
    | `"strokes"` | lines as of a brush, free-hand | 0.25 |

    Args:
        kind: One of these.
        n: Integer, how many.
        size: Tuple `(height, width)`.
        share: Float between 0 and 1, share of the pixels that are missing;
            of strokes at least that. Defaults to `None`: that of the table.
        seed: Integer. Defaults to 0.

    Returns:
        Bool array, `(n, height, width)`, true where a pixel is missing.

    Raises:
        ValueError: If an argument is not as described.

    Example:

    ```python
    import kerasgan

    masks = kerasgan.latent.make_masks("centre", 2, (8, 8))
    assert masks.sum(axis=(1, 2)).tolist() == [16, 16]
    ```

    Reference:
        Yeh et al., 2017, arXiv 1607.07539.
    """
    make, usual = look_up(kind, _KINDS, "kind")
    if share is None:
        share = usual
    elif usual is None:
        raise ValueError(
            f"`share` is not for '{kind}', which is one half. Received: "
            f"share={share!r}"
        )
    else:
        check_number("share", share, above=0, below=1)
    rng = np.random.default_rng(check_seed(seed, optional=False))
    masks = np.zeros((n, *size), bool)
    for mask in masks:
        make(mask, share, rng)
    return masks


def check_masks(masks, images, seed=0):
    """Returns the masks that a user gave or asked for, `(n, height, width)`.

    Args:
        masks: A kind of `make_masks`; or a bool array, or one of zeros and
            ones, `(height, width)`, `(n, height, width)` or with an axis of
            one channel; true where a pixel is missing.
        images: Array, `(n, height, width, channels)`.
        seed: Integer, for a kind that is drawn.

    Raises:
        ValueError: If they are not that, or one misses no pixel or all.
    """
    n, *size = images.shape[:3]
    if isinstance(masks, str):
        return make_masks(masks, n, size, seed=seed)
    masks = as_array(masks, "masks", "an array, or a kind of `make_masks`")
    received = masks.shape
    if masks.ndim > 2 and masks.shape[-1] == 1 and size[-1] != 1:
        masks = masks[..., 0]
    if masks.shape not in (tuple(size), (n, *size)):
        raise ValueError(
            f"`masks` must have the shape ({n}, {size[0]}, {size[1]}), or "
            f"({size[0]}, {size[1]}) for all. Received: shape {received}"
        )
    masks = np.broadcast_to(masks, (n, *size))
    if masks.dtype != bool and not np.isin(masks, (0, 1)).all():
        raise ValueError(
            "`masks` must be bool, or 1 where a pixel is missing and 0 "
            f"elsewhere. Received: {masks.dtype} values from {masks.min()} to "
            f"{masks.max()}"
        )
    masks = masks.astype(bool)
    missing = masks.sum(axis=(1, 2))
    for count, what in ((0, "no pixel"), (size[0] * size[1], "all pixels")):
        if (missing == count).any():
            raise ValueError(
                "Each of `masks` must miss some pixels and leave some. "
                f"Received: number {int((missing == count).argmax())} misses "
                f"{what}. True, or 1, is where a pixel is missing"
            )
    return masks


def _centre(mask, share, rng):
    height, width = (
        min(max(1, round(side * share**0.5)), side) for side in mask.shape
    )
    top = (mask.shape[0] - height) // 2
    left = (mask.shape[1] - width) // 2
    mask[top : top + height, left : left + width] = True


def _random(mask, share, rng):
    count = min(max(1, round(mask.size * share)), mask.size - 1)
    mask.reshape(-1)[rng.permutation(mask.size)[:count]] = True


def _half(mask, share, rng):
    side = rng.integers(4)
    view = mask if side < 2 else mask.T
    middle = view.shape[0] // 2
    view[slice(0, middle) if side % 2 else slice(middle, None)] = True


def _strokes(mask, share, rng):
    height, width = mask.shape
    radius = max(min(mask.shape) / 16, 0.5)
    rows, columns = np.ogrid[:height, :width]
    least = min(max(1, round(mask.size * share)), mask.size - 1)
    while mask.sum() < least:
        at = rng.uniform((0, 0), (height, width))
        angle = rng.uniform(0, 2 * np.pi)
        for _ in range(2 * min(mask.shape) // 3 + 1):
            near = (rows - at[0]) ** 2 + (columns - at[1]) ** 2 <= radius**2
            if mask.sum() + (near & ~mask).sum() == mask.size:
                return
            mask |= near
            angle += rng.normal(0.0, 0.4)
            at = at + (np.sin(angle), np.cos(angle))
            at = np.clip(at, 0, (height - 1, width - 1))


# What makes each kind, and the share of the pixels.
_KINDS = {
    "centre": (_centre, 0.25),
    "random": (_random, 0.8),
    "half": (_half, None),
    "strokes": (_strokes, 0.25),
}
