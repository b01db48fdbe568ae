"""Pictures of what a code of InfoGAN means."""

import numpy as np

from kerasgan.utils import check_count
from kerasgan.utils.image_grid import image_grid


def traverse(gan, code, values=None, rows=10, codes=None, seed=0, padding=2):
    """Draws images in whose rows one code varies and nothing else.

    Every row has latents of its own. From left to right only one code
    changes: through all classes of a `Categorical`, from -1 to 1 of a
    `Uniform`. What changes in the picture is what the code means.

    Args:
        gan: `kerasgan.models.InfoGAN`.
        code: Integer, which of `gan.codes` varies, counted from 0.
        values: Sequence, the code's value in each column. Defaults to
            `None`: all classes of a `Categorical`, 10 numbers from -1 to 1
            of a `Uniform`.
        rows: Integer, how many rows. Defaults to 10.
        codes: List with one entry a code, to fix the others: a value for
            all rows, a sequence of one value a row, or `None` to draw one a
            row. The entry of the code that varies must be `None`. Defaults
            to `None`, which draws all.
        seed: Integer or `None`, for noise and drawn codes. Defaults to 0.
        padding: Pixels of white between images. Defaults to 2.

    Returns:
        uint8 array, `(grid_height, grid_width, channels)`, for
        `kerasgan.utils.save_image`.

    Raises:
        ValueError: If the model has no codes, `code` is none of them, or a
            value is outside of its code's range.

    Example:

    ```python
    import kerasgan

    gan = kerasgan.applications.InfoGAN(
        image_shape=(8, 8, 1), filters=4, units=8
    )
    # One digit a row, and its first continuous code from left to right.
    grid = kerasgan.latent.traverse(
        gan, code=1, rows=10, codes=[range(10), None, 0.0]
    )
    assert grid.shape == (98, 98, 1)
    ```

    Reference:
        Chen et al., 2016, arXiv 1606.03657, figures 2 to 6.
    """
    own = getattr(gan, "codes", None)
    if not own:
        raise ValueError(
            "`gan` must be a model with codes, as `kerasgan.models.InfoGAN`. "
            f"Received: {type(gan).__name__}"
        )
    check_count("rows", rows)
    check_count("code", code, least=0)
    if code >= len(own):
        raise ValueError(
            f"`code` must be the number of one of the {len(own)} codes, from "
            f"0 to {len(own) - 1}. Received: code={code}"
        )
    fixed = [None] * len(own) if codes is None else list(codes)
    if len(fixed) != len(own) or fixed[code] is not None:
        raise ValueError(
            f"`codes` must have one entry for each of the {len(own)} codes, "
            f"and None for number {code}, which varies. Received: {codes!r}"
        )
    values = np.asarray(own[code].span(10) if values is None else values)
    if values.ndim != 1 or not len(values):
        raise ValueError(
            "`values` must be a sequence with one value a column. Received: "
            f"shape {values.shape}"
        )
    latents = gan.sample_inputs(rows, seed)["latents"]
    columns = len(values)
    latents = np.repeat(latents, columns, axis=0)  # row after row
    at = gan.noise_dim
    for number, (part, value) in enumerate(zip(own, fixed)):
        if number == code:
            value = np.tile(values, rows)
        elif value is not None:
            value = np.repeat(_one_a_row(value, rows, number), columns)
        if value is not None:
            encoded = part.encode(value, len(latents))
            latents[:, at : at + part.width] = encoded
        at += part.width
    return image_grid(gan.render(latents), columns, padding)


def _one_a_row(value, rows, number):
    value = np.asarray(value)
    if value.shape not in ((), (rows,)):
        raise ValueError(
            "`codes` must have one value, or one a row, for each code. "
            f"Received: shape {value.shape} for code {number} and {rows} rows"
        )
    return np.broadcast_to(value, (rows,))
