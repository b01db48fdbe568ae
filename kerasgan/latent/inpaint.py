"""Images completed where pixels are missing."""

from collections.abc import Callable

import numpy as np

from kerasgan.latent.completion import Completion
from kerasgan.latent.descend import bar
from kerasgan.latent.descend import descend
from kerasgan.latent.frozen_model import FrozenModel
from kerasgan.latent.inpainting import Inpainting
from kerasgan.latent.masks import check_masks
from kerasgan.latent.poisson_blend import poisson_blend
from kerasgan.latent.project import check_descent
from kerasgan.utils.check_count import check_count
from kerasgan.utils.check_number import check_number
from kerasgan.utils.seeds import check_seed


def inpaint(
    gan,
    images,
    masks="centre",
    steps: int = 250,
    restarts: int = 8,
    window: int | None = 7,
    discriminator_weight: float = 0.003,
    pluralistic: int | None = None,
    blend: bool = True,
    seed: int = 0,
    condition=None,
    learning_rate: float = 0.1,
    prior_weight: float = 0.001,
    batch_size: int = 256,
    verbose: bool | int | Callable[[int, int], object] = 1,
) -> Inpainting:
    """Completes images where pixels are missing, by what a model can draw.

    With `M` 1 where a pixel is known and `N` the window around it:

    ```
    W_i = M_i  sum over j in N(i) of (1 - M_j) / |N|
    min over z of  sum W |G(z) - x| + discriminator_weight log(1 - D(G(z)))
    ```

    Known pixels near the hole count most; those farther than half a window
    count nothing. Where no known pixel is that near, all count alike. Both
    terms are divided by the sum of `W`. See `kerasgan.latent.project` for
    how latents are found. The hole then takes the gradients of the generated
    image, so that no edge shows; see `kerasgan.latent.poisson_blend`.

    Args:
        gan: A model of kerasgan that makes images from latents.
        images: Float array in [-1, 1] or uint8, `(n, height, width,
            channels)`. What is in the holes is not looked at, and must be
            finite.
        masks: `"centre"` (default), `"random"`, `"half"` or `"strokes"`, see
            `kerasgan.latent.make_masks`; or a bool array, `(height, width)`
            or `(n, height, width)`, true where a pixel is missing.
        steps, restarts, seed, condition, learning_rate, prior_weight,
            batch_size, verbose: As in `kerasgan.latent.project`. `restarts`
            defaults to 8.
        window: Integer, odd, side of `N` in pixels; `None` lets all known
            pixels count alike. Defaults to 7, as in the paper.
        discriminator_weight: Float, weight of what the discriminator says, 0
            for a model that has none. Defaults to 0.003, as in the paper.
        pluralistic: Integer, how many completions of each image, of the best
            restarts. Defaults to `None`: the best one, without an axis.
        blend: Whether to blend; otherwise the generated pixels are put into
            the hole as they are. Defaults to `True`.

    Returns:
        `Inpainting`, a named tuple of `completions`, `generated`, `latents`,
        `errors` and `masks`.

    Raises:
        ValueError: If images or masks are not as described, a mask misses
            no pixel or all, or a discriminator is asked that is not there.

    Example:

    ```python
    import kerasgan

    gan = kerasgan.applications.DCGAN((8, 8, 1), filters=2, seed=0)
    images = gan.generate(2, seed=5)
    found = kerasgan.latent.inpaint(gan, images, "half", steps=3, verbose=0)
    known = ~found.masks
    assert (found.completions[known] == images[known]).all()
    ```

    Reference:
        Yeh et al., 2017, arXiv 1607.07539. Deviations: fewer steps, from the
        nearest of random images, and the best of several restarts.
    """
    frozen = FrozenModel(gan)
    images = frozen.check(images)
    seed = check_seed(seed, optional=False)
    masks = check_masks(masks, images, seed)
    check_descent(steps, restarts, learning_rate, batch_size)
    check_number("prior_weight", prior_weight, least=0)
    check_number("discriminator_weight", discriminator_weight, least=0)
    if pluralistic is not None:
        check_count("pluralistic", pluralistic)
        restarts = max(restarts, pluralistic)
    if discriminator_weight:
        frozen.check_discriminator()
    weights = context_weights(masks, window)
    weights = weights / weights.sum(axis=(1, 2), keepdims=True)
    weights = weights.astype("float32")[..., None]
    found = descend(
        frozen,
        images,
        Completion(discriminator_weight),
        (images, weights, _sums(masks, window)),
        steps,
        restarts,
        learning_rate,
        prior_weight,
        seed,
        batch_size,
        frozen.conditions(condition, len(images)),
        weights,
        bar(verbose, "step"),
    )
    count = pluralistic or 1
    inputs = found.best(count)
    made = gan.render(inputs)
    targets = np.repeat(images, count, axis=0)
    holes = np.repeat(masks, count, axis=0)
    whole = targets.copy()
    if blend:
        whole = np.clip(poisson_blend(targets, made, holes), -1.0, 1.0)
        whole[~holes] = targets[~holes]
    else:
        whole[holes] = np.clip(made[holes], -1.0, 1.0)
    error = np.abs(made - targets).mean(axis=-1) * ~holes
    errors = error.sum(axis=(1, 2)) / (~holes).sum(axis=(1, 2))
    results = [whole, made, inputs["latents"], errors]
    if pluralistic is not None:
        results = [x.reshape(-1, count, *x.shape[1:]) for x in results]
    return Inpainting(*results, masks)


def context_weights(masks, window=7):
    """Returns how much each known pixel counts for the completion.

    Args:
        masks: Bool array, `(n, height, width)`, true where a pixel is
            missing.
        window: Integer, odd, or `None` for 1 at every known pixel.

    Returns:
        Float array like `masks`: the share of missing pixels in the window
        around a known one, 0 at missing ones; 1 at all known pixels of a
        mask where the window reaches none.

    Raises:
        ValueError: If the window is not odd.

    Example:

    ```python
    import numpy as np
    from kerasgan.latent.inpaint import context_weights

    masks = np.zeros((1, 20, 20), bool)
    masks[:, 10:] = True
    weights = context_weights(masks)[0]
    assert abs(weights[9, 10] - 21 / 49) < 1e-12 and weights[6, 10] == 0
    ```

    Reference:
        Yeh et al., 2017, arXiv 1607.07539, equation 2. The authors' code has
        the share of known pixels in its place.
    """
    known = ~masks
    if window is None:
        return known.astype("float64")
    check_count("window", window)
    if window % 2 == 0:
        raise ValueError(
            "`window` must be odd, so that a pixel is in its middle. "
            f"Received: window={window}"
        )
    reach = window // 2
    padded = np.pad(masks.astype("float64"), ((0, 0), *((reach, reach),) * 2))
    height, width = masks.shape[1:]
    missing = sum(
        padded[:, down : down + height, right : right + width]
        for down in range(window)
        for right in range(window)
    )
    weights = known * missing / window**2
    is_empty = ~weights.any(axis=(1, 2), keepdims=True)
    return np.where(is_empty, known, weights)


def _sums(masks, window):
    sums = context_weights(masks, window).sum(axis=(1, 2))
    return sums.astype("float32")
