"""The networks whose features the metrics compare."""

from kerasgan.metrics.features.feature_network import FeatureNetwork
from kerasgan.metrics.features.get import get
from kerasgan.metrics.features.get import list_networks

__all__ = ["FeatureNetwork", "get", "list_networks"]
