import hashlib
import importlib
import json

import numpy as np
import pytest

from kerasgan import datasets
from kerasgan.metrics import FID
from kerasgan.metrics import ClassifierAgreement
from kerasgan.metrics.features import get
from kerasgan.metrics.features import packaged
from kerasgan.networks import image_classifier

pytestmark = pytest.mark.once

# The function of the same name hides the module.
get_module = importlib.import_module("kerasgan.metrics.features.get")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Gives a folder of weights that is looked in."""
    monkeypatch.setattr(packaged, "WEIGHTS", tmp_path)
    get_module._by_name.cache_clear()
    yield tmp_path
    get_module._by_name.cache_clear()


def write(folder, shape=(4, 4, 1)):
    model = image_classifier(shape, num_classes=3, seed=5)
    path = folder / "mnist.weights.h5"
    model.save_weights(path)
    facts = {
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "image_shape": shape,
        "num_classes": 3,
    }
    (folder / "mnist.json").write_text(json.dumps(facts))
    return model, facts


def test_the_shipped_classifier_reads_fashion():
    images, labels = datasets.load("fashion_mnist_subset", "test")
    metric = ClassifierAgreement("fashion_mnist")
    for start in (0, 300):
        part = slice(start, start + 300)
        metric.update_state(images[part], labels[part])
    assert metric.result()["agreement"] > 0.9


def test_a_name_gives_the_classifier_with_its_weights_and_digest(folder):
    model, facts = write(folder)
    network = get("mnist")
    assert network is get("mnist")
    assert network.sha256 == facts["sha256"]
    assert network.image_shape == (4, 4, 1)
    images = np.random.default_rng(0).integers(0, 256, (3, 4, 4, 1), np.uint8)
    expected, logits = model.predict(images / 127.5 - 1.0, verbose=0)
    np.testing.assert_allclose(
        network.features(images), expected, atol=1e-4, rtol=1e-4
    )
    probabilities = network.probabilities(images)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
    assert (probabilities.argmax(1) == logits.argmax(1)).all()


def test_a_metric_of_a_name_is_named_and_configured_by_it(folder):
    write(folder)
    metric = FID("mnist")
    assert metric.name == "fid_mnist"
    assert metric.get_config()["features"] == "mnist"
    assert FID.from_config(metric.get_config()).network is metric.network


def test_weights_that_were_changed_cut_off_or_lost_are_refused(folder):
    write(folder)
    path = folder / "mnist.weights.h5"
    content = path.read_bytes()
    path.write_bytes(content[:-100])
    with pytest.raises(OSError, match="must have sha256 .*Received"):
        get("mnist")
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(OSError, match="must have sha256 .*Received"):
        get("mnist")
    path.unlink()
    with pytest.raises(OSError, match="mnist.weights.h5' must be there"):
        get("mnist")
