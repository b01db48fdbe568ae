import warnings

import keras

from kerasgan.metrics.generative_metric import GenerativeMetric
from kerasgan.metrics.moments import Moments
from kerasgan.metrics.moments import frechet_distance


@keras.saving.register_keras_serializable(package="kerasgan")
class FID(GenerativeMetric):
    """Fréchet distance of the features of real and generated images.

    ```
    |m_r - m_g|^2 + Tr(C_r + C_g - 2 (C_r C_g)^(1/2))
    ```

    with the means and covariances (normalised by `1 / (n - 1)`) of the
    features: 0 where they agree. It sees whether images look real as well as
    whether they vary like the real ones. Few samples make it larger, the
    more so the more features there are: compare only scores of the same
    network and the same numbers of images, beside the score of real images.
    Only with `"inception_2015"` are the numbers those of papers.

    Args:
        features: The network; see `kerasgan.metrics.features.get`.
        name: String. Defaults to `"fid_"` and the name of the network.
        dtype: See `keras.metrics.Metric`. Defaults to `None`.

    Returns:
        `result()` returns a float, at least 0.

    Raises:
        ValueError: If there are fewer than two images on a side. With fewer
            images than features, a warning says how many are needed.

    Example:

    ```python
    import numpy as np
    import kerasgan

    rng = np.random.default_rng(0)
    real = rng.normal(size=(500, 2))
    fid = kerasgan.metrics.FID(features=None)
    fid.update_real(real)
    fid.update_state(real[:250] + [3.0, 4.0])
    fid.update_state(real[250:] + [3.0, 4.0])
    assert abs(fid.result() - 25.0) < 1e-9
    ```

    Reference:
        Heusel et al., 2017, arXiv 1706.08500.
    """

    key = "fid"

    def __init__(self, features, name=None, dtype=None):
        super().__init__(features, name=name, dtype=dtype)

    def new_state(self):
        return Moments()

    def least(self, side):
        return 2

    def result(self):
        """Returns the distance of what was added so far."""
        self.check_counts()
        warn_of_few(self.name, self.real, self.generated)
        return frechet_distance(self.real, self.generated)


def warn_of_few(name, real, generated, of=""):
    """Warns where there are too few images for a covariance.

    Args:
        name: String, the metric's name.
        real: `Moments` of real images.
        generated: `Moments` of generated images.
        of: String, which images, where it is not all; with a space after it.
    """
    dimensions = len(real.mean)
    if min(len(real), len(generated)) <= dimensions:
        warnings.warn(
            f"`{name}` compares covariances of {dimensions} features, which "
            f"need at least {dimensions + 1} images {of}on each side, better "
            f"ten times as many. Received: {len(real)} real and "
            f"{len(generated)} generated images. The value is mostly bias; "
            "KID has none.",
            stacklevel=3,
        )
