import keras

from kerasgan.metrics.class_moments import ClassMoments
from kerasgan.metrics.fid import warn_of_few
from kerasgan.metrics.generative_metric import GenerativeMetric
from kerasgan.metrics.moments import frechet_distance


@keras.saving.register_keras_serializable(package="kerasgan")
class IntraClassFID(GenerativeMetric):
    """Mean over the classes of the FID within each class.

    For conditional generators. Unlike `FID` of all images it sees a class
    whose images do not vary, or look like those of another one. Each class
    needs as many images as `FID` needs in all.

    Args:
        features: The network; see `kerasgan.metrics.features.get`.
        name: String. Defaults to `"intra_class_fid_"` and the name of the
            network.
        dtype: See `keras.metrics.Metric`. Defaults to `None`.

    Returns:
        `result()` returns a dict: `"intra_class_fid"`, a float, the mean,
        and `"intra_class_fid_per_class"`, a list of floats in the order of
        the classes.

    Raises:
        ValueError: If labels are missing, or a class has fewer than two
            images on a side.

    Example:

    ```python
    import numpy as np
    import kerasgan

    rows = np.random.default_rng(0).normal(size=(200, 2))
    labels = np.arange(200) % 2
    metric = kerasgan.metrics.IntraClassFID(features=None)
    metric.update_real(rows, labels)
    metric.update_state(rows + labels[:, None] * [3.0, 4.0], labels)
    found = metric.result()["intra_class_fid_per_class"]
    np.testing.assert_allclose(found, [0.0, 25.0], atol=1e-9)
    ```

    Reference:
        Miyato and Koyama, 2018, arXiv 1802.05637.
    """

    key = "intra_class_fid"
    needs_labels = True

    def __init__(self, features, name=None, dtype=None):
        super().__init__(features, name=name, dtype=dtype)

    def new_state(self):
        return ClassMoments()

    def least(self, side):
        return 2

    def result(self):
        """Returns the dict that the class describes."""
        self.check_counts()
        real, generated = self.real.of, self.generated.of
        for label in sorted(real.keys() | generated.keys()):
            for side, of in (("real", real), ("generated", generated)):
                count = len(of.get(label, ()))
                if count < 2:
                    raise ValueError(
                        f"`{self.name}` needs at least 2 {side} images of "
                        f"each class. Received: {count} of class {label}"
                    )
        # The smallest class has the most bias.
        fewest = min(real, key=lambda label: len(real[label]))
        least = min(generated, key=lambda label: len(generated[label]))
        warn_of_few(self.name, real[fewest], generated[least], "of each class ")
        found = [
            frechet_distance(real[label], generated[label])
            for label in sorted(real)
        ]
        return {
            "intra_class_fid": sum(found) / len(found),
            "intra_class_fid_per_class": found,
        }
