import keras
import numpy as np

from kerasgan.metrics.confusion import Confusion
from kerasgan.metrics.generative_metric import GenerativeMetric
from kerasgan.metrics.hungarian import best_matching


@keras.saving.register_keras_serializable(package="kerasgan")
class ClassifierAgreement(GenerativeMetric):
    """How often a classifier finds the class that was asked for.

    For conditional generators: the share of generated images that the
    network puts into the class they were generated for. The same share of
    real images, the accuracy of the network, is what a perfect generator
    would have.

    Args:
        features: The network, a classifier of the same classes; see
            `kerasgan.metrics.features.get`. With `None`, probabilities
            `(n, classes)` are given in place of images.
        matched: Whether labels are numbers without a meaning, such as the
            categorical codes of `InfoGAN`: each is then matched with a class
            of its own, so that they agree best. Defaults to `False`.
        name: String. Defaults to `"classifier_agreement_"` and the name of
            the network.
        dtype: See `keras.metrics.Metric`. Defaults to `None`.

    Returns:
        `result()` returns a dict: `"agreement"`, a float in [0, 1], over all
        images, and `"agreement_per_class"`, a list with one float a label,
        `nan` for a label without images; with `matched=True` also
        `"matching"`, the class that each label stands for.

    Raises:
        ValueError: If there is no image, labels are missing or there are
            more classes than the network knows, or it is no classifier.

    Example:

    ```python
    import numpy as np
    import kerasgan

    metric = kerasgan.metrics.ClassifierAgreement(features=None)
    found = np.eye(2)[[0, 0, 1, 1]]
    metric.update_state(found, labels=np.array([0, 0, 0, 1]))
    assert metric.result()["agreement"] == 0.75
    ```
    """

    key = "classifier_agreement"
    needs = "probabilities"
    compares = False
    needs_labels = True

    def __init__(self, features, matched=False, name=None, dtype=None):
        super().__init__(features, name=name, dtype=dtype)
        self.matched = bool(matched)

    def protocol(self):
        return {"matched": self.matched}

    def new_state(self):
        return Confusion()

    def result(self):
        """Returns the dict that the class describes."""
        self.check_counts()
        counts, matching = self.generated.counts, None
        if self.matched:
            matching = best_matching(counts)
            counts = counts[:, matching]
        right, asked = np.diag(counts), counts.sum(axis=1)
        per_class = np.full(len(counts), np.nan)
        np.divide(right, asked, out=per_class, where=asked > 0)
        found = {
            "agreement": float(right.sum() / asked.sum()),
            "agreement_per_class": per_class.tolist(),
        }
        if matching is not None:
            found["matching"] = matching.tolist()
        return found

    def get_config(self):
        return {**super().get_config(), "matched": self.matched}
