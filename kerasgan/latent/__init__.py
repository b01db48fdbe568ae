"""Latent space: what generators start from."""

from kerasgan.latent.categorical import Categorical
from kerasgan.latent.code import Code
from kerasgan.latent.generate_batches import generate_batches
from kerasgan.latent.interpolate import interpolate
from kerasgan.latent.normal import Normal
from kerasgan.latent.prior import Prior
from kerasgan.latent.traverse import traverse
from kerasgan.latent.uniform import Uniform
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
    "Categorical",
    "Code",
    "Normal",
    "Prior",
    "Uniform",
    "generate_batches",
    "get",
    "interpolate",
    "traverse",
]


def __dir__():
    return list(__all__)
