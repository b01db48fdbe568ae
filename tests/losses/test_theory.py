"""What the papers prove about the losses, on two-point distributions."""

import numpy as np
import pytest
from keras import ops

import kerasgan
from kerasgan import losses

# Four draws from p = (3/4, 1/4) and from q = (1/4, 3/4) over two points.
P = [0, 0, 0, 1]
Q = [0, 1, 1, 1]


def d_loss_and_gradient(loss, table, real=P, fake=Q):
    """The discriminator is a table: one output for each of the points."""

    def objective(table):
        return loss.discriminator(
            ops.take(table, real), ops.take(table, fake)
        ), None

    value, _, gradient = kerasgan.backend.input_gradient(
        objective, ops.convert_to_tensor(np.array(table, "float32"))
    )
    return float(value), ops.convert_to_numpy(gradient)


def logit(p):
    return np.log(p / (1 - np.array(p)))


@pytest.mark.parametrize("loss", [losses.Minimax(), losses.NonSaturating()])
def test_the_best_discriminator_is_p_over_p_plus_q(loss):
    value, gradient = d_loss_and_gradient(loss, logit([0.75, 0.25]))
    np.testing.assert_allclose(gradient, 0, atol=1e-6)
    # log 4 - 2 JSD, with JSD(p, q) = 0.130812.
    assert value == pytest.approx(1.124670, abs=1e-6)
    assert (np.log(4) - value) / 2 == pytest.approx(0.130812, abs=1e-6)


@pytest.mark.parametrize("loss", [losses.Minimax(), losses.NonSaturating()])
def test_disjoint_supports_let_the_discriminator_loss_vanish(loss):
    value, _ = d_loss_and_gradient(loss, [40.0, -40.0], real=[0], fake=[1])
    assert value == pytest.approx(0, abs=1e-6)


def test_the_minimax_game_is_zero_sum_in_the_fakes():
    fake = ops.convert_to_tensor(np.array([-1.5, 0.0, 2.0], "float32"))
    loss = losses.Minimax()
    certain = ops.full((3,), 100.0)  # the real term vanishes
    d_loss = float(loss.discriminator(certain, fake))
    assert float(loss.generator(fake)) == pytest.approx(-d_loss, rel=1e-6)


def test_only_the_minimax_generator_starves_where_the_discriminator_wins():
    def slope(loss):
        _, _, gradient = kerasgan.backend.input_gradient(
            lambda x: (loss.generator(x), None), ops.full((1,), -12.0)
        )
        return float(ops.convert_to_numpy(gradient)[0])

    # -sigmoid(l) and -(1 - sigmoid(l)) at l = -12.
    assert slope(losses.Minimax()) == pytest.approx(-6.144e-6, rel=1e-3)
    assert slope(losses.NonSaturating()) == pytest.approx(-1, abs=1e-4)


@pytest.mark.parametrize("cls", [losses.Minimax, losses.NonSaturating])
def test_one_sided_smoothing_moves_the_optimum_at_p_equal_q_to_0_45(cls):
    loss = cls(label_smoothing=0.1)
    value, gradient = d_loss_and_gradient(
        loss, [logit(0.45)], real=[0], fake=[0]
    )
    np.testing.assert_allclose(gradient, 0, atol=1e-6)
    assert value == pytest.approx(1.376278, abs=1e-6)


def test_smoothing_is_cross_entropy_with_a_soft_target_on_reals_alone():
    rng = np.random.default_rng(0)
    real, fake = rng.standard_normal((2, 5)).astype("float32")
    loss = losses.NonSaturating(label_smoothing=0.1)
    on_reals = 0.9 * np.logaddexp(0, -real) + 0.1 * np.logaddexp(0, real)
    expected = np.mean(on_reals) + np.mean(np.logaddexp(0, fake))
    assert float(loss.discriminator(real, fake)) == pytest.approx(
        expected, rel=1e-5
    )
    assert float(loss.generator(fake)) == float(
        losses.NonSaturating().generator(fake)
    )


@pytest.mark.parametrize("value", [-0.1, 1, 1.5])
def test_smoothing_outside_0_to_1_is_refused(value):
    with pytest.raises(ValueError, match="`label_smoothing`.*Received"):
        losses.NonSaturating(label_smoothing=value)


@pytest.mark.parametrize(
    ("coding", "level", "d_loss", "g_loss"),
    [
        ((0.0, 1.0, 1.0), 0.5, 0.25, 0.125),
        ((-1.0, 1.0, 0.0), 0.0, 1.0, 0.0),
    ],
)
def test_least_squares_at_p_equal_q(coding, level, d_loss, g_loss):
    loss = losses.LeastSquares(*coding)
    value, gradient = d_loss_and_gradient(loss, [level], real=[0], fake=[0])
    assert value == pytest.approx(d_loss)
    np.testing.assert_allclose(gradient, 0, atol=1e-7)
    at_optimum = float(loss.generator(ops.full((2, 1), level)))
    assert at_optimum == pytest.approx(g_loss)


def test_the_best_least_squares_discriminator():
    # D* = (b p + a q) / (p + q).
    value, gradient = d_loss_and_gradient(losses.LeastSquares(), [0.75, 0.25])
    np.testing.assert_allclose(gradient, 0, atol=1e-7)
    assert value == pytest.approx(0.1875)


def test_hinge_is_content_beyond_the_margin():
    value, gradient = d_loss_and_gradient(
        losses.Hinge(), [1.5, -2.0], real=[0], fake=[1]
    )
    assert value == 0
    np.testing.assert_array_equal(gradient, 0)


def test_relativistic_pairing_ignores_a_constant_and_pairs_by_index():
    loss = losses.RelativisticPairing()
    real = np.array([0.0, 3.0], "float32")
    fake = np.array([1.0, 2.0], "float32")
    value = float(loss.discriminator(real, fake))
    assert float(loss.discriminator(real + 7, fake + 7)) == pytest.approx(
        value, rel=1e-6
    )
    assert float(loss.discriminator(real, fake[::-1].copy())) != pytest.approx(
        value, rel=1e-3
    )


def test_wasserstein_of_two_points_is_their_distance():
    # A critic f(x) = w x with |w| <= 1 between points 0 and 3.
    loss = losses.Wasserstein()
    real, fake = ops.zeros((2, 1)), ops.full((2, 1), 3.0)
    assert float(loss.discriminator(-real, -fake)) == -3
    assert float(loss.generator(-fake)) == 3
