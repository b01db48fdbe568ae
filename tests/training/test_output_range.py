"""Networks whose last activation keeps them from what they need."""

import warnings

import keras
import pytest
from keras import layers
from keras import ops

import kerasgan
from kerasgan.training.output_range import output_range
from tests.tiny import tiny_discriminator
from tests.tiny import tiny_generator

SHAPE = (4, 4, 1)


def ending_in(*ends, shape=(3,)):
    return keras.Sequential([keras.Input(shape), *ends])


def warnings_of(cls, *networks):
    """Returns what a game says when it is made."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        cls(*networks)
    return [str(warning.message) for warning in caught]


def generator(*ends):
    return ending_in(layers.Dense(16), layers.Reshape(SHAPE), *ends)


def discriminator(activation=None):
    last = layers.Dense(1, activation=activation)
    return ending_in(layers.Flatten(), last, shape=SHAPE)


@pytest.mark.parametrize(
    "ends, expected",
    [
        ([layers.Dense(1)], None),
        ([layers.Dense(1, activation="linear")], None),
        ([layers.LeakyReLU(0.2)], None),
        ([layers.Dense(1, activation="sigmoid")], (0, 1)),
        ([layers.Activation("sigmoid")], (0, 1)),
        ([layers.Activation("tanh"), layers.Reshape((1, 3))], (-1, 1)),
        ([layers.ReLU()], (0, float("inf"))),
        ([layers.ReLU(6.0)], (0, 6)),
        ([layers.Softmax()], (0, 1)),
        ([layers.Activation("sigmoid"), layers.Rescaling(2, -1)], (-1, 1)),
        ([ending_in(layers.Activation("sigmoid"))], (0, 1)),
        ([layers.Activation("sigmoid"), layers.Dense(1)], None),
    ],
)
def test_the_range_is_that_of_the_last_activation(ends, expected):
    *ends, name = output_range(ending_in(*ends))
    assert (name is None) is (expected is None)
    assert tuple(ends) == (expected or (-float("inf"), float("inf")))


def test_operations_and_activations_that_are_layers_are_known():
    x = keras.Input((3,))
    network = keras.Model(x, ops.reshape(ops.sigmoid(x), (-1, 3, 1)))
    assert output_range(network) == (0, 1, "sigmoid")
    network = ending_in(layers.Dense(2, activation=layers.ReLU()))
    assert output_range(network) == (0, float("inf"), "relu")


class Doubled(layers.Layer):
    activation = keras.activations.sigmoid

    def call(self, x):
        return 2 * x


def test_layers_of_users_are_not_guessed_about():
    assert output_range(ending_in(Doubled()))[2] is None


@pytest.mark.parametrize("activation", ["sigmoid", "relu"])
def test_a_generator_that_cannot_reach_black_is_warned_of(activation):
    with pytest.warns(UserWarning, match=f"`generator` ends in '{activation}'"):
        kerasgan.models.GAN(
            generator(layers.Activation(activation)), tiny_discriminator()
        )


@pytest.mark.parametrize(
    "loss", ["non_saturating", "minimax", "hinge", "relativistic_pairing"]
)
def test_a_discriminator_of_probabilities_is_warned_of(loss):
    with pytest.warns(UserWarning, match=r"Take the activation away.*Dense\("):
        kerasgan.models.GAN(tiny_generator(), discriminator("sigmoid"), loss)


def test_a_critic_of_probabilities_is_warned_of_where_it_is_made():
    with pytest.warns(UserWarning, match="Wasserstein is of logits") as caught:
        kerasgan.models.WGAN(tiny_generator(), discriminator("sigmoid"))
    assert caught[0].filename == __file__


def test_translators_are_looked_at_too():
    with pytest.warns(UserWarning, match="`generator` ends in 'sigmoid'"):
        kerasgan.models.Pix2Pix(
            ending_in(layers.Conv2D(1, 1, activation="sigmoid"), shape=SHAPE),
            keras.Model(
                pair := [keras.Input(SHAPE), keras.Input(SHAPE)],
                layers.Conv2D(1, 1)(layers.Concatenate()(pair)),
            ),
        )


def test_a_loss_that_can_be_had_with_a_sigmoid_warns_not():
    made = tiny_generator(), discriminator("sigmoid")
    kerasgan.models.GAN(*made, "least_squares")
    codes = kerasgan.losses.LeastSquares(-1.0, 1.0, 0.0)
    with pytest.warns(UserWarning, match=r"is of outputs in \[-1, 1\]"):
        kerasgan.models.GAN(*made, codes)


def test_losses_of_users_may_be_of_probabilities():
    class OfProbabilities(kerasgan.models.GAN):
        def discriminator_loss(self, real, fake):
            return -ops.mean(ops.log(real) + ops.log(1 - fake))

    made = tiny_generator(), discriminator("sigmoid")
    assert warnings_of(OfProbabilities, *made) == []


def test_points_may_lie_anywhere():
    made = (
        ending_in(layers.Dense(2, activation="sigmoid")),
        ending_in(layers.Dense(1), shape=(2,)),
    )
    assert warnings_of(kerasgan.models.GAN, *made) == []
