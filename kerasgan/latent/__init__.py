"""Latent space: what generators start from, and what is found in it."""

from kerasgan.latent.anomaly_detector import AnomalyDetector
from kerasgan.latent.anomaly_scores import anomaly_scores
from kerasgan.latent.arithmetic import arithmetic
from kerasgan.latent.categorical import Categorical
from kerasgan.latent.code import Code
from kerasgan.latent.directions import directions
from kerasgan.latent.distance import Distance
from kerasgan.latent.features import features
from kerasgan.latent.generate_batches import generate_batches
from kerasgan.latent.inpaint import inpaint
from kerasgan.latent.interpolate import interpolate
from kerasgan.latent.l1 import L1
from kerasgan.latent.l2 import L2
from kerasgan.latent.masks import make_masks
from kerasgan.latent.mean_latent import mean_latent
from kerasgan.latent.normal import Normal
from kerasgan.latent.perceptual import Perceptual
from kerasgan.latent.poisson_blend import poisson_blend
from kerasgan.latent.prior import Prior
from kerasgan.latent.project import project
from kerasgan.latent.traverse import traverse
from kerasgan.latent.uniform import Uniform
from kerasgan.latent.walk import walk
from kerasgan.latent.walk import walk_frames
from kerasgan.latent.walk import walk_inputs
from kerasgan.utils import resolve

_BY_NAME = {"normal": Normal, "uniform": Uniform}


def get(identifier):
    """Returns a prior by name, config or as it is.

    Args:
        identifier: A `Prior`, `"normal"`, `"uniform"`, or a serialized
            prior.

    Returns:
        A `Prior`.

    Raises:
        ValueError: If the identifier is none of these.

    Example:

    ```python
    import kerasgan

    prior = kerasgan.latent.get("uniform")
    ```
    """
    return resolve(identifier, Prior, _BY_NAME, "latent_prior")


__all__ = [
    "AnomalyDetector",
    "Categorical",
    "Code",
    "Distance",
    "L1",
    "L2",
    "Normal",
    "Perceptual",
    "Prior",
    "Uniform",
    "anomaly_scores",
    "arithmetic",
    "directions",
    "features",
    "generate_batches",
    "get",
    "inpaint",
    "interpolate",
    "make_masks",
    "mean_latent",
    "poisson_blend",
    "project",
    "traverse",
    "walk",
    "walk_frames",
    "walk_inputs",
]


def __dir__():
    return list(__all__)
