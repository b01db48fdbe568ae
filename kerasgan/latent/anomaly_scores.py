"""How unlike a model's images pictures are, and where."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from kerasgan.latent.descend import bar
from kerasgan.latent.descend import descend
from kerasgan.latent.encoded_scores import encoded_inputs
from kerasgan.latent.encoded_scores import feature_errors
from kerasgan.latent.encoded_scores import in_batches
from kerasgan.latent.frozen_model import FrozenModel
from kerasgan.latent.oddity import Oddity
from kerasgan.latent.oddity import feature_residual
from kerasgan.latent.project import check_descent
from kerasgan.utils.check_number import check_number
from kerasgan.utils.seeds import check_seed


class AnomalyScores(NamedTuple):
    """What `anomaly_scores` has found.

    Args:
        scores: `(n,)`, the higher the odder.
        residuals: `(n,)`, the sums of absolute differences of pixels; with
            an encoder, the means of squared ones.
        feature_residuals: `(n,)`, those of the discriminator's activations.
        maps: `(n, height, width)`, mean absolute differences of pixels over
            the channels: where it is odd.
        reconstructions: `(n, height, width, channels)`, the nearest images
            that were found.
    """

    scores: np.ndarray
    residuals: np.ndarray
    feature_residuals: np.ndarray
    maps: np.ndarray
    reconstructions: np.ndarray


def anomaly_scores(
    gan,
    images,
    steps: int = 150,
    restarts: int = 2,
    feature_weight: float | None = None,
    seed: int = 0,
    condition=None,
    learning_rate: float = 0.1,
    prior_weight: float = 0.001,
    batch_size: int = 256,
    verbose: bool | int | Callable[[int, int], object] = 1,
    encoder=None,
) -> AnomalyScores:
    """Scores how unlike a model's images pictures are (AnoGAN).

    A model that was trained on normal pictures can draw such alone. With `z`
    the latents whose image is nearest, and `f` the last activations of the
    discriminator that have a height and a width, the score is

    ```
    (1 - feature_weight) sum |x - G(z)| + feature_weight sum |f(x) - f(G(z))|
    ```

    which is also what is minimised for `z`, by `kerasgan.latent.project`'s
    descent. With an `encoder`, nothing is searched for: `z` is what it says,
    and the score is f-AnoGAN's,

    ```
    mean (x - G(z))^2 + feature_weight mean (f(x) - f(G(z)))^2
    ```

    A score means little by itself: `kerasgan.latent.AnomalyDetector`
    says which are high. The discriminator runs in inference mode; a picture's
    score does not depend on others.

    Args:
        gan: A model of kerasgan that makes images from latents, trained on
            normal pictures.
        images: Float array in [-1, 1] or uint8, `(n, height, width,
            channels)`.
        steps, restarts, seed, condition, learning_rate, prior_weight,
            batch_size, verbose: As in `kerasgan.latent.project`. `steps`
            defaults to 150 and `restarts` to 2.
        feature_weight: Float from 0 to 1, or from 0 with an encoder; with 0,
            no discriminator is needed. Defaults to `None`: 0.1, as in the
            paper, and 1 with an encoder.
        encoder: A model with `encode`, such as `kerasgan.models.FAnoGAN`, or
            a function from images to latents. Defaults to `None`.

    Returns:
        `AnomalyScores`, a named tuple of `scores`, `residuals`,
        `feature_residuals`, `maps` and `reconstructions`.

    Raises:
        ValueError: If the images are not of the model's size or range, or
            not finite, or the model has no discriminator.

    Example:

    ```python
    import kerasgan

    gan = kerasgan.applications.DCGAN((8, 8, 1), filters=2, seed=0)
    found = kerasgan.latent.anomaly_scores(
        gan, gan.generate(2, seed=5), steps=3, verbose=0
    )
    assert found.scores.shape == (2,) and found.maps.shape == (2, 8, 8)
    ```

    Reference:
        Schlegl et al., 2017, arXiv 1703.05921; with an encoder, Schlegl et
        al., 2019, Medical Image Analysis 54. Deviation: from the nearest of
        random images, and the best of several restarts.
    """
    frozen = FrozenModel(gan)
    images = frozen.check(images)
    check_descent(steps, restarts, learning_rate, batch_size)
    check_number("prior_weight", prior_weight, least=0)
    if feature_weight is None:
        feature_weight = 0.1 if encoder is None else 1.0
    check_number("feature_weight", feature_weight, least=0)
    if feature_weight > 1 and encoder is None:
        raise ValueError(
            "`feature_weight` must be from 0 to 1. Received: "
            f"feature_weight={feature_weight!r}"
        )
    if feature_weight:
        frozen.check_discriminator()
    conditions = frozen.conditions(condition, len(images))
    if encoder is not None:
        return _encoded(
            frozen, images, encoder, conditions, feature_weight, batch_size
        )
    found = descend(
        frozen,
        images,
        Oddity(feature_weight),
        (images,),
        steps,
        restarts,
        learning_rate,
        prior_weight,
        check_seed(seed, optional=False),
        batch_size,
        conditions,
        progress=bar(verbose, "step"),
    )
    inputs = found.best()
    made = gan.render(inputs)
    error = np.abs(images - made)
    residuals = error.sum(axis=(1, 2, 3))
    feature_residuals = np.zeros_like(residuals)
    if feature_weight:
        given = frozen.conditions_in(inputs)
        feature_residuals = _feature_residuals(
            frozen, images, made, given, batch_size
        )
    scores = (1 - feature_weight) * residuals
    scores = scores + feature_weight * feature_residuals
    return AnomalyScores(
        scores, residuals, feature_residuals, error.mean(axis=-1), made
    )


def _feature_residuals(frozen, images, made, conditions, batch_size):
    """Returns the exact ones of what was found, in batches."""

    def compute(a, b, conditions=None):
        return feature_residual(frozen, a, b, conditions)

    compute = frozen.compiled(("feature_residuals",), compute)
    given = [images, made]
    given += [] if conditions is None else [conditions]
    return in_batches(compute, given, batch_size)


def _encoded(frozen, images, encoder, conditions, feature_weight, batch_size):
    """Returns the `AnomalyScores` of an encoder's latents."""
    inputs = encoded_inputs(frozen, encoder, images, conditions)
    made = frozen.gan.render(inputs)
    error = np.abs(images - made)
    residuals = np.square(error).mean(axis=(1, 2, 3))
    feature_residuals = np.zeros_like(residuals)
    if feature_weight:
        given = frozen.conditions_in(inputs)
        feature_residuals = feature_errors(
            frozen, images, made, given, batch_size
        )
    return AnomalyScores(
        residuals + feature_weight * feature_residuals,
        residuals,
        feature_residuals,
        error.mean(axis=-1),
        made,
    )
