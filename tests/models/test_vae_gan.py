"""Who learns from what: the losses in NumPy, and gradients by differences."""

import keras
import numpy as np
import pytest
from keras import layers

from kerasgan.models import VAEGAN
from kerasgan.models import vae_gan
from tests.models import tiny_latent_games as tiny
from tests.models.tiny_translators import softplus

RATE = 1e-3


def encoder(mean=0.3, log_deviation=-0.1):
    x = keras.Input(tiny.SHAPE)
    total = layers.Flatten()(x)
    heads = [
        layers.Dense(
            1, use_bias=False, kernel_initializer=keras.initializers.Constant(c)
        )(total)
        for c in (mean, log_deviation)
    ]
    return keras.Model(x, heads)


def discriminator():
    network = keras.Sequential(
        [
            keras.Input(tiny.SHAPE),
            layers.Flatten(),
            layers.Dense(2, use_bias=False, name="features"),
            layers.Activation("tanh"),
            layers.Dense(1, use_bias=False),
        ]
    )
    rng = np.random.default_rng(0)
    network.set_weights(
        [rng.standard_normal(w.shape) for w in network.get_weights()]
    )
    return network


def make(**kwargs):
    generator = tiny.spread(0.5)
    game = VAEGAN(
        generator, encoder(), discriminator(), "features", seed=0, **kwargs
    )
    return tiny.compiled(game, RATE)


class Losses:
    """The three losses in NumPy, of weights, images and all that is drawn."""

    def __init__(self, x, prior, noise, weight):
        self.x, self.prior, self.noise = x, prior, noise
        self.weight = weight

    def parts(self, weights):
        e_mean, e_log, g, features, head = weights
        mean, log = self.x @ e_mean, self.x @ e_log
        copies = (mean + np.exp(log) * self.noise) @ g
        terms = mean**2 + np.exp(2 * log) - 1 - 2 * log
        error = 0.5 * ((self.x - copies) @ features) ** 2
        logits = [
            np.tanh(images @ features) @ head
            for images in (self.x, copies, self.prior @ g)
        ]
        return 0.5 * terms.sum(1).mean(), error, logits

    def encoder(self, weights):
        divergence, error, _ = self.parts(weights)
        return divergence + error.sum(1).mean()

    def generator(self, weights):
        _, error, (_, copies, drawn) = self.parts(weights)
        said = softplus(-np.concatenate([copies, drawn])).mean()
        return said + self.weight * error.mean()

    def discriminator(self, weights):
        _, _, (real, copies, drawn) = self.parts(weights)
        fakes = softplus(np.concatenate([copies, drawn])).mean()
        return softplus(-real).mean() + fakes


def slope(loss, weights, which):
    """Returns the gradient for one of the weights, by differences."""
    found = np.zeros_like(weights[which])
    for at in np.ndindex(found.shape):
        ends = []
        for sign in (1, -1):
            moved = [w.copy() for w in weights]
            moved[which][at] += sign * 1e-5
            ends.append(loss(moved))
        found[at] = (ends[0] - ends[1]) / 2e-5
    return found


@pytest.mark.parametrize("weight", [0.7, 0.0])
def test_three_steps_move_each_by_its_own_loss(weight):
    table, noise = tiny.latents(3, 4), tiny.latents(1, 4, seed=5)[0]
    game = tiny.replay(make(reconstruction_weight=weight), table)
    game._noise = lambda shape: keras.ops.convert_to_tensor(noise)
    for turn in range(3):
        x = tiny.images(4, seed=turn)
        losses = Losses(
            x.reshape(4, 4).astype("float64"), table[turn], noise, weight
        )
        before = weights_of(game)
        logs = tiny.step(game, x)
        divergence, error, _ = losses.parts(before)
        assert logs["divergence"] == pytest.approx(divergence, rel=1e-4)
        assert logs["feature_error"] == pytest.approx(error.mean(), rel=1e-3)
        e_loss = losses.encoder(before)
        assert logs["e_loss"] == pytest.approx(e_loss, rel=1e-4)
        g_loss = losses.generator(before)
        assert logs["g_loss"] == pytest.approx(g_loss, rel=1e-4)
        d_loss = losses.discriminator(before)
        assert logs["d_loss"] == pytest.approx(d_loss, rel=1e-4)
        # All by what the others were before. What is compared does not
        # train the discriminator, nor what it says the encoder.
        for which, loss in enumerate(
            (*2 * [losses.encoder], losses.generator)
            + (*2 * [losses.discriminator],)
        ):
            expected = -RATE * slope(loss, before, which)
            moved = weights_of(game)[which] - before[which]
            np.testing.assert_allclose(moved, expected, rtol=5e-3, atol=1e-6)


def weights_of(game):
    networks = game.encoder, game.generator, game.discriminator
    return [w.astype("float64") for net in networks for w in net.get_weights()]


@pytest.mark.parametrize(
    ("mean", "deviation", "expected"), [(1.0, 1.0, 0.5), (0.0, 2.0, 0.806853)]
)
def test_divergence_of_one_latent(mean, deviation, expected):
    said = keras.ops.array([[mean, np.log(deviation)]])
    found = float(tiny.numpy(vae_gan._divergence(said)))
    assert found == pytest.approx(expected, abs=1e-5)


def test_reconstructions_are_of_the_means():
    game = make()
    x = tiny.images(3)
    latents = x.reshape(3, 4).sum(1, keepdims=True) * 0.3
    np.testing.assert_allclose(game.encode(x), latents, atol=1e-5)
    expected = np.broadcast_to(0.5 * latents[..., None, None], x.shape)
    np.testing.assert_allclose(game.reconstruct(x), expected, atol=1e-5)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="`encoder`.*to two"):
        VAEGAN(tiny.spread(1), tiny.gathered(1), discriminator(), "features")
    with pytest.raises(ValueError, match="Unknown `layer`"):
        VAEGAN(tiny.spread(1), encoder(), discriminator(), "feature")
    with pytest.raises(ValueError, match="`loss`"):
        make(loss="relativistic_pairing")
