"""Sums and differences of what latents mean."""

from typing import NamedTuple

import numpy as np

from kerasgan.latent import support
from kerasgan.latent.frozen_model import FrozenModel
from kerasgan.latent.mean_latent import latents_of
from kerasgan.utils.check_count import check_count
from kerasgan.utils.check_number import check_number
from kerasgan.utils.image_grid import image_grid
from kerasgan.utils.seeds import check_seed


class Arithmetic(NamedTuple):
    """What `arithmetic` has found.

    Args:
        latent: The sum, `(latent_dim,)`, as the prior draws latents.
        image: Its image, `(height, width, channels)`.
        around: Images of the sum with noise, `(neighbours, height, width,
            channels)`.
        means: Images of the groups' means, in the order that the groups were
            given in, those added first.
        picture: uint8 array for `kerasgan.utils.save_image`: a row for each
            group, with its members and their mean at the end, and beneath
            them the sum, followed by what is around it.
    """

    latent: np.ndarray
    image: np.ndarray
    around: np.ndarray
    means: np.ndarray
    picture: np.ndarray


def arithmetic(
    gan,
    plus,
    minus=(),
    n: int = 3,
    noise: float = 0.25,
    neighbours: int = 8,
    seed: int = 0,
    condition=None,
    **how,
) -> Arithmetic:
    """Adds and subtracts the means of groups of latents.

    The paper's 'man with glasses - man + woman' is

    ```
    arithmetic(gan, plus=[man_with_glasses, woman], minus=[man])
    ```

    Args:
        gan: A model of kerasgan that makes images from latents.
        plus: List of groups whose means are added, at least one; see
            `kerasgan.latent.mean_latent` for what a group may be: a function
            that says which images are in it, latents, or images.
        minus: List of groups whose means are subtracted. Defaults to none.
        n: Integer, images of each group. Defaults to 3, as in the paper.
        noise: Float, uniform noise from `-noise` to `noise` is added for what
            is around. Defaults to 0.25, as in the paper.
        neighbours: Integer, how many with noise. Defaults to 8.
        seed: Integer. Defaults to 0.
        condition: For conditional models: what the images are of, one for
            all. Defaults to `None`.
        **how: Further arguments of `kerasgan.latent.project`, for groups of
            images.

    Returns:
        `Arithmetic`, a named tuple of `latent`, `image`, `around`, `means`
        and `picture`.

    Raises:
        ValueError: If an argument is not as described.

    Example:

    ```python
    import numpy as np
    import kerasgan

    gan = kerasgan.applications.DCGAN((8, 8, 1), filters=2, seed=0)
    latents = gan.sample_inputs(3, seed=1)["latents"]
    same = kerasgan.latent.arithmetic(gan, [latents, latents], [latents])
    np.testing.assert_allclose(same.latent, latents.mean(axis=0), atol=1e-6)
    ```

    Reference:
        Radford, Metz and Chintala, 2016, arXiv 1511.06434, figure 7.
        Deviation: a sum of normal latents is brought to the length that such
        have.
    """
    frozen = FrozenModel(gan)
    plus, minus = list(plus), list(minus)
    if not plus:
        raise ValueError("`plus` must hold at least one group. Received: none")
    check_number("noise", noise, least=0)
    check_count("neighbours", neighbours)
    seed = check_seed(seed, optional=False)
    groups = [
        latents_of(gan, group, n, seed, condition, **how)
        for group in (*plus, *minus)
    ]
    means = np.stack([group.mean(axis=0) for group in groups])
    total = means[: len(plus)].sum(axis=0) - means[len(plus) :].sum(axis=0)
    rng = np.random.default_rng(seed)
    shape = (neighbours, *total.shape)
    around = total + rng.uniform(-noise, noise, shape)
    latents = support.typical(
        frozen.parts, np.concatenate([total[None], around])
    )
    columns = max(neighbours + 1, *(len(group) + 1 for group in groups))
    row = frozen.conditions(condition, 1)

    def images_of(latents):
        given = None if row is None else np.repeat(row, len(latents), axis=0)
        inputs = frozen.draw(len(latents), seed, given)
        return gan.render({**inputs, "latents": latents.astype("float32")})

    shown_means = images_of(support.typical(frozen.parts, means))
    shown = images_of(latents)
    white = np.ones_like(shown[:1])
    cells = []
    for group, mean in zip(groups, shown_means):
        cells += [images_of(group), mean[None]]
        cells += [white] * (columns - len(group) - 1)
    cells += [shown, *[white] * (columns - len(shown))]
    return Arithmetic(
        latents[0],
        shown[0],
        shown[1:],
        shown_means,
        image_grid(np.concatenate(cells), columns),
    )
