import keras
import numpy as np
import pytest
from keras import ops

from kerasgan import latent

NAMES = ["normal", "uniform"]
SHAPE = (500, 20)


def drawn(prior, how):
    if how == "draw":
        return prior.draw(SHAPE, np.random.default_rng(0))
    seed = keras.random.SeedGenerator(0)
    return ops.convert_to_numpy(prior.sample(SHAPE, seed))


@pytest.mark.parametrize("how", ["draw", "sample"])
def test_the_normal_prior_has_mean_0_and_deviation_1(how):
    latents = drawn(latent.Normal(), how)
    assert latents.shape == SHAPE
    assert latents.dtype == np.float32
    assert abs(latents.mean()) < 0.05
    assert abs(latents.std() - 1) < 0.05
    assert np.abs(latents).max() > 2.5


@pytest.mark.parametrize("how", ["draw", "sample"])
def test_the_uniform_prior_fills_minus_1_to_1(how):
    latents = drawn(latent.Uniform(), how)
    assert latents.shape == SHAPE
    assert latents.dtype == np.float32
    assert -1 <= latents.min() < -0.98
    assert 0.98 < latents.max() <= 1
    assert abs(latents.mean()) < 0.05
    assert abs(latents.std() - 1 / np.sqrt(3)) < 0.05


@pytest.mark.parametrize("name", NAMES)
def test_sampling_goes_on_and_drawing_repeats_with_the_seed(name):
    prior = latent.get(name)
    seed = keras.random.SeedGenerator(0)
    first, second = (
        ops.convert_to_numpy(prior.sample((3, 2), seed)) for _ in "ab"
    )
    assert not np.allclose(first, second)
    np.testing.assert_array_equal(
        prior.draw((3, 2), np.random.default_rng(5)),
        prior.draw((3, 2), np.random.default_rng(5)),
    )


def test_drawn_latents_are_the_same_on_every_backend():
    # NumPy promises the stream of a seed's bit generator.
    latents = latent.Uniform().draw((1, 3), np.random.default_rng(0))
    np.testing.assert_allclose(
        latents, [[0.27392337, -0.46042657, -0.91805295]], rtol=1e-6
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_prior_survives_serialization(name):
    prior = latent.get(name)
    assert type(prior).__name__.lower() == name
    config = keras.saving.serialize_keras_object(prior)
    assert type(latent.get(config)) is type(prior)
    assert latent.get(prior) is prior


def test_an_unknown_prior_gets_the_near_matches():
    with pytest.raises(ValueError, match="`latent_prior`.*'normal'"):
        latent.get("norml")
    with pytest.raises(ValueError, match="one of normal, uniform"):
        latent.get(None)


def test_a_users_prior_gives_both_ways_to_draw():
    class Zeros(latent.Prior):
        def sample(self, shape, seed):
            return ops.zeros(shape)

    assert latent.get(Zeros()).sample((2, 3), None).shape == (2, 3)
    with pytest.raises(NotImplementedError):
        Zeros().draw((2, 3), None)
    with pytest.raises(NotImplementedError):
        latent.Prior().sample((2, 3), None)
