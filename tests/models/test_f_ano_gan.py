"""An encoder trained after the game: its loss in NumPy, who moves, scores."""

import json

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.models import FAnoGAN
from tests.conformance import assert_same_values
from tests.latent import legible
from tests.models import tiny_latent_games as tiny


def game(weight=0.25, feature_weight=1.0, **kwargs):
    """Returns one with G(z) = z / 2, E(x) = weight sum(x), f(x) = 3 x."""
    x = keras.Input(tiny.SHAPE)
    seen = tiny.times(3.0)(x)
    logits = tiny.times(1.0)(seen)
    return FAnoGAN(
        tiny.spread(0.5),
        tiny.gathered(weight),
        keras.Model(x, logits),
        feature_weight=feature_weight,
        seed=0,
        **kwargs,
    )


@pytest.mark.parametrize("kappa", [0.0, 0.5])
def test_steps_move_the_encoder_by_its_loss(kappa):
    rate = 0.1
    inverse = tiny.compiled(game(0.3, kappa), rate)
    others = [
        tiny.numpy(v)
        for network in (inverse.generator, inverse.discriminator)
        for v in network.variables
    ]
    for turn in range(3):
        x = tiny.images(4, seed=turn)
        (weights,) = inverse.encoder.get_weights()
        weights = weights.astype("float64")
        flat = x.reshape(4, 4).astype("float64")
        error = flat - 0.5 * flat @ weights
        loss = np.mean(error**2) * (1 + 9 * kappa)
        logs = tiny.step(inverse, x)
        assert logs["e_loss"] == pytest.approx(loss, rel=1e-4)
        assert logs["image_error"] == pytest.approx(np.mean(error**2), rel=1e-4)
        slope = -(flat.T @ error.sum(1, keepdims=True)) / error.size
        expected = weights - rate * (1 + 9 * kappa) * slope
        np.testing.assert_allclose(
            inverse.encoder.get_weights()[0], expected, rtol=1e-3, atol=1e-6
        )
    left = [
        tiny.numpy(v)
        for network in (inverse.generator, inverse.discriminator)
        for v in network.variables
    ]
    for a, b in zip(left, others, strict=True):
        np.testing.assert_array_equal(a, b)


def test_scores_are_the_loss_of_each_image():
    # An encoder that inverts: E(G(z)) = z.
    inverse = game(0.5)
    x = np.full((2, 2, 2, 1), -0.4, "float32")
    np.testing.assert_allclose(inverse.scores(x), 0.0, atol=1e-10)
    # A constant error of .1, of features thrice that.
    wrong = game(0.375)
    np.testing.assert_allclose(
        wrong.scores(x), 0.01 + 0.09, rtol=1e-4, atol=1e-8
    )
    found = kerasgan.latent.anomaly_scores(
        wrong, x, encoder=wrong, feature_weight=0.0
    )
    np.testing.assert_allclose(found.scores, 0.01, rtol=1e-4)
    np.testing.assert_allclose(found.maps, 0.1, rtol=1e-4)
    # It does not depend on other images.
    images = tiny.images(5)
    together = wrong.scores(images, batch_size=2)
    np.testing.assert_allclose(
        together[3:4], wrong.scores(images[3:4]), rtol=1e-5
    )


def test_a_model_of_a_gan_has_copies_and_is_saved(tmp_path):
    gan = legible.linear_gan(latent_prior="uniform")
    before = legible.values(gan)
    inverse = FAnoGAN.from_gan(gan, legible_encoder(), ema=8.0, seed=1)
    assert isinstance(inverse.latent_prior, kerasgan.latent.Uniform)
    images = gan.generate(16, seed=3).clip(-1, 1)
    start = inverse.scores(images).mean()
    inverse.compile(encoder_optimizer=keras.optimizers.Adam(0.05))
    inverse.fit(images, batch_size=8, epochs=15, verbose=0)
    legible.assert_untouched(gan, before)
    assert gan.generator.trainable and gan.discriminator.trainable
    for name in ("generator", "discriminator"):
        copy, own = getattr(inverse, name), getattr(gan, name)
        for a, b in zip(copy.get_weights(), own.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)
    assert inverse.scores(images).mean() < 0.3 * start
    inverse.save(tmp_path / "inverse.keras")
    loaded = kerasgan.load_model(tmp_path / "inverse.keras")
    # Lists in files are tuples in networks.
    configs = [json.dumps(m.get_config()) for m in (loaded, inverse)]
    assert configs[0] == configs[1]
    for model in (inverse, loaded):
        model.fit(images[:8], batch_size=8, shuffle=False, verbose=0)
    assert_same_values(inverse, loaded)
    assert inverse.evaluate(images, verbose=0, return_dict=True)["e_loss"] > 0


def legible_encoder():
    return keras.Sequential(
        [
            keras.Input((legible.SIDE, legible.SIDE, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(legible.LATENT_DIM, kernel_initializer="zeros"),
        ]
    )


def test_it_makes_the_gans_images():
    gan = kerasgan.applications.DCGAN((8, 8, 1), filters=2, seed=0, ema=8.0)
    inverse = FAnoGAN.from_gan(gan, filters=2, seed=0)
    np.testing.assert_allclose(
        inverse.generate(2, seed=4), gan.generate(2, seed=4), atol=1e-6
    )
    # Latents of a uniform prior.
    assert np.abs(inverse.encode(gan.generate(2, seed=4))).max() <= 1


@pytest.mark.parametrize("kind", ["conditional", "growing", "codes"])
def test_models_of_more_than_latents_are_refused(kind):
    small = {"image_shape": (8, 8, 1), "seed": 0}
    gan = {
        "conditional": legible.linear_cgan,
        "growing": lambda: kerasgan.applications.ProGAN(
            **small, latent_dim=4, width=1 / 128
        ),
        "codes": lambda: kerasgan.applications.InfoGAN(
            **small, codes=[kerasgan.latent.Categorical(3)], filters=4
        ),
    }[kind]()
    with pytest.raises(ValueError, match="of latents alone"):
        FAnoGAN.from_gan(gan)


def test_networks_that_do_not_fit_are_refused():
    x = keras.Input(tiny.SHAPE)
    pair = keras.Model([x, keras.Input((1,))], tiny.times(1.0)(x))
    generator, encoder = tiny.spread(0.5), tiny.gathered(0.5)
    with pytest.raises(ValueError, match="`discriminator` must have one"):
        FAnoGAN(generator, encoder, pair)
    with pytest.raises(ValueError, match="`encoder` must lead"):
        FAnoGAN(generator, tiny.gathered(0.5, 2), tiny.scaled(1.0))
    with pytest.raises(ValueError, match="`feature_weight`"):
        game(feature_weight=-1)
