import keras
import numpy as np
import pytest

import kerasgan
from tests.models.tiny_games import Bilinear
from tests.models.tiny_games import copies
from tests.models.tiny_games import image_gradient
from tests.models.tiny_games import number
from tests.models.tiny_games import perceptrons
from tests.models.tiny_games import point_discriminator
from tests.models.tiny_games import point_generator
from tests.models.tiny_games import points
from tests.models.tiny_games import tensors


def bilinear_gan(steps, psi=0.0, theta=1.0):
    """Returns the game f = theta psi, with one weight a player.

    The generator makes theta from the latent 1, the discriminator scores it
    psi theta; D climbs f with rate 0.1.
    """
    gan = kerasgan.models.UnrolledGAN(
        point_generator(theta),
        point_discriminator(psi),
        loss=Bilinear(),
        unrolling_steps=steps,
        latent_prior=Ones(),
        seed=0,
    )
    gan.compile(
        generator_optimizer=keras.optimizers.SGD(1.0),
        discriminator_optimizer=keras.optimizers.SGD(0.1),
    )
    return gan


@keras.saving.register_keras_serializable(package="tests_unrolled_gan")
class Ones(kerasgan.latent.Prior):
    def sample(self, shape, seed):
        return keras.ops.ones(shape)


@pytest.mark.parametrize(
    ("steps", "expected"), [(0, 0.0), (1, 0.2), (2, 0.4), (5, 1.0)]
)
def test_the_gradient_of_the_bilinear_game_is_twice_k_eta_theta(
    steps, expected
):
    # f_k = k eta theta^2: seeing only the foreseen weights, but not how they
    # depend on theta, would give half of it.
    gan = bilinear_gan(steps)
    one, real = tensors([[1.0]], [[0.0]])
    gradient = image_gradient(gan, one, real)
    np.testing.assert_allclose(gradient, [[expected]], atol=1e-6)
    assert copies(gan.discriminator.weights)[0] == 0


def test_a_whole_step_of_the_bilinear_game():
    # D's own step takes psi from -0.1 to 0; then G foresees two more.
    gan = bilinear_gan(2, psi=-0.1)
    logs = gan.train_on_batch(np.zeros((1, 1), "float32"), return_dict=True)
    assert copies(gan.generator.weights)[0] == pytest.approx(1 - 0.4)
    # The two foreseen updates are forgotten.
    assert copies(gan.discriminator.weights)[0] == pytest.approx(0, abs=1e-7)
    assert number(gan.optimizer.discriminator_optimizer.iterations) == 1
    # f_2 = 2 eta theta^2 at psi = 0.
    assert logs["g_loss"] == pytest.approx(0.2)


def test_without_unrolling_it_is_the_plain_game_bit_for_bit():
    results = []
    for cls, options in (
        (kerasgan.models.GAN, {}),
        (kerasgan.models.UnrolledGAN, {"unrolling_steps": 0}),
    ):
        gan = cls(*perceptrons(), loss="minimax", seed=0, **options)
        gan.compile(
            generator_optimizer=keras.optimizers.Adam(0.01),
            discriminator_optimizer=keras.optimizers.Adam(0.01),
        )
        for i in range(2):
            gan.train_on_batch(points(6, seed=i))
        results.append(copies([*gan.variables, *gan.optimizer.variables]))
    for plain, unrolled in zip(*results, strict=True):
        np.testing.assert_array_equal(plain, unrolled)


def used_gan(steps=3):
    """Returns a game whose Adam has been used, and images to go on with."""
    gan = kerasgan.models.UnrolledGAN(
        *perceptrons(), loss="minimax", unrolling_steps=steps, seed=0
    )
    gan.compile(
        generator_optimizer=keras.optimizers.Adam(0.01),
        # Steps so large that what they do to the gradient cannot be missed.
        discriminator_optimizer=keras.optimizers.Adam(
            0.1, beta_1=0.5, beta_2=0.9, epsilon=1e-2
        ),
    )
    real, fake = points(6), points(6, seed=1)
    for _ in range(2):
        advance(gan, *tensors(real, fake))
    return gan, real, fake


def advance(gan, real, fake):
    """Takes one step of the discriminator, by Keras' own optimizer."""
    gan.minimize(
        "discriminator", lambda: gan._discriminator_objective(real, fake, None)
    )


def foreseen_loss(gan, real, fake, foreseen=None):
    """Returns G's loss after D has really taken the k steps, then undone.

    Args:
        foreseen: The images that D sees in its steps, if not the same.
    """
    variables = [*gan.discriminator.variables, *gan.optimizer.variables]
    kept = copies(variables)
    real, fake, seen = tensors(
        real, fake, fake if foreseen is None else foreseen
    )
    for _ in range(gan.unrolling_steps):
        advance(gan, real, seen)
    loss = number(gan._generator_objective(fake, real, None, training=False)[0])
    for variable, value in zip(variables, kept):
        variable.assign(value)
    return loss


def test_the_gradient_is_that_of_finite_differences_of_the_real_steps():
    gan, real, fake = used_gan()
    gradient = image_gradient(gan, *tensors(fake, real))
    direction = points(6, seed=2)
    slopes = {}
    for name, sees in (("full", lambda x: x), ("first order", lambda x: fake)):
        ends = [
            foreseen_loss(gan, real, x, sees(x))
            for x in (fake + 0.01 * direction, fake - 0.01 * direction)
        ]
        slopes[name] = (ends[0] - ends[1]) / 0.02
    ours = float(np.sum(gradient * direction))
    assert ours == pytest.approx(slopes["full"], rel=0.01)
    # The tolerance tells it from a gradient that stops at the steps.
    assert abs(slopes["first order"] - slopes["full"]) > 0.1 * abs(ours)


def test_looking_ahead_changes_nothing_of_the_discriminator():
    gan, real, fake = used_gan()
    variables = [*gan.variables, *gan.optimizer.variables]
    before = copies(variables)
    image_gradient(gan, *tensors(fake, real))
    for old, new in zip(before, copies(variables), strict=True):
        np.testing.assert_array_equal(old, new)


def test_looking_ahead_leaves_no_statistics_behind():
    generator, _ = perceptrons()
    discriminator = keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(3),
            keras.layers.BatchNormalization(momentum=0.5),
            keras.layers.Dropout(0.5, seed=0),
            keras.layers.Dense(1),
        ]
    )
    norm, dropout = discriminator.layers[1:3]
    moved = []
    for steps in (0, 1):
        gan = kerasgan.models.UnrolledGAN(
            generator, discriminator, unrolling_steps=steps, seed=0
        )
        before = copies([norm.moving_mean, dropout.seed_generator.state])
        image_gradient(gan, *tensors(points(6), points(6, seed=1)))
        after = copies([norm.moving_mean, dropout.seed_generator.state])
        moved.append([(a != b).any() for a, b in zip(before, after)])
    # In the plain game the generator's turn counts; what is foreseen never.
    assert moved == [[True, True], [False, False]]


@pytest.mark.parametrize(
    ("optimizer", "received"),
    [
        ("rmsprop", "Received: RMSprop"),
        (keras.optimizers.Adam(clipnorm=1.0), "Received: Adam with clipnorm"),
        (keras.optimizers.SGD(weight_decay=0.1), "SGD with weight_decay"),
    ],
    ids=["rmsprop", "clipnorm", "weight_decay"],
)
def test_an_optimizer_that_cannot_be_unrolled_is_refused_at_once(
    optimizer, received
):
    gan = bilinear_gan(1)
    before = gan.optimizer
    with pytest.raises(ValueError, match=f"`discriminator_opt.*{received}"):
        gan.compile(
            generator_optimizer="adam", discriminator_optimizer=optimizer
        )
    # It still has its optimizers, and plays on.
    assert gan.optimizer is before
    gan.train_on_batch(np.zeros((1, 1), "float32"))
    assert number(before.generator_optimizer.iterations) == 1


def test_the_generators_optimizer_may_be_any():
    gan = bilinear_gan(1)
    gan.compile(
        generator_optimizer=keras.optimizers.RMSprop(clipnorm=1.0),
        discriminator_optimizer="sgd",
    )
    rmsprop = keras.optimizers.RMSprop
    assert isinstance(gan.optimizer.generator_optimizer, rmsprop)


@pytest.mark.parametrize("steps", [-1, 1.5, None, "2"])
def test_a_number_of_steps_that_is_none_is_refused(steps):
    with pytest.raises(ValueError, match="`unrolling_steps`.*Received"):
        bilinear_gan(steps)
