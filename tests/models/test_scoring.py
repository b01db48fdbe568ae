import keras
import numpy as np
import pytest
from keras import layers

import kerasgan
from tests.models.tiny_games import copies
from tests.models.tiny_games import dense
from tests.models.tiny_games import image_gradient
from tests.models.tiny_games import number
from tests.models.tiny_games import perceptrons
from tests.models.tiny_games import points
from tests.models.tiny_games import tensors


def matching_gan(**kwargs):
    """Returns a game whose features are the points themselves."""
    generator, _ = perceptrons()
    discriminator = keras.Sequential(
        [
            keras.Input((2,)),
            layers.Activation("linear", name="features"),
            dense(1, 1.0, name="logits"),
        ]
    )
    return kerasgan.models.GAN(
        generator,
        discriminator,
        loss=kerasgan.losses.FeatureMatching("features"),
        seed=0,
        **kwargs,
    )


def distance(gan, fake, real):
    loss, logs = gan._generator_objective(*tensors(fake, real), None, None)
    assert number(logs["g_loss"]) == number(loss)
    return number(loss)


def test_the_loss_is_the_squared_distance_of_the_mean_features():
    gan = matching_gan()
    fake = [[2.0, 4.0], [4.0, 4.0]]
    # Their mean is (3, 4), that of the reals (0, 0).
    assert distance(gan, fake, [[1.0, -1.0], [-1.0, 1.0]]) == 25
    real = points(6)
    assert distance(gan, real, real) == 0
    permuted = distance(gan, real[::-1].copy(), real)
    assert permuted == pytest.approx(0, abs=1e-12)


def test_its_gradient_is_that_of_the_means():
    # d/dx of |mean x - m|^2 over n images: 2 (mean x - m) / n each.
    gradient = image_gradient(
        matching_gan(), *tensors([[2.0, 4.0], [4.0, 4.0]], [[0.0, 0.0]] * 2)
    )
    np.testing.assert_allclose(gradient, [[3, 4]] * 2, rtol=1e-6)


def test_the_discriminator_plays_as_always():
    real, fake = tensors(points(4), points(4, seed=1))
    plain = kerasgan.models.GAN(
        matching_gan().generator, matching_gan().discriminator, seed=0
    )
    losses = [
        number(gan._discriminator_objective(real, fake, None, None)[0])
        for gan in (matching_gan(), plain)
    ]
    assert losses[0] == losses[1]


def test_feature_matching_trains_the_generator_and_survives_saving(tmp_path):
    gan = matching_gan()
    gan.compile(
        generator_optimizer=keras.optimizers.SGD(0.1),
        discriminator_optimizer=keras.optimizers.SGD(0.0),
    )
    far = points(8) + np.array([3.0, 0.0], "float32")
    losses = [
        gan.train_on_batch(far, return_dict=True)["g_loss"] for _ in range(8)
    ]
    assert losses[-1] < 0.5 * losses[0]
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert loaded.loss.feature_layer == "features"
    for model in (gan, loaded):
        model.train_on_batch(far)
    for a, b in zip(copies(gan.weights), copies(loaded.weights), strict=True):
        np.testing.assert_array_equal(a, b)


def test_an_unknown_layer_gets_the_near_matches():
    gan = matching_gan()
    with pytest.raises(ValueError, match="`layer`.*'features'"):
        kerasgan.models.GAN(
            gan.generator,
            gan.discriminator,
            loss=kerasgan.losses.FeatureMatching("feature"),
        )
