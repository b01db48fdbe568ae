import math

import numpy as np
import pytest

import kerasgan
from kerasgan.utils import check_number

pytestmark = pytest.mark.once


@pytest.mark.parametrize("value", [0, 0.5, np.float32(0.5), np.int64(0)])
def test_finite_numbers_within_the_limits_are_taken(value):
    check_number("x", value, least=0, below=1)


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, -math.inf, -0.1, 1, True, "1", None, [0.5]]
)
def test_all_else_is_refused_by_name(value):
    message = "`x` must be a finite number of at least 0 and below 1. Received"
    with pytest.raises(ValueError, match=message):
        check_number("x", value, least=0, below=1)


def test_without_limits_any_finite_number_will_do():
    check_number("x", -1e300)
    with pytest.raises(ValueError, match="be a finite number. Received: x=nan"):
        check_number("x", math.nan)
    with pytest.raises(ValueError, match="above 0. Received: x=0"):
        check_number("x", 0, above=0)


SETTINGS = {
    "R1": lambda x: kerasgan.regularizers.R1(weight=x),
    "R2": lambda x: kerasgan.regularizers.R2(weight=x),
    "Drift": lambda x: kerasgan.regularizers.Drift(weight=x),
    "GradientPenalty": lambda x: kerasgan.regularizers.GradientPenalty(x),
    "target": lambda x: kerasgan.regularizers.GradientPenalty(target=x),
    "DRAGAN's target": lambda x: kerasgan.regularizers.DRAGAN(target=x),
    "limit": kerasgan.regularizers.WeightClip,
    "a": lambda x: kerasgan.losses.LeastSquares(a=x),
    "b": lambda x: kerasgan.losses.LeastSquares(b=x),
    "c": lambda x: kerasgan.losses.LeastSquares(c=x),
    "label_smoothing": kerasgan.losses.NonSaturating,
    "epsilon": lambda x: kerasgan.metrics.PerceptualPathLength(
        lambda images: images, epsilon=x
    ),
    "std": lambda x: kerasgan.metrics.ModeCoverage([[0.0]], std=x),
    "radius_in_std": lambda x: kerasgan.metrics.ModeCoverage([[0.0]], 1.0, x),
    "radius": lambda x: kerasgan.datasets.gaussian_ring(9, radius=x),
    "spacing": lambda x: kerasgan.datasets.gaussian_grid(9, spacing=x),
    "std of a ring": lambda x: kerasgan.datasets.gaussian_ring(9, std=x),
    **{
        name: lambda x, name=name: kerasgan.callbacks.CollapseMonitor(
            np.eye(4, dtype="uint8")[..., None, None], **{name: x}
        )
        for name in ("min_diversity", "max_gap", "max_gradient_change")
    },
}


@pytest.mark.parametrize("value", [math.nan, math.inf, "1", None])
@pytest.mark.parametrize("setting", SETTINGS)
def test_no_setting_may_be_no_number(setting, value):
    with pytest.raises(ValueError, match="must be a finite number.*Received"):
        SETTINGS[setting](value)
