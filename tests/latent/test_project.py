import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.latent import project
from kerasgan.latent.descend import rate_at
from tests.latent import legible


def own_images(gan, n=3, **asked):
    return gan.generate(n, seed=9, **asked)


@pytest.mark.parametrize("prior", ["normal", "uniform"])
def test_images_of_a_linear_generator_are_found_again(prior):
    gan = legible.linear_gan(prior)
    drawn = gan.sample_inputs(3, seed=9)
    before = legible.values(gan)
    found = project(
        gan, gan.render(drawn), steps=120, prior_weight=0.0, verbose=0
    )
    np.testing.assert_allclose(found.latents, drawn["latents"], atol=0.01)
    assert found.errors.max() < 2e-3
    np.testing.assert_allclose(
        found.reconstructions, gan.render(found.inputs), atol=1e-6
    )
    legible.assert_untouched(gan, before)


def test_uniform_latents_are_clipped():
    gan = legible.linear_gan("uniform")
    beyond = np.array([[3.0, -3.0, 0.2]], "float32") @ legible.matrix()
    found = project(
        gan, np.clip(beyond, -1, 1).reshape(1, 4, 4, 1), steps=60, verbose=0
    )
    assert np.abs(found.latents).max() == 1.0


def test_the_penalty_keeps_the_length_of_normal_latents():
    gan = legible.linear_gan()
    dark = np.zeros((1, 4, 4, 1), "float32")
    free, kept = (
        project(gan, dark, steps=60, prior_weight=weight, verbose=0)
        for weight in (0.0, 10.0)
    )
    assert np.square(free.latents).mean() < 0.01
    assert np.square(kept.latents).mean() > 0.9


def test_an_image_is_found_alike_beside_others():
    gan = legible.linear_gan()
    images = own_images(gan, 3)
    together = project(gan, images, steps=5, batch_size=8, verbose=0)
    alone = project(gan, images[2:], steps=5, verbose=0)
    np.testing.assert_allclose(together.latents[2:], alone.latents, atol=1e-5)


def test_the_best_of_all_labels_is_found():
    gan = legible.linear_cgan()
    images = own_images(gan, 4, labels=[0, 1, 1, 0])
    before = legible.values(gan)
    found = project(
        gan, images, steps=60, restarts=2, prior_weight=0.0, verbose=0
    )
    assert found.inputs["labels"].tolist() == [0, 1, 1, 0]
    assert found.errors.max() < 0.01
    legible.assert_untouched(gan, before)


def test_a_label_that_is_given_is_kept():
    gan = legible.linear_cgan()
    images = own_images(gan, 2, labels=[0, 1])
    found = project(gan, images, steps=3, condition=[1, 0], verbose=0)
    assert found.inputs["labels"].tolist() == [1, 0]


def test_a_growing_model_is_inverted_at_its_size():
    gan = kerasgan.models.ProGAN(
        kerasgan.networks.ProgressiveGenerator((8, 8, 1), width=1 / 128),
        kerasgan.networks.ProgressiveDiscriminator((8, 8, 1), width=1 / 128),
        kimg=0.004,
        seed=0,
    )
    images = np.clip(own_images(gan, 2), -1, 1)
    assert images.shape == (2, 4, 4, 1)
    found = project(gan, images, steps=2, verbose=0)
    assert found.reconstructions.shape == images.shape
    with pytest.raises(ValueError, match=r"`images` must have the shape"):
        project(gan, np.zeros((1, 8, 8, 1)), steps=2, verbose=0)


def test_codes_stay_what_can_be_drawn():
    gan = kerasgan.applications.InfoGAN(
        image_shape=(8, 8, 1), filters=2, units=4, seed=0
    )
    found = project(gan, own_images(gan), steps=3, verbose=0)
    codes = found.latents[:, gan.noise_dim :]
    assert set(np.unique(codes[:, :10])) == {0.0, 1.0}
    assert (codes[:, :10].sum(axis=1) == 1).all()
    assert np.abs(codes[:, 10:]).max() <= 1


@pytest.mark.parametrize("loss", ["l1", "l2"])
def test_the_loss_is_what_is_asked_for(loss):
    distance = {"l1": kerasgan.latent.L1, "l2": kerasgan.latent.L2}[loss]()
    images = np.full((1, 2, 2, 1), 0.5, "float32")
    value = distance(images, distance.data(0 * images))
    assert float(value[0]) == {"l1": 0.5, "l2": 0.25}[loss]


def test_a_network_of_ones_own_may_say_how_far_images_are():
    network = keras.Sequential(
        [keras.Input((8, 8, 3)), keras.layers.Conv2D(2, 3, activation="relu")]
    )
    distance = kerasgan.latent.Perceptual(network)
    gan = legible.linear_gan()
    images = np.clip(own_images(gan, 2), -1, 1)
    # Grey, of another size: repeated, and resized.
    same = distance(images, distance.data(images))
    same = keras.ops.convert_to_numpy(keras.ops.stop_gradient(same))
    np.testing.assert_allclose(same, [0.0, 0.0], atol=1e-6)
    before = [np.array(w) for w in network.get_weights()]
    found = project(gan, images, steps=3, loss=distance, verbose=0)
    assert found.errors.shape == (2,)
    for a, b in zip(before, network.get_weights()):
        np.testing.assert_array_equal(a, b)


def test_the_rate_rises_and_falls():
    # Of the projector's 1,000 steps.
    expected = {0: 0.0, 25: 0.5, 500: 1.0, 800: 0.904508, 875: 0.5}
    for step, rate in expected.items():
        assert abs(rate_at(step, 1000) - rate) < 1e-6


def test_progress_is_told():
    told = []
    gan = legible.linear_gan()
    project(
        gan,
        own_images(gan, 3),
        steps=2,
        restarts=1,
        batch_size=2,
        verbose=lambda done, total: told.append((done, total)),
    )
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize(
    "images, message",
    [
        (np.zeros((1, 5, 4, 1)), r"must have the shape \(n, 4, 4, 1\)"),
        (np.zeros((4, 4, 1)), r"must have the shape \(n, 4, 4, 1\)"),
        (np.full((1, 4, 4, 1), 3.0), r"float in \[-1, 1\]"),
        (np.full((1, 4, 4, 1), np.nan), r"must be finite"),
        (np.zeros((0, 4, 4, 1)), r"no images"),
        ("a picture", r"an array of images"),
    ],
)
def test_what_is_no_image_of_the_model_is_refused(images, message):
    gan = legible.linear_gan()
    before = legible.values(gan)
    with pytest.raises(ValueError, match=message):
        project(gan, images, verbose=0)
    legible.assert_untouched(gan, before)


@pytest.mark.parametrize(
    "asked, name",
    [
        ({"steps": 0}, "steps"),
        ({"restarts": 0}, "restarts"),
        ({"batch_size": 0}, "batch_size"),
        ({"learning_rate": 0.0}, "learning_rate"),
        ({"prior_weight": -1.0}, "prior_weight"),
        ({"loss": "l3"}, "loss"),
        ({"seed": None}, "seed"),
        ({"verbose": 3}, "verbose"),
        ({"condition": 1}, "condition"),
    ],
)
def test_arguments_out_of_range_are_refused(asked, name):
    gan = legible.linear_gan()
    with pytest.raises(ValueError, match=f"`{name}`"):
        project(gan, np.zeros((1, 4, 4, 1), "float32"), **asked)


def test_a_model_without_latents_is_refused():
    gan = kerasgan.applications.CycleGAN((8, 8, 1), filters=2, seed=0)
    with pytest.raises(ValueError, match="from latents"):
        project(gan, np.zeros((1, 8, 8, 1)), verbose=0)


def test_a_model_that_diverged_is_refused():
    gan = legible.linear_gan()
    gan.generator.set_weights([np.full((3, 16), np.nan, "float32")])
    with pytest.raises(ValueError, match="not finite"):
        project(gan, np.zeros((1, 4, 4, 1), "float32"), steps=2, verbose=0)


@pytest.mark.parametrize("kind", ["latents", "function", "model"])
def test_the_search_begins_where_it_is_told(kind):
    gan = legible.linear_gan()
    drawn = gan.sample_inputs(2, seed=9)
    images, known = gan.render(drawn), drawn["latents"]
    init = {
        "latents": known,
        "function": lambda x: known,
        "model": Knowing(known),
    }[kind]
    found = project(
        gan, images, steps=1, restarts=2, prior_weight=0.0, init=init, verbose=0
    )
    np.testing.assert_array_equal(found.latents, known)


class Knowing:
    def __init__(self, latents):
        self.latents = latents

    def encode(self, images):
        return self.latents


def test_each_label_begins_where_it_is_told():
    gan = legible.linear_cgan()
    drawn = gan.sample_inputs(2, seed=9, labels=[0, 1])
    found = project(
        *(gan, gan.render(drawn)),
        steps=1,
        restarts=4,
        prior_weight=0.0,
        init=drawn["latents"],
        verbose=0,
    )
    np.testing.assert_array_equal(found.inputs["labels"], [0, 1])
    np.testing.assert_array_equal(found.latents, drawn["latents"])


def test_where_it_cannot_begin_is_refused():
    gan = legible.linear_gan()
    for init in (np.zeros((2, 3)), np.zeros((1, 4)), np.full((1, 3), np.inf)):
        with pytest.raises(ValueError, match="`init` must give"):
            project(gan, own_images(gan, 1), steps=1, init=init, verbose=0)
