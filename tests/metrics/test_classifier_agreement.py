import numpy as np
import pytest

from kerasgan.metrics import ClassifierAgreement
from kerasgan.metrics.hungarian import best_matching

pytestmark = pytest.mark.once


def test_shares_over_all_and_in_each_class():
    metric = ClassifierAgreement(features=None)
    metric.update_state(np.eye(3)[[0, 0, 1]], labels=np.array([0, 0, 0]))
    metric.update_state(np.eye(3)[[1]], labels=np.array([1]))
    result = metric.result()
    assert result["agreement"] == 0.75
    np.testing.assert_allclose(
        result["agreement_per_class"], [2 / 3, 1.0, np.nan]
    )


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (None, "`labels` must be given.*ClassifierAgreement"),
        ([0, 3], "`labels` must be below 3.*Received: 3"),
        ([0, -1], "`labels` must be.*at least 0"),
        ([0], r"`labels` must be.*one an image.*shape \(1,\) for 2"),
        ([0.0, 1.0], "`labels` must be whole numbers.*float64"),
    ],
    ids=str,
)
def test_labels_that_do_not_fit_are_refused_and_nothing_is_added(
    labels, message
):
    metric = ClassifierAgreement(features=None)
    with pytest.raises(ValueError, match=message):
        metric.update_state(np.eye(3)[:2], labels=labels)
    with pytest.raises(ValueError, match="Received: 0"):
        metric.result()


def test_counts_survive_saving():
    metric, other = [ClassifierAgreement(features=None) for _ in range(2)]
    metric.update_state(np.eye(2)[[0, 1]], labels=[0, 0])
    store = {}
    metric.save_own_variables(store)
    other.load_own_variables(store)
    assert other.result()["agreement"] == 0.5


def test_codes_are_matched_with_the_classes_they_agree_with_best():
    found = np.array([1, 1, 2, 0, 0, 0, 2, 2, 1])
    codes = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2])
    metric = ClassifierAgreement(features=None, matched=True)
    result = metric(np.eye(3)[found], labels=codes)
    assert result["matching"] == [1, 0, 2]
    assert result["agreement"] == pytest.approx(7 / 9)
    np.testing.assert_allclose(
        result["agreement_per_class"], [2 / 3, 1.0, 2 / 3]
    )
    assert ClassifierAgreement.from_config(metric.get_config()).matched


@pytest.mark.parametrize("size", [1, 2, 7, 30])
def test_the_matching_is_as_good_as_scipys(size):
    optimize = pytest.importorskip("scipy.optimize")
    for seed in range(5):
        rng = np.random.default_rng(seed)
        scores = rng.integers(0, 20, (size, size))
        matching = best_matching(scores)
        assert sorted(matching) == list(range(size))
        rows, columns = optimize.linear_sum_assignment(-scores)
        best = scores[rows, columns].sum()
        assert scores[np.arange(size), matching].sum() == best
