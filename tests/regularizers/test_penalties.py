"""Values and gradients of the penalties, where they are known exactly."""

import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

from kerasgan import regularizers
from kerasgan.regularizers.regularizer import squared_gradient_norms
from tests.losses.formulas import finite_difference
from tests.regularizers.critics import W34
from tests.regularizers.critics import bowl
from tests.regularizers.critics import charge
from tests.regularizers.critics import images
from tests.regularizers.critics import linear
from tests.regularizers.critics import weight_gradients

SHAPE = (4, 1, 2, 1)


@pytest.mark.parametrize(
    ("regularizer", "expected"),
    [
        (regularizers.GradientPenalty(), 160),  # 10 (5 - 1)^2
        (regularizers.GradientPenalty(weight=1.0, target=5.0), 0),
        (regularizers.GradientPenalty(target=0), 250),  # 10 5^2
        (regularizers.DRAGAN(), 160),
        (regularizers.R1(), 125),  # 10 / 2 5^2
        (regularizers.R2(), 125),
        (regularizers.R1(weight=0.0), 0),
    ],
)
@pytest.mark.parametrize("bias", [0.0, 70.0])
def test_charge_of_a_linear_critic_whatever_its_bias(
    regularizer, expected, bias
):
    value = charge(regularizer, linear(W34, bias), images(SHAPE))
    assert value == pytest.approx(expected, abs=1e-4)


def test_r1_and_r2_together_are_gamma_times_the_squared_norm():
    critic = linear(W34)
    total = sum(
        charge(regularizer(weight=0.5), critic, images(SHAPE))
        for regularizer in (regularizers.R1, regularizers.R2)
    )
    assert total == pytest.approx(0.5 * 25)


def test_a_critic_of_slope_one_is_not_charged():
    critic = linear([[[0.6], [0.8]]])
    assert charge(
        regularizers.GradientPenalty(), critic, images(SHAPE)
    ) == pytest.approx(0, abs=1e-9)


def test_the_norm_runs_over_all_pixels_and_channels_of_an_image():
    weights = np.random.default_rng(0).standard_normal((3, 2, 2))
    critic = linear(weights)
    value = charge(regularizers.R1(weight=2.0), critic, images((5, 3, 2, 2)))
    assert value == pytest.approx(np.sum(weights**2), rel=1e-5)


def test_each_image_has_a_gradient_norm_of_its_own():
    real = images((3, 2, 2, 1))
    norms = ops.convert_to_numpy(squared_gradient_norms(bowl, real))
    expected = np.sum(np.square(ops.convert_to_numpy(real)), axis=(1, 2, 3))
    np.testing.assert_allclose(norms, expected, rtol=1e-5)
    value = charge(regularizers.R1(weight=2.0), bowl, real)
    assert value == pytest.approx(np.mean(expected), rel=1e-5)


def test_the_bowl_is_charged_by_its_distance_from_the_unit_sphere():
    # f = |x|^2 / 2 has the gradient x, so that the penalty sees the points.
    u = np.array([[[1.0], [2.0]]])
    real = ops.convert_to_tensor(np.stack([u] * 3).astype("float32"))
    value = charge(regularizers.GradientPenalty(), bowl, real, fake=real)
    assert value == pytest.approx(10 * (np.sqrt(5) - 1) ** 2, rel=1e-5)


def test_r1_looks_at_the_real_and_r2_at_the_generated_images():
    real, fake = images(SHAPE, 1), images(SHAPE, 2)
    for regularizer, looked_at in (
        (regularizers.R1(weight=2.0), real),
        (regularizers.R2(weight=2.0), fake),
    ):
        squares = np.square(ops.convert_to_numpy(looked_at))
        assert charge(regularizer, bowl, real, fake) == pytest.approx(
            np.sum(squares) / 4, rel=1e-5
        )


def test_drift_charges_the_squared_scores_of_real_images():
    critic = linear([[[1.0], [0.0]]], bias=2.0)
    real = ops.convert_to_tensor(np.ones(SHAPE, "float32"))
    assert charge(regularizers.Drift(), critic, real) == pytest.approx(0.009)

    def patches(x):
        return ops.reshape(x, (-1, 1, 1, 2))

    assert charge(regularizers.Drift(weight=1), patches, real) == 1


def test_patch_scores_are_summed_before_differentiating():
    # Both patches together have the gradient of their sum.
    critic = linear(W34)

    def twice(x):
        return ops.concatenate([critic(x), critic(x)], axis=1)

    value = charge(regularizers.R1(weight=2.0), twice, images(SHAPE))
    assert value == pytest.approx(100)


def test_a_flat_critic_is_charged_without_a_nan():
    critic = linear([[[0.0], [0.0]]])
    real, fake = images(SHAPE), images(SHAPE, 1)
    regularizer = regularizers.GradientPenalty()
    assert charge(regularizer, critic, real, fake) == pytest.approx(
        10, rel=1e-5
    )
    for gradient in weight_gradients(regularizer, critic, real, fake):
        assert np.all(np.isfinite(gradient))


@pytest.mark.parametrize(
    ("regularizer", "expected"),
    [
        # d/dw of 10 (|w| - 1)^2, of 10 |w|^2 and of 10 / 2 |w|^2.
        (regularizers.GradientPenalty(), 20 * (5 - 1) / 5),
        (regularizers.GradientPenalty(target=0), 20),
        (regularizers.DRAGAN(), 20 * (5 - 1) / 5),
        (regularizers.R1(), 10),
        (regularizers.R2(), 10),
    ],
)
def test_weight_gradients_of_a_linear_critic(regularizer, expected):
    for_kernel, for_bias = weight_gradients(
        regularizer, linear(W34), images(SHAPE), images(SHAPE, 1)
    )
    np.testing.assert_allclose(
        for_kernel[:, 0], expected * np.array([3, 4]), rtol=1e-5
    )
    np.testing.assert_array_equal(for_bias, 0)


PARTS = ("hidden", "bias", "out")


def numpy_penalty(kind, weights, x):
    """R1 or the zero-mix penalty of tanh(x hidden + bias) out, float64."""
    h = np.tanh(x @ weights["hidden"] + weights["bias"])
    gradient = ((1 - h**2) * weights["out"][:, 0]) @ weights["hidden"].T
    squared = np.sum(gradient**2, axis=1)
    if kind == "r1":
        return 5 * np.mean(squared)
    return 10 * np.mean((np.sqrt(squared) - 1) ** 2)


@pytest.mark.parametrize("kind", ["r1", "gradient_penalty"])
def test_weight_gradients_of_a_curved_critic(kind):
    rng = np.random.default_rng(0)
    weights = {
        "hidden": rng.standard_normal((4, 5)),
        "bias": rng.standard_normal(5),
        "out": rng.standard_normal((5, 1)),
    }
    model = keras.Sequential(
        [
            keras.Input((2, 2, 1)),
            layers.Flatten(),
            layers.Dense(5, activation="tanh"),
            layers.Dense(1, use_bias=False),
        ]
    )
    model.set_weights([weights[part] for part in PARTS])
    real = images((3, 2, 2, 1))
    x = ops.convert_to_numpy(real).reshape((3, 4)).astype("float64")
    # Between equal ends every mix is the same point.
    computed = weight_gradients(regularizers.get(kind), model, real, real)
    for part, gradient in zip(PARTS, computed):
        expected = finite_difference(
            lambda value, part=part: numpy_penalty(
                kind, {**weights, part: value}, x
            ),
            weights[part],
        )
        np.testing.assert_allclose(gradient, expected, rtol=1e-4, atol=1e-4)
