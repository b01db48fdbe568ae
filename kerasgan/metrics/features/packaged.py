"""Small classifiers whose weights ship with kerasgan."""

import hashlib
import json
import pathlib

from kerasgan.metrics.features.feature_network import FeatureNetwork

WEIGHTS = pathlib.Path(__file__).parent / "weights"


def packaged_classifier(name):
    """Returns the `FeatureNetwork` of a classifier of small grey images.

    Args:
        name: `"fashion_mnist"` or `"mnist"`, the data it was trained on.

    Raises:
        OSError: If the files are not there, or are not what they should be.
    """
    # Here, since the metrics are imported with the package.
    from kerasgan.networks import image_classifier

    facts, path = verified_weights(name)
    model = image_classifier(
        tuple(facts["image_shape"]), facts["num_classes"], seed=0, name=name
    )
    model.load_weights(path)
    return FeatureNetwork(model, name=name, sha256=facts["sha256"])


def verified_weights(name):
    """Returns the facts about packaged weights, and the path of the file.

    Raises:
        OSError: If a file is missing, or the weights have another digest.
    """
    path = WEIGHTS / f"{name}.weights.h5"
    about = WEIGHTS / f"{name}.json"
    for file in (about, path):
        if not file.is_file():
            raise FileNotFoundError(
                f"'{file}' must be there. Received: no such file. Install "
                "kerasgan again, or give a network of your own as `features`."
            )
    facts = json.loads(about.read_text(encoding="utf-8"))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    if sha256 != facts["sha256"]:
        raise OSError(
            f"'{path}' must have sha256 {facts['sha256']}. Received: "
            f"{sha256}. The file was cut off or changed; install kerasgan "
            "again."
        )
    return facts, path
