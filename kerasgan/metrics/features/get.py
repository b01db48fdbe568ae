import functools

from kerasgan.metrics.features.efficientnet_lite0 import (
    efficientnet_lite0_112_network,
)
from kerasgan.metrics.features.efficientnet_lite0 import (
    efficientnet_lite0_network,
)
from kerasgan.metrics.features.feature_network import FeatureNetwork
from kerasgan.metrics.features.inception_2015 import inception_2015_network
from kerasgan.metrics.features.packaged import packaged_classifier
from kerasgan.utils.look_up import look_up

_NETWORKS = {
    "efficientnet_lite0": efficientnet_lite0_network,
    "efficientnet_lite0_112": efficientnet_lite0_112_network,
    "fashion_mnist": functools.partial(packaged_classifier, "fashion_mnist"),
    "inception_2015": inception_2015_network,
    "mnist": functools.partial(packaged_classifier, "mnist"),
}


def get(features):
    """Returns the feature network that a user asked for.

    | name | what it is | images | features |
    |---|---|---|---|
    | `fashion_mnist` | classifier of Fashion-MNIST | 28 x 28 grey | 128 |
    | `mnist` | classifier of MNIST | 28 x 28 grey | 128 |
    | `efficientnet_lite0` | EfficientNet-Lite0, ImageNet | any size | 1,280 |
    | `efficientnet_lite0_112` | its first stages | any size | 112 |
    | `inception_2015` | Inception-v3, ImageNet, of papers | any size | 2,048 |

    The weights of the first four ship with kerasgan; those of the last are
    downloaded when it is first asked for (96 MB). Only its scores may be
    compared with those of papers; see
    `kerasgan.metrics.features.inception_2015` for what of it was tested.

    Args:
        features: A name from the table; a `FeatureNetwork`; a Keras model or
            function from images in [-1, 1] to features, or to features and
            logits; or `None` for metrics that are given features instead of
            images.

    Returns:
        A `FeatureNetwork`, the same one each time for a name, or `None`.

    Raises:
        ValueError: If the name is unknown or it is none of these.
        OSError: If the weights of a name are not there.

    Example:

    ```python
    import kerasgan

    network = kerasgan.metrics.features.get(lambda images: images[:, 0, 0])
    assert isinstance(network, kerasgan.metrics.features.FeatureNetwork)
    ```
    """
    if features is None or isinstance(features, FeatureNetwork):
        return features
    if isinstance(features, str):
        look_up(features, _NETWORKS, "features")
        return _by_name(features)
    if not callable(features):
        raise ValueError(
            "`features` must be a name, a `FeatureNetwork`, a Keras model, a "
            f"function, or None. Received: {features!r}. Known names: "
            f"{', '.join(list_networks())}."
        )
    return FeatureNetwork(features)


@functools.cache
def _by_name(name):
    network = _NETWORKS[name]()
    network.known_as = name
    return network


def list_networks():
    """Returns the names that `get` knows.

    Example:

    ```python
    import kerasgan

    assert "fashion_mnist" in kerasgan.metrics.features.list_networks()
    ```
    """
    return sorted(_NETWORKS)
