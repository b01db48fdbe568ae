"""Energies: the game on paper, the margin, and the pulling-away term."""

import keras
import numpy as np
import pytest
from keras import layers

from kerasgan.models import EBGAN
from kerasgan.models.ebgan import pulling_away
from tests.models import tiny_latent_games as tiny


def autoencoder(a):
    """Returns a network to copies, `a * x`, and codes, all pixels."""
    x = keras.Input(tiny.SHAPE)
    return keras.Model(x, [tiny.times(a)(x), layers.Flatten()(x)])


def make(w=0.5, a=0.4, **kwargs):
    game = EBGAN(tiny.spread(w), autoencoder(a), seed=0, **kwargs)
    return tiny.compiled(game)


def test_three_steps_are_those_on_paper():
    w, a, rate, margin = 0.9, 0.4, 0.1, 0.05
    table = tiny.latents(3, 4)
    game = tiny.replay(make(w, a, margin=margin), table)
    for turn in range(3):
        x, z = tiny.images(4, seed=turn), table[turn]
        squares, of_fake = np.square(x).mean(), np.square(w * z)
        gap = margin - (1 - a) ** 2 * of_fake
        assert (gap > 0).any() and (gap < 0).any()
        d_loss = (1 - a) ** 2 * squares + np.maximum(gap, 0).mean()
        slope = squares - (of_fake * (gap > 0)).mean()
        a = a + rate * 2 * (1 - a) * slope
        error = (1 - a) ** 2 * of_fake.mean()
        logs = tiny.step(game, x)
        assert logs["d_loss"] == pytest.approx(d_loss, rel=1e-4)
        # Images that are alike but for their scale pay the whole term.
        assert logs["pulling_away"] == pytest.approx(1.0, rel=1e-3)
        assert logs["g_loss"] == pytest.approx(error + 0.1, rel=1e-3)
        w = w - rate * 2 * (1 - a) ** 2 * w * np.square(z).mean() / 4
    found = [*tiny.first(game.generator), *tiny.first(game.discriminator)]
    np.testing.assert_allclose(found, [w, a], rtol=1e-4)


def test_equal_images_cost_the_margin():
    game = make(w=0.2, margin=0.3)
    x = np.resize([0.2, -0.2], (2, *tiny.SHAPE)).astype("float32")
    tiny.replay(game, np.ones((1, 2, 1), "float32"))
    logs = tiny.step(game, x)
    assert logs["d_loss"] == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([[3.0, 0.0], [0.1, 0.0]], 1.0),
        ([[1.0, 0.0], [0.0, 1.0]], 0.0),
        ([[1.0, 0.0], [0.5, 3**0.5 / 2]], 0.25),
        ([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], 1 / 3),
        ([[1.0, 2.0]], 0.0),
    ],
)
def test_pulling_away_is_the_mean_squared_cosine(codes, expected):
    found = float(tiny.numpy(pulling_away(keras.ops.array(codes))))
    assert found == pytest.approx(expected, abs=1e-5)


def test_a_discriminator_without_codes_is_refused():
    with pytest.raises(ValueError, match="two outputs"):
        EBGAN(tiny.spread(1.0), tiny.scaled(1.0))
    with pytest.raises(ValueError, match="`margin`"):
        make(margin=0)
