"""Latent space: what generators start from."""

import keras

from kerasgan.latent.categorical import Categorical
from kerasgan.latent.code import Code
from kerasgan.latent.normal import Normal
from kerasgan.latent.prior import Prior
from kerasgan.latent.uniform import Uniform
from kerasgan.utils.look_up import look_up

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
    if isinstance(identifier, dict):
        identifier = keras.saving.deserialize_keras_object(identifier)
    if isinstance(identifier, Prior):
        return identifier
    return look_up(identifier, _BY_NAME, "latent_prior")()


__all__ = ["Categorical", "Code", "Normal", "Prior", "Uniform", "get"]
