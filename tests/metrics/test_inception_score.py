import keras
import numpy as np
import pytest

from kerasgan.metrics import InceptionScore
from tests.metrics import peers


def score_of(probabilities, **options):
    score = InceptionScore(features=None, **options)
    return score(probabilities)["inception_score"]


def test_unsure_and_collapsed_are_1_and_sure_and_balanced_is_all_classes():
    assert score_of(np.full((40, 10), 0.1)) == pytest.approx(1.0)
    assert score_of(np.eye(10)[np.full(40, 3)]) == pytest.approx(1.0)
    balanced = np.eye(10)[np.arange(40) % 10]
    assert score_of(balanced, splits=1) == pytest.approx(10.0)
    assert score_of(balanced, splits=4, seed=None) == pytest.approx(10.0)


def test_images_that_come_class_by_class_are_mixed_before_they_are_split():
    in_order = np.eye(10)[np.repeat(np.arange(10), 500)]
    assert score_of(in_order, seed=None) == pytest.approx(1.0)
    assert score_of(in_order) > 9.8


def test_agrees_with_torch_fidelity():
    peer = peers.torch_fidelity("metric_isc")
    torch = pytest.importorskip("torch")
    logits = np.random.default_rng(0).normal(size=(120, 7), scale=2.0)
    theirs = peer.isc_features_to_metric(
        torch.from_numpy(logits), splits=10, shuffle=False
    )
    powers = np.exp(logits)
    score = InceptionScore(features=None, seed=None)
    ours = score(powers / powers.sum(axis=1, keepdims=True))
    for name, their_name in (
        ("inception_score", "inception_score_mean"),
        ("inception_score_std", "inception_score_std"),
    ):
        assert ours[name] == pytest.approx(theirs[their_name], rel=1e-6)


def test_fewer_images_than_splits_are_refused():
    with pytest.raises(ValueError, match="at least 10 generated.*Received: 3"):
        score_of(np.eye(3))


def test_the_metric_survives_its_config():
    score = InceptionScore(features=None, splits=2, seed=None)
    config = keras.saving.serialize_keras_object(score)
    copy = keras.saving.deserialize_keras_object(config)
    assert copy.protocol() == {"splits": 2, "seed": None}
