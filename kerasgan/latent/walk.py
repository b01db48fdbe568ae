"""A film through latent space."""

from collections.abc import Iterator

import numpy as np

from kerasgan.latent import support
from kerasgan.latent.frozen_model import FrozenModel
from kerasgan.latent.interpolate import interpolate
from kerasgan.utils.as_array import as_array
from kerasgan.utils.check_count import check_count
from kerasgan.utils.seeds import check_seed


def walk(
    gan,
    points: int = 8,
    steps: int = 15,
    seed: int = 0,
    latents=None,
    condition=None,
    loop: bool = True,
    kind: str | None = None,
    batch_size: int = 64,
) -> Iterator[np.ndarray]:
    """Yields the images on a way through latent space, one batch at a time.

    From one latent to the next, and from the last back to the first, so that
    the film can run for ever.

    Args:
        gan: A model of kerasgan that makes images from latents.
        points: Integer, how many latents are visited. Defaults to 8.
        steps: Integer, images from one to the next. Defaults to 15.
        seed: Integer, for the latents. Defaults to 0.
        latents: Array, `(points, latent_dim)`, such as `kerasgan.latent.
            project` finds, in place of random ones. Defaults to `None`.
        condition: For conditional models: what the images are of, one for
            all, or one a point, which holds for the images that are nearer
            to it than to others. Defaults to `None`: of classes, each point
            has the next; of others, random ones.
        loop: Whether the last point leads back to the first. Defaults to
            `True`.
        kind: `"slerp"` or `"lerp"`, see `kerasgan.latent.interpolate`.
            Defaults to `None`: along the arc for normal latents, straight
            for all others.
        batch_size: Integer, images computed at a time. Defaults to 64.

    Returns:
        Iterator of float32 arrays, `(batch, height, width, channels)`: in
        all `points * steps` images of a loop, and `(points - 1) * steps + 1`
        of a way. Arguments are checked before it begins.

    Raises:
        ValueError: If an argument is not as described.

    Example:

    ```python
    import numpy as np
    import kerasgan

    gan = kerasgan.applications.DCGAN((8, 8, 1), filters=2, seed=0)
    film = np.concatenate(list(kerasgan.latent.walk(gan, points=3, steps=4)))
    assert film.shape == (12, 8, 8, 1)
    ```
    """
    check_count("batch_size", batch_size)
    inputs = walk_inputs(
        gan, points, steps, seed, latents, condition, loop, kind
    )
    count = len(inputs["latents"])
    return (
        gan.render({key: x[at : at + batch_size] for key, x in inputs.items()})
        for at in range(0, count, batch_size)
    )


def walk_frames(gan, *args, **kwargs) -> Iterator[np.ndarray]:
    """Yields the images of `walk` one by one, as `save_gif` takes them.

    Args:
        gan, *args, **kwargs: See `walk`.

    Example:

    ```python
    import tempfile
    import kerasgan

    gan = kerasgan.applications.DCGAN((8, 8, 1), filters=2, seed=0)
    frames = kerasgan.latent.walk_frames(gan, points=3, steps=4)
    with tempfile.TemporaryDirectory() as folder:
        kerasgan.utils.save_gif(f"{folder}/walk.gif", frames)
    ```
    """
    return (image for batch in walk(gan, *args, **kwargs) for image in batch)


def walk_inputs(
    gan,
    points: int = 8,
    steps: int = 15,
    seed: int = 0,
    latents=None,
    condition=None,
    loop: bool = True,
    kind: str | None = None,
) -> dict[str, np.ndarray]:
    """Returns what `gan.render` takes for the images of `walk`.

    Args:
        gan, points, steps, seed, latents, condition, loop, kind: See `walk`.

    Returns:
        Dict of NumPy arrays.

    Example:

    ```python
    import kerasgan

    gan = kerasgan.applications.DCGAN((8, 8, 1), filters=2, seed=0)
    inputs = kerasgan.latent.walk_inputs(gan, points=3, steps=4)
    assert inputs["latents"].shape == (12, 100)
    ```
    """
    frozen = FrozenModel(gan)
    check_count("steps", steps)
    if latents is not None:
        latents = check_latents(frozen, latents)
        points = len(latents)
    check_count("points", points, least=2)
    given = frozen.conditions(condition, points)
    if given is None and frozen.condition is not None:
        given = frozen.condition.in_turn(points)
    drawn = frozen.draw(points, check_seed(seed, optional=False), given)
    if latents is not None:
        drawn["latents"] = latents
    order = [*range(points), 0] if loop else [*range(points)]
    pieces, of_frame = [], []
    for a, b in zip(order, order[1:]):
        ends = drawn["latents"][a], drawn["latents"][b]
        pieces.append(_between(frozen.parts, *ends, steps, kind)[:-1])
        of_frame += [a if 2 * i < steps else b for i in range(steps)]
    if not loop:
        pieces.append(drawn["latents"][-1:])
        of_frame.append(points - 1)
    inputs = {key: x[of_frame] for key, x in drawn.items()}
    inputs["latents"] = np.concatenate(pieces)
    return inputs


def check_latents(frozen, latents, name="latents"):
    """Returns latents that a user gave as a float32 array, or raises.

    Args:
        frozen: `FrozenModel`.
        latents: What the user gave.
        name: Name of the argument, for the message.
    """
    latents = as_array(latents, name).astype("float32")
    if latents.shape[1:] != frozen.latent_shape or not len(latents):
        shape = ", ".join(map(str, frozen.latent_shape))
        raise ValueError(
            f"`{name}` must have the shape (n, {shape}), as the model draws "
            f"them. Received: shape {latents.shape}"
        )
    if not np.isfinite(latents).all():
        raise ValueError(
            f"`{name}` must be finite. Received: NaN or infinite values"
        )
    return latents


def _between(parts, a, b, steps, kind):
    """Returns the way from one latent to another, with both ends."""
    pieces = [
        interpolate(a[..., columns], b[..., columns], steps + 1, kind or p.way)
        for columns, p in support.columns_of(parts)
    ]
    return np.concatenate(pieces, axis=-1)
