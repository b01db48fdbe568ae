"""Whole steps against an independent NumPy reference.

The reference is float64 and belongs to no framework, so that backends which
agree with it agree with each other.
"""

import keras
import numpy as np
import pytest
from keras import layers

from kerasgan import regularizers
from tests.models.numpy_gan import Adam
from tests.models.numpy_gan import NumpyGAN
from tests.models.replay_gan import ReplayGAN
from tests.models.replay_gan import ReplayPenalty
from tests.models.replay_gan import adam

BATCH, LATENT, STEPS = 6, 3, 5
SHAPE = (2, 2, 1)
RNG = np.random.default_rng(0)
MIX = RNG.uniform(size=BATCH).astype("float32")

GAMES = {
    "non_saturating": {"loss": "non_saturating"},
    "hinge_r1": {"loss": "hinge", "r1": 2.0},
    "wasserstein_gp": {"loss": "wasserstein", "gradient_penalty": 10.0},
}


def networks():
    generator = keras.Sequential(
        [
            keras.Input((LATENT,)),
            layers.Dense(5, activation="tanh"),
            layers.Dense(4, activation="tanh"),
            layers.Reshape(SHAPE),
        ]
    )
    discriminator = keras.Sequential(
        [
            keras.Input(SHAPE),
            layers.Flatten(),
            layers.Dense(7, activation="tanh"),
            # No bias: its gradient in the Wasserstein game is exactly 0,
            # which Adam would turn into steps along rounding errors.
            layers.Dense(1, use_bias=False),
        ]
    )
    rng = np.random.default_rng(1)
    for network in (generator, discriminator):
        network.set_weights(
            [rng.standard_normal(w.shape) for w in network.get_weights()]
        )
    return generator, discriminator


def play(loss, r1=0.0, gradient_penalty=0.0, steps=1):
    """Plays one game twice; returns ours, the reference and their logs."""
    rng = np.random.default_rng(2)
    count = STEPS * steps
    table = rng.standard_normal((count, BATCH, LATENT)).astype("float32")
    images = rng.uniform(-1, 1, (count * BATCH, *SHAPE)).astype("float32")
    generator, discriminator = networks()
    reference = NumpyGAN(
        generator.get_weights(),
        discriminator.get_weights(),
        loss,
        r1,
        gradient_penalty,
        MIX.astype("float64"),
        [Adam(0.01, 0.5, 0.9, 1e-7) for _ in range(2)],
    )
    reals = images.reshape((STEPS, steps, BATCH, 4)).astype("float64")
    latents = table.reshape((STEPS, steps, BATCH, LATENT)).astype("float64")
    logs = np.array([reference.step(x, z) for x, z in zip(reals, latents)])

    penalties = []
    if r1:
        penalties.append(regularizers.R1(weight=r1))
    if gradient_penalty:
        penalties.append(ReplayPenalty(MIX, weight=gradient_penalty))
    gan = ReplayGAN(
        generator,
        discriminator,
        loss=loss,
        regularizers=penalties,
        discriminator_steps=steps,
        table=table,
    )
    gan.compile(generator_optimizer=adam(), discriminator_optimizer=adam())
    history = gan.fit(images, batch_size=BATCH, shuffle=False, verbose=0)
    return gan, reference, history.history, logs.mean(0)


@pytest.mark.parametrize(
    ("game", "steps"),
    [
        ("non_saturating", 1),
        ("hinge_r1", 1),
        ("wasserstein_gp", 1),
        ("wasserstein_gp", 2),
    ],
)
def test_steps_end_at_the_weights_of_the_reference(
    game, steps, optimized_graphs
):
    gan, reference, history, logs = play(**GAMES[game], steps=steps)
    start_g, start_d = (n.get_weights() for n in networks())
    for network, start, expected in (
        (gan.generator, start_g, reference.generator),
        (gan.discriminator, start_d, reference.discriminator),
    ):
        for ours, before, theirs in zip(
            network.get_weights(), start, expected, strict=True
        ):
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=2e-5)
            # All of them moved, and much further than the tolerance.
            assert np.abs(ours - before).max() > 0.01
    np.testing.assert_allclose(history["d_loss"][-1], logs[0], rtol=1e-4)
    np.testing.assert_allclose(history["g_loss"][-1], logs[1], rtol=1e-4)
    assert int(keras.ops.convert_to_numpy(gan.draws)) == STEPS * steps


class Recorder:
    """Stands where an optimizer stands, and keeps the gradients."""

    def update(self, weights, gradients):
        self.gradients = gradients


@pytest.mark.parametrize("loss", ["non_saturating", "hinge", "wasserstein"])
@pytest.mark.parametrize("penalty", [None, "r1", "gradient_penalty"])
def test_the_reference_has_the_gradients_of_finite_differences(loss, penalty):
    generator, discriminator = networks()
    gan = NumpyGAN(
        generator.get_weights(),
        discriminator.get_weights(),
        loss,
        2.0 if penalty == "r1" else 0.0,
        10.0 if penalty == "gradient_penalty" else 0.0,
        MIX.astype("float64"),
        [Recorder(), Recorder()],
    )
    rng = np.random.default_rng(3)
    real = rng.uniform(-1, 1, (BATCH, 4))
    z = rng.standard_normal((BATCH, LATENT))

    def d_loss():
        return gan.update_discriminator(real, gan.generate(z)[1])

    def g_loss():
        return gan.update_generator(z, *gan.generate(z))

    for objective, weights, recorder in (
        (g_loss, gan.generator, gan.optimizers[0]),
        (d_loss, gan.discriminator, gan.optimizers[1]),
    ):
        objective()
        for weight, gradient in zip(weights, recorder.gradients, strict=True):
            index = np.unravel_index(np.argmax(np.abs(weight)), weight.shape)
            kept, ends = weight[index], []
            for sign in (1, -1):
                weight[index] = kept + sign * 1e-5
                ends.append(objective())
            weight[index] = kept
            difference = (ends[0] - ends[1]) / 2e-5
            np.testing.assert_allclose(
                gradient[index], difference, rtol=1e-5, atol=1e-8
            )
