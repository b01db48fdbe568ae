"""Metrics that read the real images once and generated ones many times."""

import numpy as np

from kerasgan.metrics import features as feature_networks
from kerasgan.metrics.get import get
from kerasgan.metrics.get import metric_class
from kerasgan.metrics.kid import fit_subsets
from kerasgan.metrics.sample_set import SampleSet

_LOWER = ("fid", "intra_class_fid", "kid", "perceptual_path_length", "swd")
_HIGHER = (
    "agreement",
    "coverage",
    "density",
    "inception_score",
    "precision",
    "recall",
)


class Scorer:
    """Several metrics against the same real images.

    Args:
        metrics: Name, `kerasgan.metrics.GenerativeMetric`, or list of them.
        real: Real images, or a tuple of images and labels.
        features: The network of metrics that are given by name.
        samples: Integer, images on each side.
        seed: Integer, for the choice of the real images.

    Raises:
        ValueError: If a metric or the real images are not as described.
    """

    def __init__(self, metrics, real, features, samples, seed):
        if isinstance(metrics, str) or not hasattr(metrics, "__iter__"):
            metrics = [metrics]
        metrics = list(metrics)
        if not metrics:
            raise ValueError("`metrics` must name a metric. Received: none")
        has_network = [
            metric_class(metric).has_network
            for metric in metrics
            if isinstance(metric, str)
        ]
        network = feature_networks.get(features) if any(has_network) else None
        real = SampleSet(real, "real")
        if len(real) > samples:
            order = np.random.default_rng(seed).permutation(len(real))
            images, labels = real.images, real.labels
            order = np.sort(order[:samples])
            labels = None if labels is None else labels[order]
            real = SampleSet((images[order], labels), "real")
        self.real = real
        self.image_shape = tuple(real.images.shape[1:])
        least = min(samples, len(real))
        self.metrics = [
            fit_subsets(get(metric, network), least)
            if isinstance(metric, str)
            else get(metric, network)
            for metric in metrics
        ]
        names = [metric.name for metric in self.metrics]
        if len(set(names)) < len(names):
            raise ValueError(
                "`metrics` must have different names, because the logs are "
                "keyed by them. Give one of them another `name`. "
                f"Received: {names}"
            )
        for metric in self.metrics:
            if metric.network is None and metric.needs != "images":
                raise ValueError(
                    "`features` must be a network here, where images are "
                    f"scored. Received: '{metric.name}' with features=None"
                )
        self._is_prepared = False

    def prepare(self):
        """Reads the real images, unless that was done."""
        if self._is_prepared:
            return
        for metric in self.metrics:
            metric.reset_state()
            metric.reset_real()
            if metric.compares and metric.needs != "generator":
                rows = self.real.rows_for(metric)
                metric.add("real", rows, self.real.labels)
        self._is_prepared = True

    def score(self, gan, images, labels):
        """Returns the scores, a dict of floats.

        Args:
            gan: The model, for metrics that ask it for images themselves.
            images: Generated images, finite.
            labels: Their classes, or `None`.
        """
        generated = SampleSet((np.clip(images, -1.0, 1.0), labels), "gan")
        scores = {}
        for metric in self.metrics:
            metric.reset_state()
            if metric.needs == "generator":
                metric.update_state(gan)
            else:
                rows = generated.rows_for(metric)
                metric.add("generated", rows, labels)
            scores |= _named(metric, metric.result())
            metric.reset_state()
        return scores


def is_lower_better(key):
    """Returns whether less is better of a score, `None` where not known."""
    for names, answer in ((_LOWER, True), (_HIGHER, False)):
        if any(key == name or key.startswith(f"{name}_") for name in names):
            return answer
    return None


def _named(metric, found):
    if not isinstance(found, dict):
        return {metric.name: float(found)}
    suffix = f"_{metric.network.name}" if metric.network else ""
    return {
        key + suffix: float(value)
        for key, value in found.items()
        # Lists, of one number a class, are not for logs.
        if np.ndim(value) == 0
    }
