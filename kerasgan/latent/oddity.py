import dataclasses
import math

from keras import ops

from kerasgan.latent.discriminator_maps import last_map
from kerasgan.latent.discriminator_maps import needs_condition


@dataclasses.dataclass(frozen=True)
class Oddity:
    """The objective of `anomaly_scores`, over the number of values."""

    feature_weight: float
    variables = ()

    def __call__(self, frozen, images, conditions, data):
        (targets,) = data
        size = math.prod(images.shape[1:])
        residual = ops.sum(ops.abs(targets - images), axis=(1, 2, 3))
        total = (1.0 - self.feature_weight) * residual
        if self.feature_weight:
            seen = feature_residual(frozen, targets, images, conditions)
            total = total + self.feature_weight * seen
        return total / size


def feature_residual(frozen, a, b, conditions):
    """Returns the sums of absolute differences of activations, `(batch,)`.

    Args:
        frozen: `FrozenModel`.
        a, b: Tensors, images.
        conditions: Tensor, or `None`; used where all activations depend on
            conditions.
    """
    if not needs_condition(frozen.discriminator):
        conditions = None
    of_a, of_b = (last_map(frozen.maps(x, conditions)) for x in (a, b))
    axes = tuple(range(1, len(of_a.shape)))
    return ops.sum(ops.abs(of_a - of_b), axis=axes)
