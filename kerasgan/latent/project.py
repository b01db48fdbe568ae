"""Latents of images that a model did not make."""

import functools
from collections.abc import Callable

import numpy as np

from kerasgan.latent.descend import bar
from kerasgan.latent.descend import descend
from kerasgan.latent.distance import Distance
from kerasgan.latent.encoded_scores import checked_latents
from kerasgan.latent.encoded_scores import encoded_latents
from kerasgan.latent.frozen_model import FrozenModel
from kerasgan.latent.l1 import L1
from kerasgan.latent.l2 import L2
from kerasgan.latent.perceptual import Perceptual
from kerasgan.latent.projection import Projection
from kerasgan.latent.reconstruction import Reconstruction
from kerasgan.utils.check_count import check_count
from kerasgan.utils.check_number import check_number
from kerasgan.utils.look_up import look_up
from kerasgan.utils.seeds import check_seed

_DISTANCES = {"l1": L1, "l2": L2, "perceptual": Perceptual}


def project(
    gan,
    images,
    steps: int = 250,
    restarts: int = 4,
    loss: str | Distance = "l1",
    seed: int = 0,
    condition=None,
    learning_rate: float = 0.1,
    prior_weight: float = 0.001,
    batch_size: int = 256,
    verbose: bool | int | Callable[[int, int], object] = 1,
    init=None,
) -> Projection:
    """Finds latents whose images are like the images that are given.

    ```
    min over z of  loss(G(z), x) + prior_weight penalty(z)
    ```

    by Adam, from the `restarts` nearest of some random images; the best
    stays. Latents stay in the support of their prior: uniform ones are
    clipped, the classes of InfoGAN are one of them, and normal ones keep
    about their length by the penalty `(|z|^2 / d - 1)^2`. Gradients go to the
    latents alone, and the networks stay as they are, bit for bit. What is
    found of one image does not depend on the others.

    Args:
        gan: A model of kerasgan that makes images from latents, conditional
            and growing ones too, the latter at the size that they are at.
        images: Float array in [-1, 1] or uint8, `(n, height, width,
            channels)`.
        steps: Integer. Defaults to 250.
        restarts: Integer, in how many places the search begins. Defaults to
            4.
        loss: `"l1"` (default), `"l2"`, `"perceptual"` (slow: what
            EfficientNet-Lite0 sees), or a `kerasgan.latent.Distance`.
        seed: Integer, for the random images. Defaults to 0.
        condition: For conditional models: what the images are of, such as
            their labels; one for all or one each. Defaults to `None`: all
            classes are tried, as far as there are at most 32, which takes
            that many times as long, and the best stays.
        learning_rate: Float. Defaults to 0.1.
        prior_weight: Float, weight of the penalty. Defaults to 0.001.
        batch_size: Integer, images computed at a time, restarts included.
            Defaults to 256.
        verbose: 0, 1 for a progress bar (the default), or a function that is
            called with the number of steps done and of all.
        init: Latents where the search begins too, `(n, latent_dim)`; or what
            knows them, a model with `encode` such as
            `kerasgan.models.FAnoGAN` or a function from images to latents.
            Defaults to `None`. They take the place of one of the restarts.

    Returns:
        `Projection`, a named tuple of `latents`, `reconstructions`, `errors`
        and `inputs`.

    Raises:
        ValueError: If the images are not of the model's size or range, or
            not finite, or an argument is not as described.

    Example:

    ```python
    import kerasgan

    gan = kerasgan.applications.DCGAN((8, 8, 1), filters=2, seed=0)
    images = gan.generate(2, seed=5)
    found = kerasgan.latent.project(gan, images, steps=5, verbose=0)
    assert found.latents.shape == (2, 100) and found.errors.max() < 2
    ```

    Reference:
        Zhu et al., 2016, arXiv 1609.03552; Lipton and Tripathi, 2017, arXiv
        1702.04782 (latents that are clipped); Karras et al., 2020, arXiv
        1912.04958, appendix D (the learning rate).
    """
    frozen = FrozenModel(gan)
    targets = frozen.check(images)
    check_descent(steps, restarts, learning_rate, batch_size)
    check_number("prior_weight", prior_weight, least=0)
    distance = distance_of(loss)
    if init is not None and (callable(init) or hasattr(init, "encode")):
        init = encoded_latents(frozen, init, targets, "init")
    elif init is not None:
        init = checked_latents(frozen, init, len(targets), "init")
    found = descend(
        frozen,
        targets,
        Reconstruction(distance),
        distance.data(targets),
        steps,
        restarts,
        learning_rate,
        prior_weight,
        check_seed(seed, optional=False),
        batch_size,
        frozen.conditions(condition, len(targets)),
        progress=bar(verbose, "step"),
        init=init,
    )
    inputs = found.best()
    made = gan.render(inputs)
    errors = np.abs(made - targets).mean(axis=(1, 2, 3))
    return Projection(inputs["latents"], made, errors, inputs)


def distance_of(loss):
    """Returns the `Distance` that a user asked for, by name or as it is.

    Args:
        loss: `Distance`, or its name.
    """
    if isinstance(loss, Distance):
        return loss
    return _by_name(look_up(loss, _DISTANCES, "loss") and loss)


@functools.cache
def _by_name(name):
    # The same one each time, for which steps are compiled once.
    return _DISTANCES[name]()


def check_descent(steps, restarts, learning_rate, batch_size):
    """Raises `ValueError` unless these arguments of a descent are right."""
    check_count("steps", steps)
    check_count("restarts", restarts)
    check_count("batch_size", batch_size)
    check_number("learning_rate", learning_rate, above=0)
