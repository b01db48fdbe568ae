"""Which network fits pictures, where none is named."""

import numpy as np

from kerasgan.metrics.features.get import get

# Of images of 28 x 28 pixels in grey.
CLASSIFIERS = ("fashion_mnist", "mnist")
_ANY = "efficientnet_lite0"
_LOOKED_AT = 200
# Of pictures of another kind, a classifier is less sure.
_SURE = 0.8


def chosen(real):
    """Returns the name of the network that fits some images.

    Grey ones of 28 x 28 pixels go to the classifier of clothes or of digits
    that is surer of what they show. All others, and those that neither is
    sure of, go to a network for photographs.

    Args:
        real: `SampleSet` of real images.

    Example:

    ```python
    import numpy as np
    from kerasgan.metrics.features.chosen import chosen
    from kerasgan.metrics.sample_set import SampleSet

    images = SampleSet(np.zeros((3, 32, 32, 3), "uint8"), "real")
    assert chosen(images) == "efficientnet_lite0"
    ```
    """
    if tuple(real.shape) != (28, 28, 1):
        return _ANY
    images = real.take(np.arange(min(len(real), _LOOKED_AT))).images
    sure = {
        name: float(np.mean(np.max(get(name).probabilities(images), axis=-1)))
        for name in CLASSIFIERS
    }
    best = max(sure, key=sure.get)
    return best if sure[best] >= _SURE else _ANY
