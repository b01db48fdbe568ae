"""Pairs of images and latents: the game on paper, and what it leads to."""

import keras
import numpy as np
import pytest
from keras import layers

from kerasgan.models import BiGAN
from tests.models import tiny_latent_games as tiny
from tests.models.tiny_translators import sigmoid
from tests.models.tiny_translators import softplus


def judge(a, b):
    """Returns D(x, z) = a * sum(x) + b * z."""
    x, z = keras.Input(tiny.SHAPE), keras.Input((1,))
    pair = layers.Concatenate()([layers.Flatten()(x), z])
    kernel = keras.initializers.Constant([[a]] * 4 + [[b]])
    logits = layers.Dense(1, kernel_initializer=kernel)(pair)
    return keras.Model([x, z], logits)


def make(w=0.5, v=0.3, discriminator=None, encoder=None, **kwargs):
    game = BiGAN(
        tiny.spread(w),
        encoder or tiny.gathered(v),
        discriminator or judge(0.4, -0.2),
        seed=0,
        **kwargs,
    )
    return tiny.compiled(game)


def test_three_steps_are_those_on_paper():
    # Each pixel has a weight of its own.
    w, v, a = np.full(4, 0.5), np.full(4, 0.3), np.full(4, 0.4)
    b, c, rate = -0.2, 0.0, 0.1
    table = tiny.latents(3, 4)
    game = tiny.replay(make(0.5, 0.3, judge(0.4, b)), table)
    for turn in range(3):
        x, z = tiny.images(4, seed=turn), table[turn][:, 0]
        flat = x.reshape(4, 4)
        codes, fakes = flat @ v, z[:, None] * w
        real, fake = flat @ a + b * codes + c, fakes @ a + b * z + c
        d_loss = softplus(-real).mean() + softplus(fake).mean()
        g_loss = softplus(real).mean() + softplus(-fake).mean()
        logs = tiny.step(game, x)
        assert logs["d_loss"] == pytest.approx(d_loss, rel=1e-4)
        assert logs["g_loss"] == pytest.approx(g_loss, rel=1e-4)
        # All move at once, by what the others were.
        up, down = sigmoid(real) / 4, -sigmoid(-fake) / 4
        v = v - rate * b * up @ flat
        w = w - rate * (down @ z) * a
        pull, push = -sigmoid(-real) / 4, sigmoid(fake) / 4
        a = a - rate * (pull @ flat + push @ fakes)
        b = b - rate * (pull @ codes + push @ z)
        c = c - rate * (pull.sum() + push.sum())
    kernel, bias = game.discriminator.get_weights()
    np.testing.assert_allclose(kernel.ravel(), [*a, b], rtol=1e-4)
    np.testing.assert_allclose(bias, [c], rtol=1e-4)
    np.testing.assert_allclose(
        game.generator.get_weights()[0].ravel(), w, rtol=1e-4
    )
    np.testing.assert_allclose(
        game.encoder.get_weights()[0].ravel(), v, rtol=1e-4
    )


@pytest.mark.parametrize(
    ("real", "d_loss", "g_loss"),
    [(0.0, 1.386294, 1.386294), (1.0, 0.626523, 2.626523)],
)
def test_losses_of_logits(real, d_loss, g_loss):
    # Encoded as 1, and drawn from -1: the judge looks at latents alone.
    game = make(v=0.25, discriminator=judge(0.0, real))
    tiny.replay(game, np.full((1, 2, 1), -1, "float32"))
    x = np.ones((2, *tiny.SHAPE), "uint8") * 255
    logs = tiny.step(game, x)
    assert logs["d_loss"] == pytest.approx(d_loss, abs=1e-5)
    assert logs["g_loss"] == pytest.approx(g_loss, abs=1e-5)


def test_a_judge_of_nothing_moves_nobody():
    game = make(discriminator=judge(0.0, 0.0))
    before = [*game.generator.get_weights(), *game.encoder.get_weights()]
    tiny.step(game, tiny.images(4))
    after = [*game.generator.get_weights(), *game.encoder.get_weights()]
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(one, other)


def perceptive():
    """Returns a judge that could tell any pairs apart."""
    x, z = keras.Input(tiny.SHAPE), keras.Input((1,))
    pair = layers.Concatenate()([layers.Flatten()(x), z])
    hidden = layers.Dense(
        16,
        activation="tanh",
        kernel_initializer=keras.initializers.RandomNormal(0, 1, seed=1),
    )(pair)
    kernel = keras.initializers.RandomNormal(0, 0.3, seed=2)
    return keras.Model(
        [x, z], layers.Dense(1, kernel_initializer=kernel)(hidden)
    )


@pytest.mark.parametrize("v", [0.5, 0.3])
def test_a_judge_cannot_tell_an_encoder_that_inverts_the_generator(v):
    # G(z) = z / 2 in four pixels, so that E(x) = sum(x) / 2 inverts it.
    z = tiny.latents(1, 16)
    game = make(w=0.5, v=v, discriminator=perceptive())
    game.compile(
        generator_optimizer=keras.optimizers.SGD(0.0),
        discriminator_optimizer=keras.optimizers.Adam(0.05),
    )
    tiny.replay(game, np.repeat(z, 40, axis=0))
    x = np.broadcast_to(0.5 * z[0, ::-1, :, None, None], (16, *tiny.SHAPE))
    losses = [tiny.step(game, x)["d_loss"] for _ in range(40)]
    # Both sides are the same pairs: no judge is better than chance.
    assert (min(losses) > 2 * np.log(2) - 1e-5) == (v == 0.5)


def test_an_encoder_of_two_outputs_draws_in_training_alone():
    x = keras.Input(tiny.SHAPE)
    mean = layers.Dense(1, use_bias=False)(layers.Flatten()(x))
    zeros = layers.Rescaling(0.0)(mean)
    game = make(encoder=keras.Model(x, [mean, zeros]), latent_prior="normal")
    batch = keras.ops.convert_to_tensor(tiny.images(256))
    one, other = (tiny.numpy(game._codes_of(batch)) for _ in range(2))
    expected = game.encode(tiny.images(256))
    np.testing.assert_array_equal(game.encode(tiny.images(256)), expected)
    assert abs((one - expected).std() - 1.0) < 0.2
    assert not np.allclose(one, other)
    game.fit(tiny.images(8), batch_size=4, verbose=0)


def test_images_are_encoded_and_reconstructed():
    game = make(w=0.5, v=0.5, ema=100.0)
    images = (np.arange(5, dtype="uint8") * 50)[:, None, None, None]
    images = np.broadcast_to(images, (5, *tiny.SHAPE))
    as_floats = images / 127.5 - 1
    codes = game.encode(images, batch_size=2)
    np.testing.assert_allclose(
        codes[:, 0], 2 * as_floats[:, 0, 0, 0], atol=1e-5
    )
    back = game.reconstruct(images)
    np.testing.assert_allclose(back, as_floats, atol=1e-5)
    # By the averages, which are behind.
    game.fit(images, batch_size=5, epochs=3, verbose=0)
    assert not np.allclose(
        game.encoder.get_weights()[0], game.ema_encoder.get_weights()[0]
    )
    expected = images.reshape(5, 4) / 127.5 - 1
    expected = expected @ game.ema_encoder.get_weights()[0]
    np.testing.assert_allclose(game.encode(images), expected, atol=1e-5)
    with pytest.raises(ValueError, match="`images`"):
        game.encode(np.zeros((2, 3, 3, 1), "uint8"))


@pytest.mark.parametrize(
    ("networks", "message"),
    [
        (lambda: (tiny.gathered(1.0, 2), judge(0, 0)), "`encoder` must lead"),
        (lambda: (tiny.gathered(1.0), tiny.gathered(1.0)), "`discriminator`"),
    ],
)
def test_networks_that_do_not_fit_are_named(networks, message):
    with pytest.raises(ValueError, match=message):
        BiGAN(tiny.spread(1.0), *networks())
    with pytest.raises(ValueError, match="`loss`"):
        make(loss=None)
