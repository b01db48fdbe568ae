"""Images come out of a game: the same ones of a seed, a batch at a time."""

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.latent import generate_batches
from tests.conformance import numpy_values
from tests.tiny import tiny_gan

applications = kerasgan.applications


def make(name):
    kwargs = {
        "GAN": {"image_shape": (4, 4, 1), "units": (4,), "latent_dim": 3},
        "CGAN": {
            "image_shape": (8, 8, 1),
            "num_classes": 3,
            "filters": 2,
            "units": 4,
        },
        "InfoGAN": {"image_shape": (8, 8, 1), "filters": 2, "units": 4},
        "ProGAN": {
            "image_shape": (8, 8, 1),
            "width": 1 / 128,
            "max_channels": 4,
        },
    }
    return applications.get(name)(seed=0, **kwargs[name])


@pytest.mark.parametrize("name", ["GAN", "CGAN", "InfoGAN", "ProGAN"])
def test_the_first_images_of_a_seed_are_the_same_however_many_there_are(name):
    gan = make(name)
    many = gan.generate(20, seed=3, batch_size=7)
    np.testing.assert_allclose(gan.generate(5, seed=3), many[:5], atol=1e-6)
    batches = list(generate_batches(gan, 20, seed=3, batch_size=7))
    assert [len(batch) for batch in batches] == [7, 7, 6]
    np.testing.assert_array_equal(np.concatenate(batches), many)


def test_all_codes_of_a_seed_are_the_same_however_many_are_drawn():
    gan = make("InfoGAN")
    np.testing.assert_array_equal(
        gan.sample_inputs(200, seed=1)["latents"][:7],
        gan.sample_inputs(7, seed=1)["latents"],
    )


def test_keras_seed_decides_what_is_drawn_without_a_seed():
    gan = tiny_gan()
    found = []
    for seed in (1, 1, 2):
        keras.utils.set_random_seed(seed)
        found.append([gan.generate(2), gan.generate(2)])
    np.testing.assert_array_equal(found[0], found[1])
    assert not np.array_equal(found[0], found[2])
    assert not np.array_equal(found[0][0], found[0][1])


def test_arguments_are_checked_before_the_first_batch():
    with pytest.raises(ValueError, match="labels"):
        generate_batches(make("CGAN"), 4, labels=[0, 1])


@pytest.mark.parametrize("seed", [-1, 2**40, 1.5, True, "0"])
def test_a_seed_is_a_whole_number_that_all_backends_take(seed):
    with pytest.raises(ValueError, match="`seed` must be None or a whole"):
        tiny_gan().generate(1, seed=seed)
    with pytest.raises(ValueError, match="`seed` must be None or a whole"):
        applications.GAN(image_shape=(2,), seed=seed)
    with pytest.raises(ValueError, match="`seed` must be None or a whole"):
        tiny = tiny_gan()
        kerasgan.models.GAN(tiny.generator, tiny.discriminator, seed=seed)


@pytest.mark.parametrize("seed", [0, 2**31 - 1, np.int64(5)])
def test_every_seed_in_range_makes_a_model(seed):
    gan = applications.DCGAN((8, 8, 1), filters=2, seed=seed)
    assert np.isfinite(gan.generate(1, seed=seed)).all()


def test_counts_are_whole_numbers():
    gan = tiny_gan()
    for arguments in ({"n": 0}, {"n": 2, "batch_size": 0}):
        with pytest.raises(ValueError, match="whole number of at least 1"):
            gan.generate(**arguments)


@pytest.mark.parametrize(
    "shape", [(2, 5), (2,), (2, 3, 1)], ids=["wide", "flat", "deep"]
)
def test_latents_of_another_shape_are_refused_and_harm_nothing(shape):
    gan = tiny_gan()
    before = numpy_values(gan.variables)
    with pytest.raises(ValueError, match=r"`inputs` must have .* \(n, 3\)"):
        gan.render(np.zeros(shape, "float32"))
    for old, new in zip(before, numpy_values(gan.variables)):
        np.testing.assert_array_equal(old, new)


def test_few_sizes_of_batches_are_compiled():
    if keras.backend.backend() != "jax":
        pytest.skip("the others compile one function for all sizes")
    gan = tiny_gan()
    for n in range(1, 40):
        gan.generate(n, seed=0)
    (compiled,) = gan.__dict__["_predict_functions"].values()
    assert compiled._cache_size() <= 4
