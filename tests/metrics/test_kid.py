import keras
import numpy as np
import pytest

from kerasgan.metrics import KID
from tests.metrics import peers


def kid_of(real, generated, **options):
    kid = KID(features=None, **options)
    kid.update_real(real)
    kid.update_state(generated)
    return kid.result()


@pytest.mark.parametrize(
    ("generated", "expected"), [([0.0, 1.0], -3.5), ([1.0, 2.0], 9.5)]
)
def test_two_points_against_two_in_one_dimension(generated, expected):
    points = np.array([[0.0], [1.0]]), np.array(generated)[:, None]
    result = kid_of(*points, subsets=3, subset_size=2)
    assert result == {"kid": pytest.approx(expected), "kid_std": 0.0}


def test_agrees_with_torch_fidelity_on_one_subset_of_all():
    peer = peers.torch_fidelity("metric_kid")
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    real = rng.normal(size=(200, 12))
    generated = rng.normal(size=(200, 12)) + 0.2
    theirs = peer.kid_features_to_metric(
        torch.from_numpy(generated),
        torch.from_numpy(real),
        kid_subsets=1,
        kid_subset_size=200,
        rng_seed=0,
        verbose=False,
    )["kernel_inception_distance_mean"]
    found = kid_of(real, generated, subsets=1, subset_size=200)["kid"]
    assert found == pytest.approx(theirs, rel=1e-9)


def test_the_kernel_is_scikit_learns_polynomial_kernel():
    pairwise = pytest.importorskip("sklearn.metrics.pairwise")
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(30, 5)), rng.normal(size=(30, 5)) + 1
    within = 0.0
    for rows in (x, y):
        kernel = pairwise.polynomial_kernel(rows, degree=3, coef0=1)
        within += (kernel.sum() - np.trace(kernel)) / (30 * 29)
    expected = within - 2 * pairwise.polynomial_kernel(x, y).mean()
    found = kid_of(x, y, subsets=1, subset_size=30)["kid"]
    assert found == pytest.approx(expected)


def test_equal_distributions_are_at_zero_on_average_at_any_size():
    rng = np.random.default_rng(0)
    for size in (20, 200):
        result = kid_of(
            rng.normal(size=(2000, 4)),
            rng.normal(size=(2000, 4)),
            subset_size=size,
        )
        assert abs(result["kid"]) < 4 * result["kid_std"] / 10


def test_a_seed_means_the_same_subsets():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(50, 3)), rng.normal(size=(50, 3))
    results = [
        kid_of(*rows, subsets=5, subset_size=10, seed=seed)["kid"]
        for seed in (0, 0, 1)
    ]
    assert results[0] == results[1] != results[2]


def test_fewer_images_than_a_subset_are_refused():
    with pytest.raises(ValueError, match="at least 1000 real.*Received: 9"):
        kid_of(np.zeros((9, 2)), np.zeros((9, 2)))


@pytest.mark.parametrize("options", [{"subsets": 0}, {"subset_size": 1}])
def test_a_number_of_subsets_that_is_none_is_refused(options):
    with pytest.raises(ValueError, match="must be.*Received"):
        KID(features=None, **options)


def test_the_metric_survives_its_config():
    kid = KID(features=None, subsets=2, subset_size=5, seed=3)
    config = keras.saving.serialize_keras_object(kid)
    copy = keras.saving.deserialize_keras_object(config)
    assert copy.protocol() == kid.protocol()
