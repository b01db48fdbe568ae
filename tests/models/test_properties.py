"""What holds for all finite images: training, saving, drawing never fail."""

import os
import tempfile

import keras
import numpy as np
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from keras import layers

import kerasgan

LOSSES = sorted(
    [
        "hinge",
        "least_squares",
        "minimax",
        "non_saturating",
        "relativistic_pairing",
        "wasserstein",
    ]
)
PENALTIES = [[], ["gradient_penalty"], ["r1", "drift"]]


@st.composite
def games(draw):
    """Draws a game, images for a few steps, and the size of a minibatch."""
    shape = (
        draw(st.integers(1, 9)),
        draw(st.integers(1, 9)),
        draw(st.sampled_from([1, 3])),
    )
    steps = draw(st.integers(1, 2))
    batch_size = draw(st.integers(1, 4))
    seed = draw(st.integers(0, 2**31 - 1))
    settings = {
        "loss": draw(st.sampled_from(LOSSES)),
        "regularizers": draw(st.sampled_from(PENALTIES)),
        "discriminator_steps": steps,
        "ema": draw(st.sampled_from([None, 10.0])),
        "latent_prior": draw(st.sampled_from(["normal", "uniform"])),
        "seed": seed,
    }
    rows = draw(st.integers(steps, 2 * steps * batch_size + 1))
    images = np.random.default_rng(seed).integers(0, 256, (rows, *shape))
    images = images.astype("uint8")
    if draw(st.booleans()):
        images = (images / 127.5 - 1.0).astype("float32")
    return settings, images, batch_size


def make(shape, **settings):
    generator = keras.Sequential(
        [
            keras.Input((2,)),
            layers.Dense(int(np.prod(shape)), activation="tanh"),
            layers.Reshape(shape),
        ]
    )
    discriminator = keras.Sequential(
        [keras.Input(shape), layers.Flatten(), layers.Dense(1)]
    )
    gan = kerasgan.models.GAN(generator, discriminator, **settings)
    gan.compile(run_eagerly=True)
    return gan


@settings(
    # Step by step, JAX is slow.
    max_examples=2 if keras.backend.backend() == "jax" else 6,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(games())
def test_any_finite_images_leave_a_finite_game_that_is_saved_whole(game):
    settings, images, batch_size = game
    gan = make(images.shape[1:], **settings)
    history = gan.fit(images, batch_size=batch_size, verbose=0).history
    assert all(np.isfinite(values).all() for values in history.values())
    assert all(np.isfinite(weight).all() for weight in gan.get_weights())
    drawn = gan.generate(3, seed=0)
    assert drawn.shape == (3, *images.shape[1:])
    assert np.abs(drawn).max() <= 1.0
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "gan.keras")
        gan.save(file)
        again = keras.saving.load_model(file)
    np.testing.assert_array_equal(again.generate(3, seed=0), drawn)
    for one, other in zip(gan.variables, again.variables):
        np.testing.assert_array_equal(
            keras.ops.convert_to_numpy(one), keras.ops.convert_to_numpy(other)
        )
