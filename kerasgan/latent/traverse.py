"""Pictures of what a code of InfoGAN, or a direction of latents, means."""

import numpy as np

from kerasgan.latent import support
from kerasgan.latent.frozen_model import FrozenModel
from kerasgan.latent.walk import check_latents
from kerasgan.utils import check_count
from kerasgan.utils.as_array import as_array
from kerasgan.utils.image_grid import image_grid


def traverse(
    gan,
    code: int | None = None,
    values=None,
    rows: int = 10,
    codes=None,
    seed: int | None = 0,
    padding: int = 2,
    direction=None,
    condition=None,
    latents=None,
) -> np.ndarray:
    """Draws images in whose rows one thing varies and nothing else.

    Every row has latents of its own. From left to right they move along a
    `direction`; or only one code of InfoGAN changes: through all classes of a
    `Categorical`, from -1 to 1 of a `Uniform`. What changes in the picture is
    what the direction or the code means.

    Args:
        gan: A model of kerasgan that makes images from latents; for `code`,
            `kerasgan.models.InfoGAN`.
        code: Integer, which of `gan.codes` varies, counted from 0. Defaults
            to `None`: there is a direction.
        values: Sequence, the code's value, or how far to go along the
            direction, in each column. Defaults to `None`: all classes of a
            `Categorical`, 10 numbers from -1 to 1 of a `Uniform`, 9 numbers
            from -3 to 3 along a direction.
        rows: Integer, how many rows. Defaults to 10.
        codes: List with one entry a code, to fix the others: a value for
            all rows, a sequence of one value a row, or `None` to draw one a
            row. The entry of the code that varies must be `None`. Defaults
            to `None`, which draws all.
        seed: Integer or `None`, for noise and drawn codes. Defaults to 0.
        padding: Pixels of white between images. Defaults to 2.
        direction: Array, `(latent_dim,)`, such as one of those that
            `kerasgan.latent.directions` finds. Latents that leave the support
            of their prior are brought back to it. Defaults to `None`: a code
            varies.
        condition: For conditional models, with a direction: what the images
            are of, one for all or one a row. Defaults to `None`: each in
            turn, or random ones.
        latents: With a direction: array, `(rows, latent_dim)`, to begin from,
            in place of random ones; `rows` is how many these are. Defaults to
            `None`.

    Returns:
        uint8 array, `(grid_height, grid_width, channels)`, for
        `kerasgan.utils.save_image`.

    Raises:
        ValueError: If there is neither a code nor a direction, or both; if
            the model has no codes, `code` is none of them, or a value is
            outside of its code's range; or if the direction is not of the
            latents' length.

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
    if direction is not None:
        if code is not None or codes is not None:
            raise ValueError(
                "`direction` must not be given with `code` or `codes`. "
                "Received: both"
            )
        return _along(
            gan, direction, values, rows, seed, padding, condition, latents
        )
    if latents is not None or condition is not None:
        raise ValueError(
            "`latents` and `condition` are for a `direction`. Received: a code"
        )
    if code is None:
        raise ValueError(
            "`code` or `direction` must be given, which varies. Received: "
            "neither"
        )
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


def _along(gan, direction, values, rows, seed, padding, condition, latents):
    """Returns the picture of a direction; see `traverse`."""
    frozen = FrozenModel(gan)
    direction = as_array(direction, "direction").astype("float32")
    if direction.shape != frozen.latent_shape:
        raise ValueError(
            f"`direction` must have the shape {frozen.latent_shape}, that of "
            f"one image's latents. Received: shape {direction.shape}"
        )
    values = np.linspace(-3.0, 3.0, 9) if values is None else values
    values = np.asarray(values, "float32")
    for name, numbers in (("values", values), ("direction", direction)):
        if not np.isfinite(numbers).all():
            raise ValueError(
                f"`{name}` must be finite. Received: NaN or infinite values"
            )
    if values.ndim != 1 or not len(values):
        raise ValueError(
            "`values` must be a sequence with one value a column. Received: "
            f"shape {values.shape}"
        )
    if latents is not None:
        latents = check_latents(frozen, latents)
        rows = len(latents)
    check_count("rows", rows)
    given = frozen.conditions(condition, rows)
    if given is None and frozen.condition is not None:
        given = frozen.condition.in_turn(rows)
    inputs = frozen.draw(rows, seed, given)
    if latents is not None:
        inputs["latents"] = latents
    columns = len(values)
    inputs = {key: np.repeat(x, columns, axis=0) for key, x in inputs.items()}
    far = np.tile(values, rows).reshape(-1, *(1,) * direction.ndim)
    inputs["latents"] = support.restricted(
        frozen.parts, inputs["latents"] + far * direction
    )
    return image_grid(gan.render(inputs), columns, padding)


def _one_a_row(value, rows, number):
    value = np.asarray(value)
    if value.shape not in ((), (rows,)):
        raise ValueError(
            "`codes` must have one value, or one a row, for each code. "
            f"Received: shape {value.shape} for code {number} and {rows} rows"
        )
    return np.broadcast_to(value, (rows,))
