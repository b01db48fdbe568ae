import keras
import numpy as np

from kerasgan.metrics.generative_metric import GenerativeMetric
from kerasgan.utils import check_count
from kerasgan.utils.seeds import check_seed


@keras.saving.register_keras_serializable(package="kerasgan")
class InceptionScore(GenerativeMetric):
    """How surely, and how variously, a classifier reads generated images.

    `exp` of the mean divergence KL(p(y|x) || p(y)), in each of several splits
    of the images, with the p(y) of the split: from 1, where all images look
    the same to the classifier, to the number of its classes. Real images are
    not looked at, so a generator that only repeats one image a class has the
    best score. Only with `"inception_2015"` are the numbers those of papers.

    Args:
        features: The network, a classifier; see
            `kerasgan.metrics.features.get`. With `None`, probabilities
            `(n, classes)` are given in place of images.
        splits: Integer, into how many parts the images are cut. Defaults to
            10; papers have 5,000 images in each.
        seed: Integer, for the order of the images before they are cut, or
            `None` to leave them as they came. Defaults to 0.
        name: String. Defaults to `"inception_score_"` and the name of the
            network.
        dtype: See `keras.metrics.Metric`. Defaults to `None`.

    Returns:
        `result()` returns a dict of floats: `"inception_score"`, the mean
        over the splits, and `"inception_score_std"`, their standard
        deviation.

    Raises:
        ValueError: If the network is no classifier, or there are fewer
            images than splits.

    Example:

    ```python
    import numpy as np
    import kerasgan

    score = kerasgan.metrics.InceptionScore(features=None, splits=1)
    score.update_state(np.eye(10))  # each class once, and surely
    assert abs(score.result()["inception_score"] - 10.0) < 1e-9
    ```

    Reference:
        Salimans et al., 2016, arXiv 1606.03498.
    """

    key = "inception_score"
    needs = "probabilities"
    compares = False

    def __init__(self, features, splits=10, seed=0, name=None, dtype=None):
        check_count("splits", splits)
        super().__init__(features, name=name, dtype=dtype)
        self.splits = splits
        self.seed = check_seed(seed)

    def protocol(self):
        return {"splits": self.splits, "seed": self.seed}

    def least(self, side):
        return self.splits

    def result(self):
        """Returns the dict that the class describes."""
        self.check_counts()
        rows = self.generated.rows().astype("float64")
        if self.seed is not None:
            order = np.random.default_rng(self.seed).permutation(len(rows))
            rows = rows[order]
        # Parts of nearly the same size, none of them dropped.
        scores = [_score(part) for part in np.array_split(rows, self.splits)]
        return {
            "inception_score": float(np.mean(scores)),
            "inception_score_std": float(np.std(scores)),
        }

    def get_config(self):
        return {**super().get_config(), **self.protocol()}


def _score(p):
    """Returns exp of the mean divergence of rows from their mean."""
    mean = p.mean(axis=0)
    # Where p is 0 so is p log p, and where the mean is 0 all are.
    ratio = np.divide(p, mean, out=np.ones_like(p), where=p > 0)
    return np.exp((p * np.log(ratio)).sum(axis=1).mean())
