"""How a condition enters networks by projection."""

from kerasgan import conditions
from kerasgan.layers import ConditionalBatchNormalization


class Projected:
    """A condition that is looked up or multiplied where it enters a network.

    Labels stay integers, whose weights are looked up; of all other conditions
    the embedding is multiplied by the weights.

    Args:
        given: Symbolic input of the condition.
        condition: `kerasgan.conditions.Condition`. Defaults to `None`.
        seed: Integer or `None`, for the weights of the embedding. Defaults to
            `None`.
    """

    def __init__(self, given, condition, seed):
        self.given = given
        self.num_classes = None
        if isinstance(condition, conditions.Labels):
            self.num_classes = condition.num_classes
            self.values = given
        else:
            self.values = condition.embed(given, seed)

    def normalize(self, x):
        """Returns features after `ConditionalBatchNormalization`."""
        layer = ConditionalBatchNormalization(self.num_classes)
        return layer([x, self.values])


def project(num_classes, condition, seed):
    """Returns a `Projected` with an input of its own, or `None` without one.

    Args:
        num_classes, condition: See `kerasgan.conditions.choose`.
        seed: Integer or `None`. Defaults to `None`.
    """
    condition = conditions.choose(num_classes, condition)
    if condition is None:
        return None
    return Projected(condition.input(), condition, seed)
