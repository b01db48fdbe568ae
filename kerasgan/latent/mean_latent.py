"""The mean of latents whose images have something in common."""

import numpy as np

from kerasgan.latent.frozen_model import FrozenModel
from kerasgan.latent.project import project
from kerasgan.latent.walk import check_latents
from kerasgan.utils.as_array import as_array
from kerasgan.utils.as_array import is_array_like
from kerasgan.utils.check_count import check_count
from kerasgan.utils.seeds import check_seed

# Images drawn and looked at in one go, and the most of them.
_AT_ONCE = 256
_MOST = 100 * _AT_ONCE


def mean_latent(
    gan, group, n: int = 3, seed: int = 0, condition=None, **how
) -> np.ndarray:
    """Returns the mean of latents whose images have something in common.

    Args:
        gan: A model of kerasgan that makes images from latents.
        group: What they have in common: a function from images, `(batch,
            height, width, channels)`, to bools, such as what a classifier
            says, of which the first `n` random images are taken for which it
            is true; or latents, `(n, latent_dim)`; or images, whose latents
            `kerasgan.latent.project` finds.
        n: Integer, how many images a function is to accept. Defaults to 3,
            as in the paper.
        seed: Integer, for the random images. Defaults to 0.
        condition: For conditional models: what the images are of.
            Defaults to `None`.
        **how: Further arguments of `project`, for images.

    Returns:
        Float32 array, `(latent_dim,)`.

    Raises:
        ValueError: If the group is none of these, or too few random images
            are in it.

    Example:

    ```python
    import kerasgan

    gan = kerasgan.applications.DCGAN((8, 8, 1), filters=2, seed=0)
    darkness = gan.generate(99, seed=1).mean()
    dark = kerasgan.latent.mean_latent(
        gan, lambda images: images.mean(axis=(1, 2, 3)) < darkness
    )
    assert dark.shape == (100,)
    ```

    Reference:
        Radford, Metz and Chintala, 2016, arXiv 1511.06434, section 6.3.2.
    """
    return latents_of(gan, group, n, seed, condition, **how).mean(axis=0)


def latents_of(gan, group, n=3, seed=0, condition=None, **how):
    """Returns the latents of `mean_latent`, `(n, latent_dim)`.

    Args:
        gan, group, n, seed, condition, **how: See `mean_latent`.

    Example:

    ```python
    import numpy as np
    import kerasgan
    from kerasgan.latent.mean_latent import latents_of

    gan = kerasgan.applications.DCGAN((8, 8, 1), filters=2, seed=0)
    any_two = latents_of(gan, lambda x: np.ones(len(x), bool), n=2)
    assert any_two.shape == (2, 100)
    ```
    """
    frozen = FrozenModel(gan)
    if callable(group):
        check_count("n", n)
        return _drawn(frozen, group, n, seed, condition)
    if not (is_array_like(group) or isinstance(group, (list, tuple))):
        raise ValueError(
            "A group must be a function from images to bools, an array of "
            f"latents or one of images. Received: {group!r}"
        )
    group = as_array(group, "group", "latents or images")
    if group.shape[1:] == frozen.image_shape != frozen.latent_shape:
        how = {"verbose": 0, **how}
        return project(gan, group, condition=condition, **how).latents
    return check_latents(frozen, group, "group")


def _drawn(frozen, accepts, n, seed, condition):
    """Returns the latents of the first `n` random images of a group."""
    seed = check_seed(seed, optional=False)
    given = frozen.conditions(condition, 1)
    asked = {} if given is None else {"condition": np.repeat(given, _MOST, 0)}
    next_inputs = frozen.gan._input_stream(_MOST, seed, **asked)
    found, count, seen = [], 0, 0
    while count < n and seen < _MOST:
        inputs = next_inputs(_AT_ONCE)
        images = frozen.gan.render(inputs)
        is_in = as_array(accepts(images), "group", "bools, one an image")
        if is_in.shape != (len(images),) or is_in.dtype != bool:
            raise ValueError(
                "A group's function must return bools, one an image. "
                f"Received: shape {is_in.shape}, dtype {is_in.dtype} for "
                f"{len(images)} images"
            )
        found.append(inputs["latents"][is_in])
        count += int(is_in.sum())
        seen += len(images)
    if count < n:
        raise ValueError(
            f"{n} images of a group must be among {_MOST} random ones. "
            f"Received: a function that accepts {count}"
        )
    return np.concatenate(found)[:n]
