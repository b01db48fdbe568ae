import keras
import pytest

from kerasgan.training.running_means import RunningMeans


def test_they_are_the_means_that_keras_computes():
    ours = RunningMeans(["a", "b"])
    theirs = {key: keras.metrics.Mean() for key in "ab"}
    for a, b, weight in [(0.1, -3.0, 3), (-2.7, 0.3, 5), (1e4, 7.7, 1)]:
        ours.update_state({"b": keras.ops.array(b), "a": a}, weight)
        theirs["a"].update_state(a, sample_weight=weight)
        theirs["b"].update_state(b, sample_weight=weight)
    result = ours.result()
    assert list(result) == ["a", "b"]
    for key, mean in result.items():
        assert float(mean) == float(theirs[key].result())
    ours.reset_state()
    assert [float(mean) for mean in ours.result().values()] == [0.0, 0.0]


def test_an_unknown_key_is_refused_and_changes_nothing():
    means = RunningMeans(["a"])
    with pytest.raises(ValueError, match="Received also: b"):
        means.update_state({"a": 1.0, "b": 1.0}, 1)
    assert float(means.result()["a"]) == 0.0
