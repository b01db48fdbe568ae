"""What all metrics of real and generated images have in common."""

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.metrics import GenerativeMetric
from kerasgan.metrics.get import metric_class


class Judge(keras.Model):
    """A model that holds metrics."""

    def __init__(self):
        super().__init__()
        self.fid = kerasgan.metrics.FID(features=None)
        self.kid = kerasgan.metrics.KID(None, subsets=2, subset_size=3)
        self.variety = kerasgan.metrics.MSSSIM(per_class=True, pairs=3)
        self.head = keras.layers.Dense(1)
        self.head.build((None, 2))
        self.built = True


def test_the_state_is_saved_with_the_weights_of_a_model(tmp_path):
    rng = np.random.default_rng(0)
    judge, other = Judge(), Judge()
    for metric in (judge.fid, judge.kid):
        metric.update_real(rng.normal(size=(9, 2)))
    judge.fid.update_state(rng.normal(size=(9, 2)))
    images = rng.uniform(-1, 1, (4, 11, 11, 1))
    judge.variety.update_state(images, [0, 0, 1, 1])
    judge.save_weights(tmp_path / "judge.weights.h5")
    other.load_weights(tmp_path / "judge.weights.h5")
    assert other.fid.result() == judge.fid.result()
    assert other.variety.result() == judge.variety.result()
    assert len(other.kid.real) == 9 and len(other.kid.generated) == 0
    more = rng.normal(size=(5, 2))
    assert other.kid(more) == judge.kid(more)


@pytest.mark.parametrize("name", kerasgan.metrics.list_metrics())
def test_a_name_gives_the_metric_of_that_key(name):
    def flat(images):
        return images.reshape(len(images), -1)

    metric = kerasgan.metrics.get(name, flat)
    assert isinstance(metric, GenerativeMetric)
    assert metric.key == name and type(metric) is metric_class(name)
    assert metric.name == (f"{name}_flat" if metric.has_network else name)
    assert kerasgan.metrics.get(metric, None) is metric
    with pytest.raises(ValueError, match="Received: 0|Received: 0."):
        metric.result()


def test_an_unknown_name_is_answered_with_near_ones():
    with pytest.raises(ValueError, match="'inception_score'.*'inception'"):
        kerasgan.metrics.get("inception", None)


@pytest.mark.parametrize("side", ["update_real", "update_state"])
def test_rows_that_are_no_features_are_refused(side):
    metric = kerasgan.metrics.FID(features=None)
    update = getattr(metric, side)
    for rows, message in (
        (np.zeros(3), r"features of images.*\(n, dimensions\).*\(3,\)"),
        ([["a"]], "dtype <U1"),
        ([[np.inf]], "must be finite"),
    ):
        with pytest.raises(ValueError, match=message):
            update(rows)
    update(np.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"one size.*\(4,\) after.*\(3,\)"):
        metric.update_state(np.zeros((2, 4)))
