"""Properties that every adversarial loss has, checked against formulas."""

import keras
import numpy as np
import pytest
from keras import ops

import kerasgan
from kerasgan import losses
from tests.losses.formulas import FORMULAS
from tests.losses.formulas import finite_difference

NAMES = sorted(FORMULAS)
SHAPES = [(6, 1), (2, 3, 3, 1)]  # whole images, patches


def logits(shape, seed=0):
    rng = np.random.default_rng(seed)
    return [(2 * rng.standard_normal(shape)).astype("float32") for _ in "rf"]


def number(tensor):
    value = ops.convert_to_numpy(tensor)
    assert value.shape == ()
    return float(value)


def gradient(function, x):
    """Returns the gradient of `function`, for an array `x`."""
    _, _, result = kerasgan.backend.input_gradient(
        lambda x: (function(x), None), ops.convert_to_tensor(x)
    )
    return ops.convert_to_numpy(result)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_values_are_those_of_the_formulas(name, shape):
    real, fake = logits(shape)
    loss = losses.get(name)
    of_discriminator, of_generator = FORMULAS[name]
    np.testing.assert_allclose(
        number(loss.discriminator(real, fake)),
        of_discriminator(real.astype("float64"), fake.astype("float64")),
        rtol=1e-5,
        atol=1e-6,
    )
    np.testing.assert_allclose(
        number(loss.generator(fake, real)),
        of_generator(fake.astype("float64"), real.astype("float64")),
        rtol=1e-5,
        atol=1e-6,
    )


@pytest.mark.parametrize("name", NAMES)
def test_gradients_are_those_of_finite_differences(name):
    real, fake = logits((5, 1), seed=1)
    constants = [ops.convert_to_tensor(x) for x in (real, fake)]
    loss = losses.get(name)
    of_discriminator, of_generator = FORMULAS[name]
    cases = [
        (
            gradient(lambda x: loss.discriminator(x, constants[1]), real),
            finite_difference(lambda x: of_discriminator(x, fake), real),
        ),
        (
            gradient(lambda x: loss.discriminator(constants[0], x), fake),
            finite_difference(lambda x: of_discriminator(real, x), fake),
        ),
        (
            gradient(lambda x: loss.generator(x, constants[0]), fake),
            finite_difference(lambda x: of_generator(x, real), fake),
        ),
    ]
    for computed, expected in cases:
        np.testing.assert_allclose(computed, expected, atol=1e-6)


@pytest.mark.parametrize("scale", [1e4, -1e4])
@pytest.mark.parametrize("name", NAMES)
def test_huge_logits_give_the_exact_value_and_finite_gradients(name, scale):
    real = np.full((3, 1), scale, "float32")
    fake = -real
    loss = losses.get(name)
    of_discriminator, of_generator = FORMULAS[name]
    np.testing.assert_allclose(
        number(loss.discriminator(real, fake)),
        of_discriminator(real.astype("float64"), fake.astype("float64")),
        rtol=1e-6,
    )
    np.testing.assert_allclose(
        number(loss.generator(fake, real)),
        of_generator(fake.astype("float64"), real.astype("float64")),
        rtol=1e-6,
    )
    constants = [ops.convert_to_tensor(x) for x in (real, fake)]
    for function, x in (
        (lambda x: loss.discriminator(x, constants[1]), real),
        (lambda x: loss.discriminator(constants[0], x), fake),
        (lambda x: loss.generator(x, constants[0]), fake),
    ):
        assert np.all(np.isfinite(gradient(function, x)))


ZERO_VALUES = {
    "minimax": (1.386294, -0.693147),
    "non_saturating": (1.386294, 0.693147),
    "least_squares": (0.5, 0.5),
    "wasserstein": (0.0, 0.0),
    "hinge": (2.0, 0.0),
    "relativistic_pairing": (0.693147, 0.693147),
}


@pytest.mark.parametrize("name", NAMES)
def test_values_where_the_discriminator_says_zero(name):
    zeros = ops.zeros((4, 1))
    loss = losses.get(name)
    d_loss, g_loss = ZERO_VALUES[name]
    assert number(loss.discriminator(zeros, zeros)) == pytest.approx(
        d_loss, abs=1e-6
    )
    assert number(loss.generator(zeros, zeros)) == pytest.approx(
        g_loss, abs=1e-6
    )


@pytest.mark.parametrize(
    "loss",
    [
        losses.Minimax(label_smoothing=0.2),
        losses.NonSaturating(label_smoothing=0.1),
        losses.LeastSquares(a=-1.0, b=1.0, c=0.0),
        losses.Wasserstein(),
        losses.Hinge(),
        losses.RelativisticPairing(),
    ],
    ids=lambda loss: type(loss).__name__,
)
def test_a_loss_survives_serialization(loss):
    copy = losses.get(keras.saving.serialize_keras_object(loss))
    assert type(copy) is type(loss)
    assert copy.get_config() == loss.get_config()
    assert losses.get(loss) is loss


@pytest.mark.parametrize("name", NAMES)
def test_a_name_gives_the_loss_with_the_papers_settings(name):
    loss = losses.get(name)
    assert type(loss).__name__.lower() == name.replace("_", "")
    assert loss.get_config() == type(loss)().get_config()
    assert loss.uses_real_logits == (name == "relativistic_pairing")


def test_an_unknown_name_gets_the_near_matches():
    with pytest.raises(ValueError, match="`loss`.*'hinge'.*Received: 'hindge'"):
        losses.get("hindge")


def test_a_name_like_no_other_gets_all_of_them():
    with pytest.raises(ValueError, match="hinge, least_squares, minimax"):
        losses.get("qqqq")


@pytest.mark.parametrize(
    "identifier", [None, 3, keras.losses.MeanSquaredError(), losses.Hinge]
)
def test_what_is_no_adversarial_loss_is_refused(identifier):
    with pytest.raises(ValueError, match="`loss` must be a .*name"):
        losses.get(identifier)


def test_the_base_class_leaves_both_functions_to_the_subclass():
    loss = losses.AdversarialLoss()
    with pytest.raises(NotImplementedError):
        loss.discriminator(ops.zeros(1), ops.zeros(1))
    with pytest.raises(NotImplementedError):
        loss.generator(ops.zeros(1))
