from keras import ops

from kerasgan.latent.distance import Distance


class L1(Distance):
    """The mean absolute difference of pixels.

    Example:

    ```python
    import numpy as np
    import kerasgan

    ones = np.ones((1, 2, 2, 1), "float32")
    assert float(kerasgan.latent.L1()(0.5 * ones, (ones,))[0]) == 0.5
    ```
    """

    def __call__(self, images, data):
        return ops.mean(ops.abs(images - data[0]), axis=(1, 2, 3))
