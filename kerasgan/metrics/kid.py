import keras
import numpy as np

from kerasgan.metrics.generative_metric import GenerativeMetric
from kerasgan.utils import check_count
from kerasgan.utils.seeds import check_seed


@keras.saving.register_keras_serializable(package="kerasgan")
class KID(GenerativeMetric):
    """Kernel distance of the features of real and generated images.

    The squared maximum mean discrepancy with the kernel
    `(a . b / dimensions + 1)^3`, estimated without bias and averaged over
    random subsets. Its mean does not depend on the number of images, unlike
    that of `FID`; where real and generated images agree it is 0 on average,
    and so now and then negative.

    Args:
        features: The network; see `kerasgan.metrics.features.get`.
        subsets: Integer, how many subsets are drawn. Defaults to 100.
        subset_size: Integer, images in a subset, of each kind. Defaults to
            1000.
        seed: Integer, for the choice of the subsets. Defaults to 0.
        name: String. Defaults to `"kid_"` and the name of the network.
        dtype: See `keras.metrics.Metric`. Defaults to `None`.

    Returns:
        `result()` returns a dict of floats: `"kid"`, the mean over subsets,
        and `"kid_std"`, their standard deviation, which is that of an
        estimate from `subset_size` images.

    Raises:
        ValueError: If an argument is not as described, or there are fewer
            than `subset_size` images on a side.

    Example:

    ```python
    import numpy as np
    import kerasgan

    kid = kerasgan.metrics.KID(features=None, subsets=1, subset_size=2)
    kid.update_real([[0.0], [1.0]])
    kid.update_state([[1.0], [2.0]])
    assert kid.result() == {"kid": 9.5, "kid_std": 0.0}
    ```

    Reference:
        Bińkowski et al., 2018, arXiv 1801.01401.
    """

    key = "kid"

    def __init__(
        self,
        features,
        subsets=100,
        subset_size=1000,
        seed=0,
        name=None,
        dtype=None,
    ):
        check_count("subsets", subsets)
        check_count("subset_size", subset_size)
        if subset_size < 2:
            raise ValueError(
                "`subset_size` must be at least 2, since pairs are compared. "
                f"Received: subset_size={subset_size}"
            )
        super().__init__(features, name=name, dtype=dtype)
        self.subsets = subsets
        self.subset_size = subset_size
        self.seed = check_seed(seed, optional=False)

    def protocol(self):
        return {
            "subsets": self.subsets,
            "subset_size": self.subset_size,
            "seed": self.seed,
        }

    def least(self, side):
        return self.subset_size

    def result(self):
        """Returns the dict that the class describes."""
        self.check_counts()
        rng = np.random.default_rng(self.seed)
        real, generated = self.real.rows(), self.generated.rows()
        found = []
        # Subsets of all images are all the same.
        is_all = len(real) == len(generated) == self.subset_size
        for _ in range(1 if is_all else self.subsets):
            x, y = (
                rows[rng.choice(len(rows), self.subset_size, replace=False)]
                for rows in (real, generated)
            )
            found.append(_discrepancy(x, y))
        return {"kid": float(np.mean(found)), "kid_std": float(np.std(found))}

    def get_config(self):
        return {**super().get_config(), **self.protocol()}


def fit_subsets(metric, least):
    """Returns a metric whose subsets, if it is a KID, are small enough.

    Args:
        metric: Metric that was given by its name, with default settings.
        least: Number of images on the smaller side.
    """
    if type(metric) is KID and metric.subset_size > least:
        return KID(metric.network, subset_size=max(least // 2, 2))
    return metric


def _discrepancy(x, y):
    """Returns the unbiased estimate for as many rows of `x` as of `y`."""
    count = len(x)
    x, y = _extended(x), _extended(y)
    within = sum(
        # Without the pairs of a row with itself.
        _kernel_sum(rows, rows) - (np.square(rows).sum(axis=1) ** 3).sum()
        for rows in (x, y)
    )
    among = _kernel_sum(x, y)
    return within / (count * (count - 1)) - 2.0 * among / count**2


def _extended(rows):
    """Returns rows whose inner products are `a . b / dimensions + 1`."""
    scaled = rows.astype("float64") / np.sqrt(rows.shape[1])
    return np.concatenate([scaled, np.ones((len(rows), 1))], axis=1)


def _kernel_sum(x, y):
    product = x @ y.T
    # Multiplied, since NumPy's power is many times slower.
    return np.vdot(product * product, product)
