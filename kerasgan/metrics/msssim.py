import keras
import numpy as np

from kerasgan.metrics.generative_metric import GenerativeMetric
from kerasgan.utils import check_count
from kerasgan.utils.seeds import check_seed

_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
_WINDOW = 11
_SIGMA = 1.5
_PAIRS_AT_ONCE = 64


@keras.saving.register_keras_serializable(package="kerasgan")
class MSSSIM(GenerativeMetric):
    """How alike generated images are to each other: low where they vary.

    The mean multi-scale structural similarity of random pairs of generated
    images: 1 where all are the same image. It says nothing of quality, and
    compares with the same number of real images, not with 0. With few
    classes take pairs within a class, since images of different classes
    differ anyway.

    The scales are those on which the window of 11 pixels fits, five at most
    (of 176 pixels or more), each half of the one before; their weights are
    divided by their sum. Of images of 28 or 32 pixels there are two, of 64
    three.

    Args:
        per_class: Whether both images of a pair have the same class; then
            labels must be given. Defaults to `False`.
        pairs: Integer, how many pairs are drawn. Defaults to 1000.
        seed: Integer, for the choice of the pairs. Defaults to 0.
        name: String, defaults to `"msssim"`.
        dtype: See `keras.metrics.Metric`. Defaults to `None`.

    Returns:
        `result()` returns a float, at most 1.

    Raises:
        ValueError: If there are no two images (of one class), images are
            smaller than 11 pixels, or labels are missing.

    Example:

    ```python
    import numpy as np
    import kerasgan

    image = np.random.default_rng(0).uniform(-1, 1, (1, 28, 28, 1))
    metric = kerasgan.metrics.MSSSIM(pairs=10)
    assert abs(metric(np.repeat(image, 4, axis=0)) - 1.0) < 1e-9
    ```

    Reference:
        Wang et al., 2003, Multi-scale structural similarity for image
        quality assessment; Odena et al., 2017, arXiv 1610.09585, who measure
        the variety of generated images with it.
    """

    key = "msssim"
    needs = "images"
    has_network = False
    compares = False

    def __init__(
        self, per_class=False, pairs=1000, seed=0, name=None, dtype=None
    ):
        check_count("pairs", pairs)
        super().__init__(None, name=name, dtype=dtype)
        self.needs_labels = bool(per_class)
        self.pairs = pairs
        self.seed = check_seed(seed, optional=False)

    def protocol(self):
        return {
            "per_class": self.needs_labels,
            "pairs": self.pairs,
            "seed": self.seed,
        }

    def read(self, images):
        images = super().read(images)
        if min(images.shape[1:3]) < _WINDOW:
            raise ValueError(
                f"`images` must be at least {_WINDOW} pixels high and wide "
                f"for `{self.name}`. Received: shape {images.shape}"
            )
        return images

    def least(self, side):
        return 2

    def result(self):
        """Returns the mean similarity of pairs."""
        self.check_counts()
        images = self.generated.rows()
        first, second = self._draw_pairs()
        found = [
            multiscale_similarity(images[first[at]], images[second[at]])
            for at in np.array_split(
                np.arange(self.pairs), -(-self.pairs // _PAIRS_AT_ONCE)
            )
        ]
        return float(np.concatenate(found).mean())

    def _draw_pairs(self):
        rng = np.random.default_rng(self.seed)
        count = len(self.generated)
        if not self.needs_labels:
            first = rng.integers(count, size=self.pairs)
            # Any image but the same one.
            shift = rng.integers(1, count, size=self.pairs)
            return first, (first + shift) % count
        order = np.argsort(self.generated.labels(), kind="stable")
        labels = self.generated.labels()[order]
        start = np.searchsorted(labels, labels, side="left")
        size = np.searchsorted(labels, labels, side="right") - start
        possible = np.flatnonzero(size > 1)
        if not len(possible):
            raise ValueError(
                f"`{self.name}` needs two images of one class. Received: "
                f"{count} images, each of another class"
            )
        first = rng.choice(possible, self.pairs)
        shift = rng.integers(1, size[first])
        within = (first - start[first] + shift) % size[first]
        return order[first], order[start[first] + within]

    def get_config(self):
        return {**super().get_config(), **self.protocol()}


def multiscale_similarity(a, b):
    """Returns the MS-SSIM of each image in `a` with the one in `b`.

    Args:
        a: uint8 array `(n, height, width, channels)`.
        b: The same shape.
    """
    a, b = a.astype("float64"), b.astype("float64")
    scales = 1
    while scales < 5 and min(a.shape[1:3]) >> scales >= _WINDOW:
        scales += 1
    weights = np.array(_WEIGHTS[:scales])
    weights = weights / weights.sum()
    product = 1.0
    for scale, weight in enumerate(weights):
        if scale:
            a, b = _halve(a), _halve(b)
        luminance, contrast = _similarity(a, b)
        if scale == scales - 1:
            contrast = luminance * contrast
        means = contrast.mean(axis=(1, 2))  # (n, channels)
        # Negative ones have no root.
        product = product * np.maximum(means, 0.0) ** weight
    return product.mean(axis=1)


def _similarity(a, b):
    """Returns the maps of luminance, and of contrast and structure."""
    c1, c2 = (0.01 * 255.0) ** 2, (0.03 * 255.0) ** 2
    mean_a, mean_b = _blur(a), _blur(b)
    square = mean_a**2 + mean_b**2
    luminance = (2 * mean_a * mean_b + c1) / (square + c1)
    covariance = _blur(a * b) - mean_a * mean_b
    variances = _blur(a * a + b * b) - square
    return luminance, (2 * covariance + c2) / (variances + c2)


def _blur(images):
    """Returns Gaussian means over windows that lie within the image."""
    taps = np.exp(-0.5 * ((np.arange(_WINDOW) - _WINDOW // 2) / _SIGMA) ** 2)
    taps /= taps.sum()
    for axis in (1, 2):
        windows = np.lib.stride_tricks.sliding_window_view(
            images, _WINDOW, axis=axis
        )
        images = windows @ taps
    return images


def _halve(images):
    """Returns means of 2 x 2 pixels, the last row repeated if it is alone."""
    _, height, width, _ = images.shape
    images = np.pad(
        images, ((0, 0), (0, height % 2), (0, width % 2), (0, 0)), "symmetric"
    )
    images = images[:, ::2] + images[:, 1::2]
    return (images[:, :, ::2] + images[:, :, 1::2]) / 4.0
