"""Several metrics that look at the same images, which come in parts."""

from kerasgan.metrics import features as feature_networks
from kerasgan.metrics.get import get
from kerasgan.metrics.get import metric_class
from kerasgan.metrics.kid import fit_subsets


class Scorer:
    """Several metrics that compare generated images with real ones.

    Each network looks once at each image, for all metrics. Of the images
    only that is kept which the metrics need: sums, features, or bytes.

    Args:
        metrics: Name, `kerasgan.metrics.GenerativeMetric`, or list of them.
        features: The network of metrics that are given by name; see
            `kerasgan.metrics.features.get`.

    Raises:
        ValueError: If a metric is not as described, or none has a network.

    Example:

    ```python
    import numpy as np
    from kerasgan.metrics.sample_set import SampleSet
    from kerasgan.metrics.scorer import Scorer

    def flat(images):
        return images.reshape(len(images), -1)

    images = np.random.default_rng(0).integers(0, 256, (9, 2, 2, 1), np.uint8)
    scorer = Scorer(["kid", "fid"], flat)
    scorer.fit(least=9)
    scorer.take_real(SampleSet(images, "real"))
    scorer.add(SampleSet(images[:5], "gan"))
    scorer.add(SampleSet(images[5:], "gan"))
    (kid, found), (fid, distance) = scorer.results()
    assert distance < 1e-6
    ```
    """

    def __init__(self, metrics, features):
        if isinstance(metrics, str) or not hasattr(metrics, "__iter__"):
            metrics = [metrics]
        metrics = list(metrics)
        if not metrics:
            raise ValueError("`metrics` must name a metric. Received: none")
        self._is_named = [isinstance(metric, str) for metric in metrics]
        network = None
        if any(
            metric_class(metric).has_network
            for metric, is_named in zip(metrics, self._is_named)
            if is_named
        ):
            network = feature_networks.get(features)
            if network is None:
                raise ValueError(
                    "`features` must be a network here, where images are "
                    "scored. Received: None"
                )
        self.metrics = [get(metric, network) for metric in metrics]
        for metric in self.metrics:
            if metric.network is None and metric.needs != "images":
                raise ValueError(
                    "`metrics` must have a network here, where images are "
                    f"scored. Received: '{metric.name}' with features=None"
                )
            network = network or metric.network
        #: The network of most metrics, `None` if none has one.
        self.network = network

    def fit(self, least):
        """Lets metrics that were given by name fit the number of images.

        Args:
            least: Integer, images on the smaller side.
        """
        self.metrics = [
            fit_subsets(metric, least) if is_named else metric
            for metric, is_named in zip(self.metrics, self._is_named)
        ]

    def check_count(self, side, count, must):
        """Raises unless there are enough images of a side for each metric.

        Args:
            side: `"real"` or `"generated"`.
            count: Integer.
            must: String for the message, how the user says how many: "`real`
                must hold", for example.
        """
        for metric in self.metrics:
            if count < least_of(metric, side):
                raise ValueError(
                    f"{must} at least {metric.least(side)} {side} images for "
                    f"'{metric.name}'. Received: {count}"
                )

    def take_real(self, real, leave_out=()):
        """Begins anew, with other real images.

        Args:
            real: `SampleSet`.
            leave_out: Metrics that are not to look at them.
        """
        self.forget()
        for metric in self.metrics:
            if least_of(metric, "real") and metric not in leave_out:
                metric.add("real", real.rows_for(metric), real.labels)

    def add(self, generated, leave_out=()):
        """Adds generated images.

        Args:
            generated: `SampleSet`.
            leave_out: Metrics that are not to look at them.
        """
        for metric in self.metrics:
            if metric.needs != "generator" and metric not in leave_out:
                rows = generated.rows_for(metric)
                metric.add("generated", rows, generated.labels)

    def results(self, gan=None, leave_out=()):
        """Yields each metric with what it finds, and forgets what it saw.

        Args:
            gan: The model, for metrics that draw by themselves.
            leave_out: Metrics that found nothing.

        Returns:
            Iterator of a `GenerativeMetric` and its `result()`.
        """
        for metric in self.metrics:
            if metric in leave_out:
                continue
            if metric.needs == "generator":
                metric.update_state(gan)
            found = metric.result()
            metric.reset_state()
            yield metric, found

    def forget_generated(self):
        """Forgets the generated images."""
        for metric in self.metrics:
            metric.reset_state()

    def forget(self):
        """Forgets all images."""
        self.forget_generated()
        for metric in self.metrics:
            metric.reset_real()


def least_of(metric, side):
    """Returns how many images of a side a metric looks at, at least."""
    if metric.needs == "generator" or (side == "real" and not metric.compares):
        return 0
    return metric.least(side)
