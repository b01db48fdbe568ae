import keras
import numpy as np
import pytest

from kerasgan.metrics import FID
from tests.metrics import peers


def fid_of(real, generated):
    fid = FID(features=None)
    fid.update_real(real)
    fid.update_state(generated)
    return fid.result()


def gaussian(n, dimensions, scale=1.0, seed=0):
    """Returns rows with a mean of exactly 0 and covariance scale^2 I."""
    rows = np.random.default_rng(seed).normal(size=(n, dimensions))
    rows -= rows.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(rows, rowvar=False))
    return scale * rows @ (vectors / np.sqrt(values)) @ vectors.T


def test_a_shift_of_the_mean_counts_its_squared_length():
    rows = gaussian(50, 2)
    assert fid_of(rows, rows + [3.0, 4.0]) == pytest.approx(25.0)


def test_covariances_i_and_4_i_in_two_dimensions_are_2_apart():
    distance = fid_of(gaussian(50, 2), gaussian(60, 2, scale=2.0, seed=1))
    assert distance == pytest.approx(2.0)


def test_independent_features_add_the_squared_gaps_of_their_deviations():
    scales = np.array([1.0, 0.5, 3.0]), np.array([2.0, 0.25, 3.0])
    rows = [
        gaussian(40, 3, seed=seed) * scale for seed, scale in enumerate(scales)
    ]
    expected = ((scales[0] - scales[1]) ** 2).sum()
    assert fid_of(*rows) == pytest.approx(expected)


def test_equal_sets_are_at_distance_zero_whatever_their_rank():
    rows = np.random.default_rng(0).normal(size=(300, 64))
    assert fid_of(rows, rows) < 1e-9
    rows[:, 1:] = rows[:, :1]
    assert fid_of(rows, rows) < 1e-3


def test_symmetric_invariant_to_motions_and_quadratic_in_scale():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(90, 4)), 2 * rng.normal(size=(80, 4)) + 1
    rotation, _ = np.linalg.qr(rng.normal(size=(4, 4)))
    distance = fid_of(a, b)
    assert fid_of(b, a) == pytest.approx(distance)
    moved = a @ rotation + 5.0, b @ rotation + 5.0
    assert fid_of(*moved) == pytest.approx(distance)
    assert fid_of(3 * a, 3 * b) == pytest.approx(9 * distance)


def test_the_size_of_batches_does_not_matter():
    rng = np.random.default_rng(0)
    real, generated = rng.normal(size=(101, 5)) + 1e4, rng.normal(size=(77, 5))
    whole = fid_of(real, generated)
    fid = FID(features=None)
    for start in range(0, 101, 7):
        fid.update_real(real[start : start + 7])
        fid.update_state(generated[start : start + 7])
    assert fid.result() == pytest.approx(whole, rel=1e-10)


def test_agrees_with_torch_fidelity_and_with_scipys_square_root():
    peer = peers.torch_fidelity("metric_fid")
    linalg = pytest.importorskip("scipy.linalg")
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    mix = rng.normal(size=(16, 16))
    real = np.maximum(rng.normal(size=(400, 16)) @ mix, 0)
    generated = np.maximum(rng.normal(size=(350, 16)) @ mix + 0.3, 0)
    found = fid_of(real, generated)
    statistics = [
        peer.fid_features_to_statistics(torch.from_numpy(rows))
        for rows in (generated, real)
    ]
    theirs = peer.fid_statistics_to_metric(*statistics, verbose=False)
    theirs = theirs["frechet_inception_distance"]
    assert found == pytest.approx(theirs, rel=1e-6)
    of_real, of_generated = np.cov(real.T), np.cov(generated.T)
    root = linalg.sqrtm(of_real @ of_generated).real
    shift = real.mean(axis=0) - generated.mean(axis=0)
    expected = shift @ shift + np.trace(of_real + of_generated - 2 * root)
    assert found == pytest.approx(expected, rel=1e-6)


def test_few_images_give_a_finite_number_and_a_warning_of_how_many_to_have():
    rng = np.random.default_rng(0)
    fid = FID(features=None)
    fid.update_real(rng.normal(size=(5, 8)))
    fid.update_state(rng.normal(size=(100, 8)))
    with pytest.warns(UserWarning, match="at least 9 .*Received: 5 real"):
        assert np.isfinite(fid.result())


def test_less_than_two_images_on_a_side_are_refused():
    fid = FID(features=None)
    fid.update_real(np.zeros((3, 2)))
    fid.update_state(np.zeros((1, 2)))
    with pytest.raises(ValueError, match="at least 2 generated.*Received: 1"):
        fid.result()


def test_real_images_stay_when_the_state_is_reset():
    fid = FID(features=None)
    real = gaussian(20, 2)
    fid.update_real(real)
    first = fid(real + 1.0)
    fid.reset_state()
    assert fid(real + 1.0) == first == pytest.approx(2.0)
    fid.reset_real()
    with pytest.raises(ValueError, match="real images. Received: 0"):
        fid.result()


def test_what_was_added_survives_saving(tmp_path):
    fid, other = FID(features=None), FID(features=None)
    fid.update_real(gaussian(20, 2))
    fid.update_state(gaussian(30, 2, scale=2.0))
    kept = {}
    fid.save_own_variables(kept)
    np.savez(tmp_path / "state.npz", **kept)
    with np.load(tmp_path / "state.npz") as store:
        other.load_own_variables(store)
    assert other.result() == fid.result()
    other.update_state(np.zeros((1, 2)))
    assert len(other.generated) == 31


def test_the_metric_survives_its_config():
    config = keras.saving.serialize_keras_object(FID(features=None))
    copy = keras.saving.deserialize_keras_object(config)
    assert copy.name == "fid"
    rows = gaussian(20, 2)
    copy.update_real(rows)
    assert copy(rows + 1.0) == pytest.approx(2.0)
