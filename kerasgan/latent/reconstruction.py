import dataclasses

from kerasgan.latent.distance import Distance


@dataclasses.dataclass(frozen=True)
class Reconstruction:
    """The objective of `project`; see `descend`."""

    distance: Distance

    @property
    def variables(self):
        return self.distance.variables

    def __call__(self, frozen, images, conditions, data):
        return self.distance(images, data)
