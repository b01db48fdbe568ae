"""Precision and recall, density and coverage."""

import keras
import numpy as np
import pytest

from kerasgan.metrics import DensityCoverage
from kerasgan.metrics import PrecisionRecall
from kerasgan.metrics import distances
from tests.metrics import peers

REAL = np.arange(4.0)[:, None]


def scores(real, generated, k):
    found = {}
    for kind in (PrecisionRecall, DensityCoverage):
        metric = kind(features=None, k=k)
        metric.update_real(real)
        found |= metric(generated)
    return found


@pytest.mark.parametrize(
    ("generated", "expected"),
    [
        ([0.5, 0.6, 10.0, 11.0], (0.5, 0.0, 1.0, 0.5)),
        ([0.001, 1.001, 2.001, 3.001], (1.0, 1.0, 1.75, 1.0)),
    ],
    ids=["two of four outside", "shifted a little"],
)
def test_four_points_on_a_line(generated, expected):
    found = scores(REAL, np.array(generated)[:, None], k=1)
    names = ("precision", "recall", "density", "coverage")
    assert found == dict(zip(names, expected))


def test_density_and_coverage_count_no_point_on_the_rim_of_a_ball():
    assert scores(REAL, REAL, k=1) == {
        "precision": 1.0,
        "recall": 1.0,
        "density": 1.0,
        "coverage": 1.0,
    }


def exact_scores(real, generated, k):
    """Returns what whole numbers of any size say, pair by pair."""
    real, generated = real.astype(int).tolist(), generated.astype(int).tolist()

    def apart(a, b):
        return sum((x - y) ** 2 for x, y in zip(a, b))

    def radii(rows):
        others = [rows[:i] + rows[i + 1 :] for i in range(len(rows))]
        return [
            sorted(apart(row, other) for other in rest)[k - 1]
            for row, rest in zip(rows, others)
        ]

    of_real, of_generated = radii(real), radii(generated)
    pairs = [[apart(a, b) for b in real] for a in generated]
    inside = [[d < r for d, r in zip(row, of_real)] for row in pairs]
    precise = [any(d <= r for d, r in zip(row, of_real)) for row in pairs]
    recalled = [
        any(row[j] <= r for row, r in zip(pairs, of_generated))
        for j in range(len(real))
    ]
    return {
        "precision": np.mean(precise),
        "recall": np.mean(recalled),
        "density": np.sum(inside) / (k * len(generated)),
        "coverage": np.any(inside, axis=0).mean(),
    }


def lattice(seed=0):
    """Neighbours at the same distance everywhere, and equal rows."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, 3, (60, 6)).astype("float32")


def outlier(seed=0):
    rows = lattice(seed) * 7
    rows[17] = 2**24
    return rows.astype("float64") * 2**20


def clusters(seed=0):
    rows = lattice(seed).astype("float64")
    rows[::2] += 2**40
    return rows


def bytes_of(seed=0):
    return lattice(seed).astype("uint8") * 127


@pytest.mark.parametrize("rows", [lattice, outlier, clusters, bytes_of])
@pytest.mark.parametrize("kind", ["others", "itself", "collapsed"])
def test_ties_outliers_and_copies_score_what_exact_numbers_do(rows, kind):
    real = rows()
    generated = {
        "others": rows(1),
        "itself": real[::-1],
        "collapsed": np.repeat(real[3:6], 20, axis=0),
    }[kind]
    found = scores(real, generated, k=5)
    assert found == pytest.approx(exact_scores(real, generated, 5), abs=1e-12)


def test_a_set_against_itself_has_density_one_however_it_is_rounded():
    rows = np.random.default_rng(0).normal(size=(500, 64)).astype("float32")
    found = scores(rows, rows[::-1], k=5)
    assert found["density"] == found["coverage"] == 1.0


def test_one_row_far_away_changes_no_more_than_itself():
    rng = np.random.default_rng(0)
    real, generated = rng.normal(size=(200, 8)), rng.normal(size=(200, 8))
    before = scores(real, generated, k=5)
    real[7] = 1e12
    after = scores(real, generated, k=5)
    for name, value in before.items():
        assert after[name] == pytest.approx(value, abs=0.02)


def test_equal_distributions_have_the_expected_density_and_coverage():
    rng = np.random.default_rng(0)
    n, k = 2000, 5
    found = scores(rng.normal(size=(n, 8)), rng.normal(size=(n, 8)), k)
    missed = np.prod([(n - i) / (2 * n - i) for i in range(1, k + 1)])
    assert found["density"] == pytest.approx(1.0, abs=0.05)
    assert found["coverage"] == pytest.approx(1 - missed, abs=0.01)


def test_a_generator_with_one_mode_of_two_has_precision_but_half_the_recall():
    rng = np.random.default_rng(0)
    modes = rng.normal(size=(400, 2)), rng.normal(size=(400, 2)) + 100
    found = scores(np.concatenate(modes), rng.normal(size=(800, 2)), k=3)
    assert found["precision"] > 0.9
    assert 0.4 < found["recall"] < 0.5
    assert found["coverage"] < 0.52


def test_agrees_with_torch_fidelity():
    peer = peers.torch_fidelity("metric_prc")
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    real, generated = rng.normal(size=(300, 6)), rng.normal(size=(250, 6)) + 0.7
    theirs = peer.calculate_precision_recall_full(
        torch.from_numpy(generated), torch.from_numpy(real), neighborhood=3
    )
    ours = scores(real, generated, k=3)
    assert (ours["precision"], ours["recall"]) == pytest.approx(theirs)
    assert 0.1 < ours["recall"] < 0.95


def test_the_balls_are_those_of_scikit_learns_nearest_neighbours():
    neighbors = pytest.importorskip("sklearn.neighbors")
    rng = np.random.default_rng(0)
    real, generated = rng.normal(size=(200, 4)), rng.normal(size=(150, 4))
    search = neighbors.NearestNeighbors(n_neighbors=6).fit(real)
    radii = search.kneighbors(real)[0][:, 5]
    found = distances.squared_radii(real, 5)
    np.testing.assert_allclose(np.sqrt(found), radii, rtol=1e-6)
    apart = np.linalg.norm(real[:, None] - generated[None], axis=-1)
    inside = apart < radii[:, None]
    ours = scores(real, generated, k=5)
    assert ours["density"] == pytest.approx(inside.sum() / (5 * 150))
    assert ours["coverage"] == pytest.approx(inside.any(axis=1).mean())


def test_blocks_of_distances_give_the_same_as_one_block(monkeypatch):
    rng = np.random.default_rng(0)
    real, generated = rng.normal(size=(37, 3)), rng.normal(size=(41, 3))
    whole = scores(real, generated, k=2)
    monkeypatch.setattr(distances, "_BLOCK", 5 * 37)
    assert scores(real, generated, k=2) == whole


@pytest.mark.parametrize("kind", [PrecisionRecall, DensityCoverage])
def test_too_few_images_and_a_wrong_k_are_refused(kind):
    metric = kind(features=None, k=4)
    metric.update_real(REAL)
    with pytest.raises(ValueError, match="at least 5 real.*Received: 4"):
        metric.result()
    with pytest.raises(ValueError, match="`k` must be.*Received: k=0"):
        kind(features=None, k=0)


@pytest.mark.parametrize("kind", [PrecisionRecall, DensityCoverage])
def test_the_metric_survives_its_config(kind):
    config = keras.saving.serialize_keras_object(kind(features=None, k=2))
    assert keras.saving.deserialize_keras_object(config).k == 2
