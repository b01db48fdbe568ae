"""What the players minimise."""

from kerasgan.losses.adversarial_loss import AdversarialLoss
from kerasgan.losses.feature_matching import FeatureMatching
from kerasgan.losses.hinge import Hinge
from kerasgan.losses.least_squares import LeastSquares
from kerasgan.losses.minimax import Minimax
from kerasgan.losses.non_saturating import NonSaturating
from kerasgan.losses.relativistic_pairing import RelativisticPairing
from kerasgan.losses.wasserstein import Wasserstein
from kerasgan.utils import resolve

_BY_NAME = {
    "hinge": Hinge,
    "least_squares": LeastSquares,
    "minimax": Minimax,
    "non_saturating": NonSaturating,
    "relativistic_pairing": RelativisticPairing,
    "wasserstein": Wasserstein,
}


def get(identifier):
    """Returns an adversarial loss by name, config or as it is.

    Args:
        identifier: An `AdversarialLoss`; one of the names `"hinge"`,
            `"least_squares"`, `"minimax"`, `"non_saturating"`,
            `"relativistic_pairing"`, `"wasserstein"`; or a serialized loss.

    Returns:
        An `AdversarialLoss`.

    Raises:
        ValueError: If the identifier is none of these.

    Example:

    ```python
    import kerasgan

    loss = kerasgan.losses.get("hinge")
    ```
    """
    return resolve(identifier, AdversarialLoss, _BY_NAME, "loss")


__all__ = [
    "AdversarialLoss",
    "FeatureMatching",
    "Hinge",
    "LeastSquares",
    "Minimax",
    "NonSaturating",
    "RelativisticPairing",
    "Wasserstein",
    "get",
]


def __dir__():
    return list(__all__)
