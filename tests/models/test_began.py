"""A discriminator that copies images: the game on paper, and its control."""

import keras
import numpy as np
import pytest
from keras import layers

import kerasgan
from kerasgan.models import BEGAN
from tests.models import tiny_latent_games as tiny


def make(w=0.5, a=0.4, seed=0, **kwargs):
    game = BEGAN(tiny.spread(w), tiny.scaled(a), seed=seed, **kwargs)
    return tiny.compiled(game)


def test_three_steps_are_those_on_paper():
    w, a, k, rate = 0.5, 0.4, 0.0, 0.1
    table = tiny.latents(3, 4)
    game = tiny.replay(make(w, a, gamma=0.7, k_rate=0.5), table)
    for turn in range(3):
        x, z = tiny.images(4, seed=turn), table[turn]
        real, fake = (1 - a) * np.abs(x).mean(), (1 - a) * np.abs(w * z).mean()
        logs = tiny.step(game, x)
        assert logs["d_loss"] == pytest.approx(real - k * fake, rel=1e-4)
        assert logs["g_loss"] == pytest.approx(fake, rel=1e-4)
        measure = real + abs(0.7 * real - fake)
        assert logs["convergence"] == pytest.approx(measure, rel=1e-4)
        # Both players look at what the other was before the step.
        slope = np.abs(x).mean() - k * np.abs(w * z).mean()
        # Each pixel of what is drawn has a weight of its own.
        down = (1 - a) * np.abs(z).mean() / 4
        w, a = w - rate * down, a + rate * slope
        k = min(max(k + 0.5 * (0.7 * real - fake), 0.0), 1.0)
        assert logs["k"] == pytest.approx(k, rel=1e-4, abs=1e-7)
    assert 0 < k < 1
    found = [*tiny.first(game.generator), *tiny.first(game.discriminator)]
    np.testing.assert_allclose(found, [w, a], rtol=1e-4)


def signs(size):
    """Returns images of two values, as far from 0 as that."""
    return np.resize([size, -size], (2, *tiny.SHAPE)).astype("float32")


@pytest.mark.parametrize(
    ("fake", "k", "expected"), [(0.05, 0.0, 5e-5), (0.15, 0.0, 0.0)]
)
def test_the_control_moves_as_in_the_paper_and_stays_above_0(fake, k, expected):
    # Errors 0.2 of real images and `fake` of generated ones.
    game = make(w=fake, a=0.0)
    tiny.replay(game, np.ones((1, 2, 1), "float32"))
    logs = tiny.step(game, signs(0.2))
    assert logs["k"] == pytest.approx(expected, abs=1e-9)
    assert logs["d_loss"] == pytest.approx(0.2)
    assert logs["convergence"] == pytest.approx(0.25)


def test_a_discriminator_minds_generated_images_by_k():
    game = make(w=0.05, a=0.0)
    tiny.replay(game, np.ones((1, 2, 1), "float32"))
    game.control.k.assign(0.5)
    logs = tiny.step(game, signs(0.2))
    assert logs["d_loss"] == pytest.approx(0.175)


def test_where_copies_are_right_nothing_moves():
    game = make(a=1.0)
    logs = tiny.step(game, tiny.images(4))
    assert logs["d_loss"] == logs["g_loss"] == logs["k"] == 0.0


def test_the_control_is_saved_and_evaluation_leaves_it(tmp_path):
    game = make(k_rate=0.5)
    game.fit(tiny.images(8), batch_size=4, verbose=0)
    k = float(tiny.numpy(game.control.k))
    assert k > 0
    game.evaluate(tiny.images(8), verbose=0)
    assert float(tiny.numpy(game.control.k)) == k
    game.save(tmp_path / "game.keras")
    copy = kerasgan.load_model(tmp_path / "game.keras")
    assert float(tiny.numpy(copy.control.k)) == k


def test_what_is_drawn_stays_in_the_range_of_images():
    game = make(w=5.0)
    drawn = game.generate(16, seed=0)
    assert drawn.min() == -1 and drawn.max() == 1
    called = tiny.numpy(game(game.sample_inputs(16, seed=0)["latents"]))
    np.testing.assert_allclose(called, drawn, atol=1e-6)


@pytest.mark.parametrize(
    ("discriminator", "message"),
    [
        (lambda: tiny.gathered(1.0), "must be an autoencoder"),
        (
            lambda: keras.Sequential([keras.Input((3, 2, 1)), layers.ReLU()]),
            "`generator` must make",
        ),
    ],
)
def test_a_discriminator_that_does_not_copy_is_refused(discriminator, message):
    with pytest.raises(ValueError, match=message):
        BEGAN(tiny.spread(1.0), discriminator())


@pytest.mark.parametrize("kwargs", [{"gamma": 0}, {"k_rate": -1}])
def test_settings_have_limits(kwargs):
    with pytest.raises(ValueError, match=f"`{next(iter(kwargs))}`"):
        make(**kwargs)
