"""The averaged generator: its law, its statistics and who uses it."""

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.training.ema import follow
from kerasgan.training.ema import frozen_copy
from tests import tiny


def values(variables):
    return [keras.ops.convert_to_numpy(v).copy() for v in variables]


def fill(variables, value):
    for variable in variables:
        variable.assign(keras.ops.full(variable.shape, value))


def still_gan(**kwargs):
    """A game whose generator stays where it is put."""
    gan = tiny.tiny_gan(**kwargs)
    gan.compile(
        generator_optimizer=keras.optimizers.SGD(0.0),
        discriminator_optimizer=keras.optimizers.SGD(0.1),
    )
    return gan


def averaged_kernel(gan):
    kernel = gan.ema_generator.layers[0].kernel
    return float(keras.ops.convert_to_numpy(kernel)[0, 0])


def distances(gan, steps, batch_size):
    """Returns how far the average is from its aim after each step.

    The distance starts at 1, so that it is the product of the decays.
    """
    fill(gan.generator.trainable_variables, 0.0)
    fill(gan.ema_generator.weights[:1], 1.0)
    images = tiny.tiny_images(batch_size)
    seen = []
    for _ in range(steps):
        gan.train_on_batch(images)
        seen.append(averaged_kernel(gan))
    return seen


def test_half_life_of_10_kimg_is_the_known_decay():
    # papers: 0.5 ** (32 / 10000) = 0.997784 a step of 32 images.
    gan = still_gan(ema=10_000.0)
    seen = distances(gan, steps=3, batch_size=32)
    expected = [0.997784**n for n in (1, 2, 3)]
    np.testing.assert_allclose(seen, expected, atol=2e-6)


def test_distance_halves_after_the_half_life_whatever_the_batch_size():
    for batch_size in (4, 16):
        gan = still_gan(ema=16.0)
        seen = distances(gan, steps=16 // batch_size, batch_size=batch_size)
        np.testing.assert_allclose(seen[-1], 0.5, rtol=1e-6)


def test_an_average_of_n_steps_has_moved_by_1_minus_beta_to_the_n():
    network = tiny.tiny_generator()
    average = frozen_copy(network)
    fill(network.trainable_variables, 1.0)
    fill(average.weights, 0.0)
    for _ in range(5):
        follow(average, network, 0.9)
    kernel = keras.ops.convert_to_numpy(average.layers[0].kernel)
    np.testing.assert_allclose(kernel, 1 - 0.9**5, rtol=1e-6)


def test_all_minibatches_of_a_step_count_as_shown():
    gan = still_gan(ema=8.0, discriminator_steps=2)
    seen = distances(gan, steps=1, batch_size=8)
    np.testing.assert_allclose(seen, [0.5], rtol=1e-6)


def test_ramp_up_limits_the_half_life_to_a_share_of_the_images_shown():
    gan = still_gan(ema=kerasgan.training.EMA(16.0, 0.5))
    seen = distances(gan, steps=6, batch_size=8)
    # Half-lives 4, 8, 12 and then 16 images, each for 8 images.
    half_lives = np.minimum(0.5 * 8 * np.arange(1, 7), 16.0)
    expected = np.cumprod(0.5 ** (8 / half_lives))
    np.testing.assert_allclose(seen, expected, rtol=1e-5)


def test_statistics_are_copied_and_weights_are_averaged():
    gan = tiny.tiny_gan(ema=100.0)
    gan.compile(
        generator_optimizer=keras.optimizers.SGD(1.0),
        discriminator_optimizer=keras.optimizers.SGD(0.1),
    )
    gan.train_on_batch(tiny.tiny_images())
    pairs = list(zip(gan.ema_generator.weights, gan.generator.weights))
    statistics = [p for p in pairs if not p[1].trainable]
    assert len(statistics) == 2
    for slow, fast in statistics:
        np.testing.assert_array_equal(*values([slow, fast]))
        assert np.ptp(values([fast])[0]) > 0
    kernel = [p for p in pairs if p[1].trainable][0]
    slow, fast = values(kernel)
    assert np.abs(slow - fast).max() > 1e-6


def test_the_average_starts_as_the_generator_and_is_not_trained():
    gan = tiny.tiny_gan(ema=100.0)
    pairs = zip(values(gan.ema_generator.weights), gan.generator.get_weights())
    for slow, fast in pairs:
        np.testing.assert_array_equal(slow, fast)
    assert gan.ema_generator.trainable_variables == []
    assert "ema_generator" not in gan._player_variables()
    own = {id(v) for v in gan.ema_generator.weights}
    assert not own & {id(v) for v in gan.trainable_variables}
    # The networks share no variable.
    assert not own & {id(v) for v in gan.generator.weights}


def test_validation_does_not_move_the_average():
    gan = tiny.tiny_gan(ema=1.0)
    fill(gan.ema_generator.weights[:1], 1.0)
    before = values(gan.ema_generator.weights)
    gan.evaluate(tiny.tiny_images(), verbose=0)
    for old, new in zip(before, values(gan.ema_generator.weights)):
        np.testing.assert_array_equal(old, new)


@pytest.fixture
def parted():
    """A game whose average makes other images than its generator."""
    gan = tiny.tiny_gan(ema=100.0)
    fill(gan.ema_generator.weights, 0.5)
    return gan


def test_images_come_from_the_average(parted):
    latents = parted.sample_inputs(3, seed=0)["latents"]
    expected = parted.ema_generator.predict(latents, verbose=0)
    other = parted.generator.predict(latents, verbose=0)
    assert np.abs(expected - other).max() > 0.1
    called = keras.ops.convert_to_numpy(parted(latents))
    predicted = parted.predict(latents, verbose=0)
    for images in (called, predicted, parted.generate(3, seed=0)):
        np.testing.assert_allclose(images, expected, atol=1e-6)


def test_calling_in_training_uses_the_generator():
    gan = tiny.tiny_gan(ema=100.0)
    fill(gan.ema_generator.weights, 0.5)
    statistics = values(gan.generator.non_trainable_variables)
    gan(gan.sample_inputs(8, seed=0)["latents"], training=True)
    moved = values(gan.generator.non_trainable_variables)
    assert any(np.any(a != b) for a, b in zip(statistics, moved))


def test_without_an_average_the_generator_makes_the_images():
    gan = tiny.tiny_gan()
    assert gan.ema_generator is None
    latents = gan.sample_inputs(3, seed=0)["latents"]
    expected = gan.generator.predict(latents, verbose=0)
    np.testing.assert_allclose(gan.generate(3, seed=0), expected, atol=1e-6)


def test_ema_survives_in_the_config():
    gan = tiny.tiny_gan(ema=kerasgan.training.EMA(100.0, 0.05))
    copy = type(gan).from_config(gan.get_config())
    assert copy.ema.half_life == 100.0
    assert copy.ema.ramp_up == 0.05
    assert copy.ema_generator is not None
