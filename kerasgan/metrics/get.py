from kerasgan.metrics.classifier_agreement import ClassifierAgreement
from kerasgan.metrics.density_coverage import DensityCoverage
from kerasgan.metrics.fid import FID
from kerasgan.metrics.generative_metric import GenerativeMetric
from kerasgan.metrics.inception_score import InceptionScore
from kerasgan.metrics.intra_class_fid import IntraClassFID
from kerasgan.metrics.kid import KID
from kerasgan.metrics.msssim import MSSSIM
from kerasgan.metrics.nearest_neighbours import NearestNeighbours
from kerasgan.metrics.perceptual_path_length import PerceptualPathLength
from kerasgan.metrics.precision_recall import PrecisionRecall
from kerasgan.metrics.sliced_wasserstein import SlicedWasserstein
from kerasgan.utils.look_up import look_up

_METRICS = {
    metric.key: metric
    for metric in (
        ClassifierAgreement,
        DensityCoverage,
        FID,
        InceptionScore,
        IntraClassFID,
        KID,
        MSSSIM,
        NearestNeighbours,
        PerceptualPathLength,
        PrecisionRecall,
        SlicedWasserstein,
    )
}


def get(metric, features):
    """Returns the metric that a user asked for.

    Args:
        metric: A name from `list_metrics()`, or a `GenerativeMetric`.
        features: The network of a metric that is given by name; see
            `kerasgan.metrics.features.get`.

    Returns:
        A `GenerativeMetric`; of a name, with the defaults of its class.

    Raises:
        ValueError: If the name is unknown or it is neither.

    Example:

    ```python
    import kerasgan

    metric = kerasgan.metrics.get("fid", features=None)
    assert isinstance(metric, kerasgan.metrics.FID)
    ```
    """
    if isinstance(metric, GenerativeMetric):
        return metric
    kind = metric_class(metric)
    return kind(features) if kind.has_network else kind()


def metric_class(name):
    """Returns the class of a name, a subclass of `GenerativeMetric`."""
    return look_up(name, _METRICS, "metrics")


def list_metrics():
    """Returns the names that `get` and `kerasgan.evaluate` know.

    Example:

    ```python
    import kerasgan

    assert "fid" in kerasgan.metrics.list_metrics()
    ```
    """
    return sorted(_METRICS)
