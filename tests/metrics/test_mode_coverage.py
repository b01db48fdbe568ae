import math

import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.datasets import gaussian_grid
from kerasgan.datasets import gaussian_ring
from kerasgan.metrics import ModeCoverage


def ring(count=8):
    """Returns the ring's coverage and a sample on each of the centers."""
    _, _, centers = gaussian_ring(8)
    return ModeCoverage(centers, std=0.01), centers[:count]


@pytest.mark.parametrize(
    ("modes", "expected"), [(8, 0.0), (7, 0.133531), (1, 2.079442)]
)
def test_modes_and_reverse_kl_of_samples_on_some_centers(modes, expected):
    coverage, samples = ring(modes)
    result = coverage(samples)
    assert result["modes"] == modes
    assert result["high_quality"] == 1.0
    assert result["reverse_kl"] == pytest.approx(expected, abs=1e-6)


def test_98_9_percent_of_the_rings_own_points_are_of_high_quality():
    points, _, centers = gaussian_ring(25_000)
    result = ModeCoverage(centers, std=0.01)(points)
    assert result["modes"] == 8
    assert result["high_quality"] == pytest.approx(0.98889, abs=0.002)
    assert result["reverse_kl"] < 0.001


def test_the_radius_is_counted_in_standard_deviations():
    points, _, centers = gaussian_grid(25_000)
    result = ModeCoverage(centers, std=0.05, radius_in_std=4.0)(points)
    assert result["modes"] == 25
    assert result["high_quality"] == pytest.approx(0.999665, abs=0.0005)


def test_a_sample_between_two_modes_counts_for_neither():
    _, _, centers = gaussian_grid(1)
    bridge = (centers[:1] + centers[1:2]) / 2
    result = ModeCoverage(centers, std=0.05)(bridge)
    assert result["modes"] == 0
    assert result["high_quality"] == 0.0
    assert math.isnan(result["reverse_kl"])


def test_samples_of_low_quality_have_no_share_in_the_divergence():
    coverage, samples = ring()
    outside = np.tile(1.5 * samples[:1], (24, 1))
    result = coverage(np.concatenate([samples, outside]))
    assert result["high_quality"] == 0.25
    assert result["modes"] == 8
    assert result["reverse_kl"] == pytest.approx(0.0, abs=1e-9)


def test_samples_add_up_until_the_state_is_reset():
    coverage, samples = ring()
    coverage.update_state(samples[:1])
    coverage.update_state(samples[1:2] + 1.0)
    assert coverage.result()["modes"] == 1
    assert coverage.result()["high_quality"] == 0.5
    coverage.reset_state()
    assert coverage.result()["high_quality"] == 0.0
    assert coverage(samples)["modes"] == 8


def test_centers_and_samples_may_be_tensors_in_any_number_of_dimensions():
    centers = ops.eye(5)
    result = ModeCoverage(centers, std=0.1)(ops.eye(5)[:2])
    assert result["modes"] == 2


def test_the_metric_survives_its_config():
    coverage, samples = ring()
    config = keras.saving.serialize_keras_object(coverage)
    copy = keras.saving.deserialize_keras_object(config)
    assert copy(samples) == coverage(samples)
    assert copy.name == "mode_coverage"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0.0, 1.0], 0.1), r"`centers`.*Received: shape \(2,\)"),
        (([[0.0, np.nan]], 0.1), "`centers` must be finite"),
        (([[0.0, 1.0]], 0.0), "`std` must be.*above 0.*std=0.0"),
        (([[0.0, 1.0]], 0.1, -1), "`radius_in_std`.*radius_in_std=-1"),
    ],
    ids=str,
)
def test_a_mixture_that_is_none_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        ModeCoverage(*arguments)


@pytest.mark.parametrize(
    ("samples", "message"),
    [
        (np.zeros((3, 3)), r"`samples`.*\(n, 2\).*Received: shape \(3, 3\)"),
        (np.zeros(2), "`samples`.*Received"),
        ([[0.0, np.inf]], "`samples` must be finite.*Received: 1 values of 2"),
    ],
    ids=["dimensions", "rank", "infinite"],
)
def test_samples_that_are_no_points_are_refused_and_not_counted(
    samples, message
):
    coverage, good = ring()
    with pytest.raises(ValueError, match=message):
        coverage.update_state(samples)
    assert coverage(good)["high_quality"] == 1.0
