import keras
import numpy as np
from keras import ops

from kerasgan.metrics.pairs import MeanOverPairs

_WINDOW = 11
_SIGMA = 1.5


@keras.saving.register_keras_serializable(package="kerasgan")
class SSIM(MeanOverPairs):
    """Computes the structural similarity of images: 1 where they are equal.

    For each place that a window of 11 pixels fits around, with means,
    variances and covariance weighted by a Gaussian of deviation 1.5,

    ```
    (2 m_a m_b + c1) (2 v_ab + c2) / ((m_a^2 + m_b^2 + c1) (v_a + v_b + c2))
    ```

    of images moved to [0, 1], with `c1 = 0.01^2` and `c2 = 0.03^2`; then the
    mean over places, channels and images.

    Args:
        data_range: Pair of the least and the greatest value that images can
            have, or one number `r` for `(0, r)`, as 255 for uint8. Defaults to
            (-1, 1).
        name: String, defaults to `"ssim"`.
        dtype: As for `keras.metrics.Metric`. Defaults to `None`.

    Returns:
        `result()` returns a scalar of at most 1; 0 before the first image.

    Raises:
        ValueError: If `data_range` is not as described, images have
            other shapes than those they are compared with, or are smaller
            than 11 pixels.

    Example:

    ```python
    import numpy as np
    from kerasgan.metrics import SSIM

    ssim = SSIM()
    images = np.random.default_rng(0).uniform(-1, 1, (2, 16, 16, 3))
    assert abs(float(ssim(images, images)) - 1.0) < 1e-5
    ```

    Reference:
        Wang et al., 2004, Image quality assessment: from error visibility
        to structural similarity. The numbers are those of scikit-image with
        `gaussian_weights=True`, `use_sample_covariance=False`, for images
        whose least value is 0; the first factor depends on that.
    """

    def __init__(self, data_range=(-1.0, 1.0), name="ssim", dtype=None):
        super().__init__(data_range, name, dtype)

    def measure(self, true, predicted):
        shape = tuple(true.shape)
        if any(n is not None and n < _WINDOW for n in shape[1:3]):
            raise ValueError(
                f"`y_true` and `y_pred` must be at least {_WINDOW} pixels "
                f"high and wide. Received: {shape}"
            )
        return similarity(true, predicted)


def similarity(a, b):
    """Returns the SSIM of each image in `a` with the one in `b`, `(batch,)`.

    Args:
        a: float32 `(batch, height, width, channels)`, from 0 to 1.
        b: The same shape.
    """
    # Variances are differences: of images around 0 little is lost in them.
    middle_a, middle_b = (ops.mean(x, (1, 2), keepdims=True) for x in (a, b))
    a, b = a - middle_a, b - middle_b
    mean_a, mean_b = _blur(a), _blur(b)
    covariance = _blur(a * b) - mean_a * mean_b
    variances = _blur(a * a + b * b) - mean_a**2 - mean_b**2
    mean_a, mean_b = mean_a + middle_a, mean_b + middle_b
    product, squares = mean_a * mean_b, mean_a**2 + mean_b**2
    c1, c2 = 0.01**2, 0.03**2
    luminance = (2 * product + c1) / (squares + c1)
    structure = (2 * covariance + c2) / (variances + c2)
    return ops.mean(luminance * structure, axis=(1, 2, 3))


def _blur(images):
    """Returns Gaussian means over windows that lie within the image."""
    places = np.arange(_WINDOW) - _WINDOW // 2
    taps = np.exp(-0.5 * (places / _SIGMA) ** 2)
    taps = [float(tap) for tap in taps / taps.sum()]
    _, height, width, _ = ops.shape(images)
    rows, columns = height - _WINDOW + 1, width - _WINDOW + 1
    images = sum(tap * images[:, i : i + rows] for i, tap in enumerate(taps))
    return sum(
        tap * images[:, :, i : i + columns] for i, tap in enumerate(taps)
    )
