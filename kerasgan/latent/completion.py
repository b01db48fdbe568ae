import dataclasses

from keras import ops


@dataclasses.dataclass(frozen=True)
class Completion:
    """The objective of `inpaint`; see `descend`."""

    discriminator_weight: float
    variables = ()

    def __call__(self, frozen, images, conditions, data):
        targets, weights, sums = data
        error = ops.abs(images - targets) * weights
        context = ops.sum(error, axis=(1, 2, 3)) / images.shape[-1]
        if not self.discriminator_weight:
            return context
        # log(1 - D) of logits.
        prior = -ops.softplus(frozen.logits(images, conditions))
        return context + self.discriminator_weight * prior / sums
