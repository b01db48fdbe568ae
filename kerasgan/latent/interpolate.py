"""Ways from one point of latent space to another."""

import numpy as np
from keras import ops

from kerasgan.utils.look_up import look_up


def interpolate(a, b, steps: int = 8, kind: str = "slerp") -> np.ndarray:
    """Returns the latents on a way from one point to another.

    `"lerp"` goes straight; `"slerp"` goes along the arc around the origin.
    Latents drawn from a Gaussian in many dimensions nearly all have the same
    length, and the middle of a straight way is shorter than any that the
    generator was trained on: for them, take the arc. With `t` from 0 to 1
    and `w` the angle between `a` and `b`:

    ```
    lerp   (1 - t) a + t b
    slerp  sin((1 - t) w) / sin(w) a + sin(t w) / sin(w) b
    ```

    Args:
        a: Where to begin: array or tensor, `(latent_dim,)`, or
            `(batch, latent_dim)` for as many ways at once.
        b: Where to end, the same shape.
        steps: Integer, number of points, both ends included. Defaults to 8.
        kind: `"slerp"` (default) or `"lerp"`.

    Returns:
        Float32 NumPy array, `(steps, *a.shape)`. The first and the last are
        `a` and `b` exactly.

    Raises:
        ValueError: If the shapes differ, a value is not finite, `steps` is
            below 2, or `kind` is unknown; with `"slerp"` also if a latent is
            zero or if the two point in opposite directions, which many arcs
            of the same length join.

    Example:

    ```python
    import numpy as np
    import kerasgan

    way = kerasgan.latent.interpolate([1.0, 0.0], [0.0, 1.0], steps=3)
    np.testing.assert_allclose(way[1], [0.5**0.5, 0.5**0.5], rtol=1e-6)
    ```

    Reference:
        Shoemake, 1985, Animating rotation with quaternion curves (the arc);
        White, 2016, arXiv 1609.04468 (for generative models).
    """
    between = look_up(kind, {"slerp": _slerp, "lerp": _lerp}, "kind")
    if not isinstance(steps, (int, np.integer)) or steps < 2:
        raise ValueError(
            "`steps` must be a whole number, at least 2: both ends count. "
            f"Received: steps={steps!r}"
        )
    a, b = _latents("a", a), _latents("b", b)
    if a.shape != b.shape:
        raise ValueError(
            "`a` and `b` must have the same shape. Received: shapes "
            f"{a.shape} and {b.shape}"
        )
    t = np.linspace(0.0, 1.0, steps).reshape((-1,) + (1,) * a.ndim)
    if between is _slerp:
        _check_arc(a, b)
    way = between(a.astype("float64"), b.astype("float64"), t)
    way = way.astype("float32")
    way[0], way[-1] = a, b
    return way


def places_between(a, b, t, kind):
    """Returns the latents at places on ways from some points to others.

    Where no arc is the shortest, the way is straight.

    Args:
        a, b: Float arrays, `(n, latent_dim)`.
        t: Float array, `(n, 1)`, 0 for `a` and 1 for `b`.
        kind: `"slerp"` or `"lerp"`; see `interpolate`.
    """
    between = _slerp if kind == "slerp" else _lerp
    places = between(a.astype("float64"), b.astype("float64"), t)
    return places.astype(a.dtype)


def _lerp(a, b, t):
    return (1.0 - t) * a + t * b


def _slerp(a, b, t):
    angle = _angle_of(a, b)
    sine = np.sin(angle)
    is_straight = sine < 1e-9
    sine = np.where(is_straight, 1.0, sine)
    return np.where(
        is_straight,
        _lerp(a, b, t),
        np.sin((1.0 - t) * angle) / sine * a + np.sin(t * angle) / sine * b,
    )


def _angle_of(a, b):
    lengths = [np.linalg.norm(x, axis=-1, keepdims=True) for x in (a, b)]
    a, b = (x / np.maximum(y, 1e-300) for x, y in zip((a, b), lengths))
    # Exact for small angles too, where the cosine is flat.
    return 2.0 * np.arctan2(
        np.linalg.norm(a - b, axis=-1, keepdims=True),
        np.linalg.norm(a + b, axis=-1, keepdims=True),
    )


def _check_arc(a, b):
    """Raises `ValueError` unless one arc leads from each point to another."""
    if min(np.linalg.norm(x, axis=-1).min() for x in (a, b)) == 0:
        raise ValueError(
            "`a` and `b` must not be zero for 'slerp': zero has no "
            "direction. Received: a latent of zeros. Use kind='lerp'"
        )
    angle = _angle_of(a.astype("float64"), b.astype("float64"))
    if angle.max() > np.pi - 1e-6:
        raise ValueError(
            "`a` and `b` must not point in opposite directions for 'slerp': "
            "no arc is the shortest. Received: an angle of "
            f"{np.degrees(angle.max()):g} degrees. Use kind='lerp', or go by "
            "way of a third point"
        )


def _latents(argument, values):
    if hasattr(values, "shape") and not isinstance(values, np.ndarray):
        values = ops.convert_to_numpy(values)
    values = np.asarray(values, "float32")
    if values.ndim == 0 or values.size == 0:
        raise ValueError(
            f"`{argument}` must have shape (latent_dim,) or (batch, "
            f"latent_dim). Received: shape {values.shape}"
        )
    if not np.isfinite(values).all():
        raise ValueError(
            f"`{argument}` must be finite. Received: NaN or infinite values"
        )
    return values
