import math

import keras
from keras import ops

from kerasgan.metrics.pairs import MeanOverPairs


@keras.saving.register_keras_serializable(package="kerasgan")
class PSNR(MeanOverPairs):
    """Computes the peak signal-to-noise ratio of images, in decibels.

    ```
    10 log10((greatest - least)^2 / mean((true - predicted)^2))
    ```

    for each image, over all its places and channels, and then the mean over
    images. Equal images have infinity. Twenty decibels are an error of a
    tenth of the range; a difference in what is measured (with or without a
    border, in colour or in luminance) easily makes one or two.

    Args:
        data_range: Pair of the least and the greatest value that images can
            have, or one number `r` for `(0, r)`, as 255 for uint8. Defaults to
            (-1, 1).
        name: String, defaults to `"psnr"`.
        dtype: As for `keras.metrics.Metric`. Defaults to `None`.

    Returns:
        `result()` returns a scalar; 0 before the first image.

    Raises:
        ValueError: If `data_range` is not as described, or images have
            other shapes than those they are compared with.

    Example:

    ```python
    import numpy as np
    from kerasgan.metrics import PSNR

    psnr = PSNR(data_range=1)
    true = np.zeros((1, 8, 8, 3))
    assert abs(float(psnr(true, true + 0.1)) - 20.0) < 1e-4
    ```
    """

    def __init__(self, data_range=(-1.0, 1.0), name="psnr", dtype=None):
        super().__init__(data_range, name, dtype)

    def measure(self, true, predicted):
        error = ops.mean(ops.square(true - predicted), axis=(1, 2, 3))
        return -10.0 / math.log(10.0) * ops.log(error)
