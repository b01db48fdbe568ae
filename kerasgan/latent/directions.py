"""Directions in latent space along which images change in one way."""

from typing import NamedTuple

import numpy as np

from kerasgan.latent import support
from kerasgan.latent.first_layers import first_features
from kerasgan.latent.first_layers import first_matrix
from kerasgan.latent.frozen_model import FrozenModel
from kerasgan.latent.linear_classifier import linear_classifier
from kerasgan.latent.walk import check_latents
from kerasgan.utils.as_array import as_array
from kerasgan.utils.check_count import check_count
from kerasgan.utils.look_up import look_up
from kerasgan.utils.seeds import check_seed


class Directions(NamedTuple):
    """What `directions` has found.

    Args:
        vectors: `(n, latent_dim)`, each of length 1.
        values: `(n,)`, how much is in each, from the most down: eigenvalues
            of `"sefa"`, standard deviations of `"pca"`, and the share of
            latents that are on the right side of `"attribute"`.
        method: String.
    """

    vectors: np.ndarray
    values: np.ndarray
    method: str


def directions(
    gan,
    method: str = "sefa",
    n: int = 5,
    samples: int = 2000,
    attribute=None,
    latents=None,
    condition=None,
    normalize_rows: bool = False,
    seed: int = 0,
) -> Directions:
    """Finds directions of latents along which images change in one way.

    | method | what it is |
    |---|---|
    | `"sefa"` | what the generator's first layer `A z + b` stretches most |
    | `"pca"` | what its first activations vary most along |
    | `"attribute"` | from images without something to those that have it |

    These are the eigenvectors of `A^T A`; the latents that follow, by least
    squares, the principal components of the activations of random latents;
    and the normal of the plane by which logistic regression divides latents.

    `kerasgan.latent.traverse(gan, direction=found.vectors[0])` shows what one
    means.

    Args:
        gan: A model of kerasgan that makes images from latents.
        method: `"sefa"` (default), `"pca"` or `"attribute"`.
        n: Integer, how many, at most `latent_dim`; `"attribute"` has one
            for each attribute. Defaults to 5.
        samples: Integer, random images of `"pca"` and `"attribute"`.
            Defaults to 2000.
        attribute: For `"attribute"`: a function from images, `(batch,
            height, width, channels)`, to bools, such as what a classifier
            says; or bools, `(m,)` or `(m, attributes)`, of `latents`.
            Defaults to `None`.
        latents: Array, `(m, latent_dim)`, whose attributes are given, such
            as those that `kerasgan.latent.project` finds for labelled
            pictures. Defaults to `None`, random ones.
        condition: For conditional models: what random images are of, one for
            all. Defaults to `None`: each in turn, or random ones.
        normalize_rows: For `"sefa"`: whether each unit's weights are first
            brought to length 1, as the authors' code does and the paper does
            not. Defaults to `False`.
        seed: Integer, for random latents. Defaults to 0.

    Returns:
        `Directions`, a named tuple of `vectors`, `values` and `method`.

    Raises:
        ValueError: If an argument is not as described, or the generator's
            first layer cannot be found.

    Example:

    ```python
    import numpy as np
    import kerasgan

    gan = kerasgan.applications.DCGAN((8, 8, 1), filters=2, seed=0)
    found = kerasgan.latent.directions(gan, "sefa", n=3)
    np.testing.assert_allclose(
        found.vectors @ found.vectors.T, np.eye(3), atol=1e-5
    )
    ```

    Reference:
        Shen and Zhou, 2021, arXiv 2007.06600 (SeFa); Härkönen et al., 2020,
        arXiv 2004.02546 (GANSpace); Shen et al., 2020, arXiv 1907.10786
        (InterfaceGAN).
    """
    find = look_up(method, _METHODS, "method")
    frozen = FrozenModel(gan)
    if len(frozen.latent_shape) != 1:
        raise ValueError(
            "`gan` must have latents of one axis. Received: latents of shape "
            f"{frozen.latent_shape}"
        )
    check_count("n", n)
    check_count("samples", samples, least=2)
    free = support.continuous(frozen.parts)
    if method != "attribute" and n > free.sum():
        raise ValueError(
            f"`n` must be at most {free.sum()}, the number of latents that "
            f"can change a little. Received: n={n}"
        )
    if method != "attribute" and (attribute is not None or latents is not None):
        raise ValueError(
            "`attribute` and `latents` are for method='attribute'. Received: "
            f"method={method!r}"
        )
    seed = check_seed(seed, optional=False)
    row = frozen.conditions(condition, 1)

    def draw(count):
        if row is not None:
            rows = np.repeat(row, count, axis=0)
        else:
            of = frozen.condition
            rows = None if of is None else of.in_turn(count)
        return frozen.draw(count, seed, rows)

    vectors, values = find(
        frozen=frozen,
        draw=draw,
        n=n,
        samples=samples,
        attribute=attribute,
        latents=latents,
        normalize_rows=normalize_rows,
        free=free,
    )
    return Directions(vectors.astype("float32"), values, method)


def sefa(matrix, n, normalize_rows=False):
    """Returns the directions that a matrix stretches most.

    Args:
        matrix: Array, `(outputs, inputs)`.
        n: Integer, how many.
        normalize_rows: See `directions`.

    Returns:
        Eigenvectors of `A^T A`, `(n, inputs)`, and its eigenvalues, from the
        largest down.

    Example:

    ```python
    import numpy as np
    from kerasgan.latent.directions import sefa

    vectors, values = sefa(np.array([[3.0, 0.0], [1.0, 1.0]]), 1)
    assert abs(values[0] - 10.109772) < 1e-6
    ```
    """
    matrix = np.asarray(matrix, "float64")
    if normalize_rows:
        length = np.linalg.norm(matrix, axis=1, keepdims=True)
        matrix = matrix / np.where(length > 0, length, 1.0)
    values, vectors = np.linalg.eigh(matrix.T @ matrix)
    return _with_sign(vectors.T[::-1][:n]), values[::-1][:n]


def pca(features, latents, n):
    """Returns the directions of latents that features vary most along.

    Args:
        features: Array, `(samples, dimensions)`.
        latents: Array, `(samples, latent_dim)`, that they were made of.
        n: Integer, how many, at most as many as either has columns.

    Returns:
        Directions, `(n, latent_dim)`, of length 1: the latents that follow a
        component best, by least squares; and the components' standard
        deviations.

    Example:

    ```python
    import numpy as np
    from kerasgan.latent.directions import pca

    latents = np.random.default_rng(0).normal(size=(1000, 2))
    vectors, deviations = pca(latents * [3.0, 1.0], latents, 1)
    np.testing.assert_allclose(np.abs(vectors), [[1.0, 0.0]], atol=1e-2)
    ```
    """
    features = np.asarray(features, "float64")
    latents = np.asarray(latents, "float64")
    centred = features - features.mean(axis=0)
    u, s, _ = np.linalg.svd(centred, full_matrices=False)
    # Coordinates with standard deviation 1, whose products are 0.
    coordinates = u[:, :n] * np.sqrt(len(u))
    vectors = coordinates.T @ (latents - latents.mean(axis=0)) / len(u)
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors = vectors / np.where(length > 0, length, 1.0)
    return _with_sign(vectors), s[:n] / np.sqrt(len(u))


def _sefa(frozen, n, normalize_rows, free, draw, **_):
    matrix = first_matrix(frozen, draw(1))
    vectors, values = sefa(matrix[:, free], n, normalize_rows)
    return _spread(vectors, free), values


def _pca(frozen, n, samples, free, draw, **_):
    if samples <= n:
        raise ValueError(
            "`samples` must be more than the `n` directions. Received: "
            f"samples={samples}, n={n}"
        )
    inputs = draw(samples)
    features = first_features(frozen, inputs)
    if features.shape[1] < n:
        raise ValueError(
            f"`n` must be at most {features.shape[1]}, the number of the "
            f"generator's first activations. Received: n={n}"
        )
    vectors, values = pca(features, inputs["latents"][:, free], n)
    return _spread(vectors, free), values


def _attribute(frozen, samples, attribute, latents, free, draw, **_):
    if attribute is None:
        raise ValueError(
            "`attribute` must be a function from images to bools, or bools "
            "of `latents`. Received: None"
        )
    if callable(attribute):
        inputs = draw(samples)
        if latents is not None:
            raise ValueError(
                "`latents` are for attributes that are given as bools. "
                "Received: both latents and a function"
            )
        latents = inputs["latents"]
        attribute = attribute(frozen.gan.render(inputs))
    elif latents is None:
        raise ValueError(
            "`latents` must be given, whose attributes these are. Received: "
            "None"
        )
    latents = check_latents(frozen, latents)
    labels = as_array(attribute, "attribute", "bools")
    labels = labels[:, None] if labels.ndim == 1 else labels
    if labels.ndim != 2 or len(labels) != len(latents):
        raise ValueError(
            "`attribute` must be bools, (n,) or (n, attributes), one row for "
            f"each of the {len(latents)} latents. Received: shape "
            f"{labels.shape}"
        )
    if labels.dtype != bool and not np.isin(labels, (0, 1)).all():
        raise ValueError(
            "`attribute` must be bools, or 0 and 1. Received: "
            f"{labels.dtype} values from {labels.min()} to {labels.max()}"
        )
    labels = labels.astype(bool)
    for number, column in enumerate(labels.T):
        if column.all() or not column.any():
            raise ValueError(
                "`attribute` must be true of some latents and false of "
                f"others. Received: number {number} is {column[0]} of all "
                f"{len(column)}"
            )
    found = [linear_classifier(latents[:, free], c) for c in labels.T]
    vectors = np.stack([vector for vector, _ in found])
    return _spread(vectors, free), np.array([share for _, share in found])


def _spread(vectors, free):
    """Returns directions with zeros at latents that stay."""
    whole = np.zeros((len(vectors), len(free)))
    whole[:, free] = vectors
    return whole


def _with_sign(vectors):
    """Returns vectors whose largest number is positive, on each machine."""
    at = np.abs(vectors).argmax(axis=1)[:, None]
    sign = np.sign(np.take_along_axis(vectors, at, axis=1))
    return vectors * np.where(sign == 0, 1.0, sign)


_METHODS = {"attribute": _attribute, "pca": _pca, "sefa": _sefa}
