"""Latents that look like a prior: the two phases on paper."""

import keras
import numpy as np
import pytest
from keras import layers

from kerasgan.models import AAE
from tests.models import tiny_latent_games as tiny
from tests.models.tiny_translators import sigmoid
from tests.models.tiny_translators import softplus


def judge(weight=0.4, latent_dim=1):
    """Returns D(z) = weight * z + bias, the bias 0 at first."""
    kernel = keras.initializers.Constant(weight)
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            layers.Dense(1, kernel_initializer=kernel),
        ]
    )


def make(w=0.5, v=0.3, weight=0.4, **kwargs):
    game = AAE(
        tiny.spread(w), tiny.gathered(v), judge(weight), seed=0, **kwargs
    )
    return tiny.compiled(game)


def test_three_steps_are_those_on_paper():
    w, v, a, b, rate, n = np.full(4, 0.5), np.full(4, 0.3), 0.4, 0.0, 0.1, 4
    table = tiny.latents(3, n)
    game = tiny.replay(make(), table)
    for turn in range(3):
        x, drawn = tiny.images(n, seed=turn).reshape(n, 4), table[turn][:, 0]
        codes = x @ v
        gap = codes[:, None] * w - x
        logs = tiny.step(game, x.reshape(n, *tiny.SHAPE))
        assert logs["g_loss"] == pytest.approx((gap**2).mean(), rel=1e-4)
        up = 2 * gap / gap.size
        w, v = w - rate * codes @ up, v - rate * (up @ w) @ x
        # The second phase, of the encoder as it is now.
        codes = x @ v
        real, fake = a * drawn + b, a * codes + b
        d_loss = softplus(-real).mean() + softplus(fake).mean()
        assert logs["d_loss"] == pytest.approx(d_loss, rel=1e-4)
        pull, push = -sigmoid(-real) / n, sigmoid(fake) / n
        a = a - rate * (pull @ drawn + push @ codes)
        b = b - rate * (pull.sum() + push.sum())
        fake = a * codes + b
        assert logs["e_loss"] == pytest.approx(softplus(-fake).mean(), rel=1e-4)
        v = v + rate * (sigmoid(-fake) / n * a) @ x
    for network, expected in (
        (game.generator, w),
        (game.encoder, v),
        (game.discriminator, [a, b]),
    ):
        found = np.concatenate([x.ravel() for x in network.get_weights()])
        np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_a_judge_of_nothing_costs_two_and_one_bits():
    game = make(weight=0.0)
    logs = game.test_on_batch(tiny.images(4), return_dict=True)
    assert logs["d_loss"] == pytest.approx(1.386294, abs=1e-5)
    assert logs["e_loss"] == pytest.approx(0.693147, abs=1e-5)


def test_each_phase_has_an_optimizer():
    game = make()
    assert set(game._player_variables()) == {
        *("generator", "encoder", "discriminator")
    }
    game.compile(
        generator_optimizer=keras.optimizers.SGD(0.0),
        encoder_optimizer=keras.optimizers.SGD(0.1),
        discriminator_optimizer=keras.optimizers.SGD(0.0),
    )
    before = tiny.first(game.generator), tiny.first(game.encoder)
    tiny.step(game, tiny.images(4))
    assert tiny.first(game.generator) == before[0]
    assert tiny.first(game.encoder) != before[1]


def test_noise_is_for_the_judge_in_training():
    plain, noisy = make(), make(noise=2.0)
    x = tiny.images(4)
    losses = [
        game.test_on_batch(x, return_dict=True)["d_loss"]
        for game in (plain, noisy)
    ]
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)
    losses = [tiny.step(game, x)["d_loss"] for game in (plain, noisy)]
    assert abs(losses[0] - losses[1]) > 1e-3


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="`discriminator` must take the lat"):
        AAE(tiny.spread(1), tiny.gathered(1), judge(latent_dim=2))
    with pytest.raises(ValueError, match="`augmentation`"):
        make(augmentation="diff_augment")
    with pytest.raises(ValueError, match="`noise`"):
        make(noise=-1)
