"""Changes of the images that the discriminator sees."""

from kerasgan.augmentations.ada import ADA
from kerasgan.augmentations.augmentation import Augmentation
from kerasgan.augmentations.diff_augment import DiffAugment
from kerasgan.augmentations.instance_noise import InstanceNoise
from kerasgan.augmentations.packing import Packing
from kerasgan.utils import resolve

_BY_NAME = {
    "ada": ADA,
    "diff_augment": DiffAugment,
    "instance_noise": InstanceNoise,
    "packing": Packing,
}


def get(identifier):
    """Returns an augmentation by name, config or as it is.

    Args:
        identifier: An `Augmentation`; one of the names `"ada"`,
            `"diff_augment"`, `"instance_noise"`, `"packing"`; a serialized
            augmentation; or `None`.

    Returns:
        An `Augmentation`, or `None` for `None`.

    Raises:
        ValueError: If the identifier is none of these.

    Example:

    ```python
    import kerasgan

    augmentation = kerasgan.augmentations.get("diff_augment")
    ```
    """
    if identifier is None:
        return None
    return resolve(identifier, Augmentation, _BY_NAME, "augmentation")


__all__ = [
    "ADA",
    "Augmentation",
    "DiffAugment",
    "InstanceNoise",
    "Packing",
    "get",
]


def __dir__():
    return list(__all__)
