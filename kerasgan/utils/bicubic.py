import functools

import numpy as np
from keras import ops


def shrink(images, scale):
    """Returns images of a fraction of the size, by bicubic interpolation.

    As Pillow does it, averaging over the pixels that fall together, and the
    same on every backend.

    Args:
        images: Float tensor or array, `(batch, height, width, channels)`,
            whose sides `scale` divides.
        scale: Integer.

    Example:

    ```python
    import numpy as np
    from kerasgan.utils.bicubic import shrink

    assert tuple(shrink(np.ones((1, 8, 12, 3), "f4"), 4).shape) == (1, 2, 3, 3)
    ```
    """
    height, width = images.shape[1:3]
    rows, columns = (_matrix(n, n // scale) for n in (height, width))
    images = ops.einsum("bhwc,ih->biwc", images, rows)
    return ops.einsum("biwc,jw->bijc", images, columns)


@functools.cache
def _matrix(size, target):
    """Returns the weights `(target, size)`, of Keys' cubic with a = -1/2."""
    ratio = size / target
    centers = (np.arange(target) + 0.5) * ratio
    x = np.abs(np.arange(size) + 0.5 - centers[:, None]) / max(ratio, 1.0)
    near = (1.5 * x - 2.5) * x * x + 1.0
    far = ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    weights = np.where(x < 1, near, np.where(x < 2, far, 0.0))
    weights /= weights.sum(axis=1, keepdims=True)
    return weights.astype("float32")
