import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

import kerasgan
from tests.models.tiny_games import copies
from tests.models.tiny_games import image_gradient
from tests.models.tiny_games import number
from tests.models.tiny_games import point_discriminator
from tests.models.tiny_games import point_generator
from tests.models.tiny_games import points
from tests.models.tiny_games import tensors


def critic():
    """Returns a critic with BatchNormalization, on points in the plane."""
    return keras.Sequential(
        [
            keras.Input((2,)),
            layers.Dense(3),
            layers.BatchNormalization(),
            layers.LeakyReLU(0.2),
            layers.Dense(1),
        ],
        name="discriminator",
    )


def make_gan(**kwargs):
    kwargs.setdefault("warm_up_updates", 0)
    return kerasgan.models.WGAN(
        point_generator(dimensions=2), critic(), seed=0, **kwargs
    )


def fast(rate=1.0):
    return dict(
        generator_optimizer=keras.optimizers.RMSprop(rate),
        discriminator_optimizer=keras.optimizers.RMSprop(rate),
    )


def largest_after_each_update(gan, images):
    """Plays a step; returns the critic's largest weight after each update."""
    _update_player, step = gan._update_player, gan._training_step
    largest = []

    def watched(player, gradients):
        _update_player(player, gradients)
        if player == "discriminator":
            weights = gan.discriminator.trainable_variables
            largest.append(
                ops.max(ops.stack([ops.max(ops.abs(w)) for w in weights]))
            )

    def logged(batch):
        largest.clear()
        step(batch)
        return {str(i): value for i, value in enumerate(largest)}

    gan._update_player, gan._training_step = watched, logged
    logs = gan.train_on_batch(images, return_dict=True)
    gan._update_player, gan._training_step = _update_player, step
    gan.train_function = None
    return list(logs.values())


def test_no_weight_of_the_critic_is_above_the_limit_after_an_update(
    tmp_path, optimized_graphs
):
    gan = make_gan(clip=0.05, discriminator_steps=2)
    gan.compile(**fast())
    limit = pytest.approx(0.05)
    assert largest_after_each_update(gan, points(8)) == [limit] * 2
    # Loading makes another model, compiling another optimizer.
    gan.save(tmp_path / "wgan.keras")
    loaded = keras.saving.load_model(tmp_path / "wgan.keras")
    assert loaded.clip == 0.05
    loaded.compile(
        generator_optimizer="sgd",
        discriminator_optimizer=keras.optimizers.Adam(1.0),
    )
    assert largest_after_each_update(loaded, points(8)) == [limit] * 2
    # gamma and beta too, but not the statistics.
    names = {w.path.split("/")[-1] for w in loaded.discriminator.weights}
    assert {"gamma", "beta", "kernel", "bias"} < names
    for weight in loaded.discriminator.non_trainable_weights:
        if weight.path.endswith("moving_variance"):
            assert ops.convert_to_numpy(weight).max() > 0.05


def test_a_linear_critic_pushes_the_generator_with_its_limit():
    gan = kerasgan.models.WGAN(
        point_generator(0.0),
        point_discriminator(0.0),
        clip=0.01,
        discriminator_steps=1,
        warm_up_updates=0,
        seed=0,
    )
    gan.compile(
        generator_optimizer=keras.optimizers.SGD(0.0),
        discriminator_optimizer=keras.optimizers.SGD(1.0),
    )
    # Reals at 1, generated ones at 0: the critic's optimum is its limit.
    logs = gan.train_on_batch(np.ones((4, 1), "float32"), return_dict=True)
    assert copies(gan.discriminator.weights)[0] == pytest.approx(0.01)
    fake, real = tensors(np.zeros((4, 1)), np.ones((4, 1)))
    gradient = image_gradient(gan, fake, real)
    # A mean over 4 images of a slope c each, uphill.
    np.testing.assert_allclose(gradient, -0.01 / 4 * np.ones((4, 1)))
    assert logs["d_loss"] == 0
    # Now it tells the distance times the limit.
    d_loss, _ = gan._discriminator_objective(real, fake, None)
    assert number(d_loss) == pytest.approx(-0.01)


def expected_turns(steps, updates_a_step, warm_up_updates, first, every):
    """Returns how many updates G has after each step, by the paper's loop."""
    turns, done, since = [], 0, 0
    for _ in range(steps):
        since += updates_a_step
        is_warming_up = done < first or done % every == 0
        if since >= (warm_up_updates if is_warming_up else updates_a_step):
            done, since = done + 1, 0
        turns.append(done)
    return turns


def test_the_generator_waits_while_the_critic_warms_up():
    gan = make_gan(
        discriminator_steps=2,
        warm_up_updates=6,
        warm_up_steps=2,
        warm_up_every=5,
    )
    generator, discriminator = gan.optimizer.optimizers
    images = points(4)
    turns, weights = [], []
    for step in range(26):
        gan.train_on_batch(images)
        turns.append(int(number(generator.iterations)))
        weights.append(copies(gan.generator.weights))
        # The critic never waits.
        assert number(discriminator.iterations) == 2 * (step + 1)
    expected = expected_turns(26, 2, 6, first=2, every=5)
    assert turns == expected
    # 3 steps each for the first two and for every fifth, 1 for the others.
    assert turns[:12] == [0, 0, 1, 1, 1, 2, 3, 4, 5, 5, 5, 6]
    for step in range(1, 26):
        is_same = np.array_equal(weights[step][0], weights[step - 1][0])
        assert is_same == (turns[step] == turns[step - 1])
    assert number(gan.steps_seen) == 26


def test_the_updates_are_counted_and_not_the_steps():
    # 5 is rounded up to 6: the generator is asked after every second one.
    gan = make_gan(discriminator_steps=2, warm_up_updates=5)
    for updates, is_due in ((2, False), (4, False), (6, True)):
        gan._critic_updates.assign(updates)
        turn = ops.convert_to_numpy(gan._is_generators_turn())
        assert bool(turn) == is_due
    # Warmed up, no more than the usual updates are asked for.
    gan.optimizer.generator_optimizer.iterations.assign(25)
    gan._critic_updates.assign(2)
    assert bool(ops.convert_to_numpy(gan._is_generators_turn()))


def test_a_resumed_game_goes_on_warming_up_where_it_was(tmp_path):
    gan = make_gan(discriminator_steps=1, warm_up_updates=3, warm_up_steps=9)
    images = points(4)
    for _ in range(2):
        gan.train_on_batch(images)
    assert number(gan._critic_updates) == 2
    gan.save(tmp_path / "wgan.keras")
    loaded = keras.saving.load_model(tmp_path / "wgan.keras")
    assert number(loaded._critic_updates) == 2
    assert loaded.warm_up_updates == 3
    for model in (gan, loaded):
        model.train_on_batch(images)
        assert number(model._critic_updates) == 0
        assert number(model.optimizer.generator_optimizer.iterations) == 1
    for a, b in zip(copies(gan.weights), copies(loaded.weights), strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_defaults_are_those_of_the_paper_and_its_code():
    gan = kerasgan.models.WGAN(point_generator(dimensions=2), critic())
    assert (gan.clip, gan.discriminator_steps) == (0.01, 5)
    warm_up = gan.warm_up_updates, gan.warm_up_steps, gan.warm_up_every
    assert warm_up == (100, 25, 500)
    assert isinstance(gan.loss, kerasgan.losses.Wasserstein)
    assert isinstance(gan.latent_prior, kerasgan.latent.Normal)
    for optimizer in gan.optimizer.optimizers:
        assert isinstance(optimizer, keras.optimizers.RMSprop)
        assert number(optimizer.learning_rate) == pytest.approx(5e-5)
        settings = optimizer.rho, optimizer.epsilon, optimizer.momentum
        assert settings == (0.99, 1e-8, 0.0)


@pytest.mark.parametrize("clip", [0, -0.01])
def test_a_limit_that_is_none_is_refused(clip):
    with pytest.raises(
        ValueError, match="`limit` must be a finite number above 0.*Received"
    ):
        make_gan(clip=clip)
