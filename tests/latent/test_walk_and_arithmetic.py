import numpy as np
import pytest

import kerasgan
from kerasgan.latent import arithmetic
from kerasgan.latent import interpolate
from kerasgan.latent import mean_latent
from kerasgan.latent import walk
from kerasgan.latent import walk_inputs
from tests.latent import legible


def test_a_loop_goes_through_its_points_and_back():
    gan = legible.linear_gan()
    points = gan.sample_inputs(3, seed=4)["latents"]
    way = walk_inputs(gan, points=3, steps=4, seed=4)["latents"]
    assert way.shape == (12, 3)
    np.testing.assert_array_equal(way[::4], points)
    np.testing.assert_allclose(
        way[8:], interpolate(points[2], points[0], 5)[:-1], atol=1e-6
    )


def test_uniform_latents_go_straight_and_a_way_ends_at_its_end():
    gan = legible.linear_gan("uniform")
    ends = np.array([[-1.0, 0.0, 1.0], [1.0, 0.5, 1.0]], "float32")
    way = walk_inputs(gan, latents=ends, steps=2, loop=False)["latents"]
    np.testing.assert_allclose(way, [ends[0], ends.mean(axis=0), ends[1]])


def test_images_come_in_batches():
    gan = legible.linear_gan()
    batches = list(walk(gan, points=2, steps=3, batch_size=4))
    assert [len(batch) for batch in batches] == [4, 2]
    inputs = walk_inputs(gan, points=2, steps=3)
    np.testing.assert_allclose(
        np.concatenate(batches), gan.render(inputs), atol=1e-6
    )


def test_an_image_has_the_condition_of_the_nearer_point():
    inputs = walk_inputs(
        legible.linear_cgan(), points=2, steps=4, condition=[1, 0]
    )
    assert inputs["labels"].tolist() == [1, 1, 0, 0, 0, 0, 1, 1]


def test_classes_of_infogan_change_with_its_noise():
    gan = kerasgan.applications.InfoGAN(
        image_shape=(8, 8, 1), filters=2, units=4, seed=0
    )
    way = walk_inputs(gan, points=2, steps=2)["latents"]
    at = gan.noise_dim
    np.testing.assert_allclose(way[:, at : at + 10].sum(axis=1), 1.0)


@pytest.mark.parametrize(
    "asked, message",
    [
        ({"points": 1}, "`points` must be"),
        ({"steps": 0}, "`steps` must be"),
        ({"kind": "arc"}, "Unknown `kind`"),
        ({"latents": np.zeros((2, 4))}, "`latents` must have the shape"),
        ({"latents": np.full((2, 3), np.nan)}, "`latents` must be finite"),
        ({"condition": 1}, "`condition` is for conditional models"),
    ],
)
def test_a_way_that_cannot_be_is_refused_at_once(asked, message):
    with pytest.raises(ValueError, match=message):
        walk(legible.linear_gan(), **asked)


def bright(images):
    return images.mean(axis=(1, 2, 3)) > 0.05


def test_the_mean_of_what_a_classifier_accepts():
    gan = legible.linear_gan()
    drawn = gan.sample_inputs(256, seed=3)
    expected = drawn["latents"][bright(gan.render(drawn))][:4].mean(axis=0)
    found = mean_latent(gan, bright, n=4, seed=3)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_the_mean_of_latents_and_of_pictures():
    gan = legible.linear_gan()
    drawn = gan.sample_inputs(3, seed=3)
    mean = drawn["latents"].mean(axis=0)
    np.testing.assert_allclose(mean_latent(gan, drawn["latents"]), mean)
    images = gan.render(drawn)
    found = mean_latent(gan, images, steps=120, prior_weight=0.0, verbose=0)
    np.testing.assert_allclose(found, mean, atol=0.02)


def test_three_equal_groups_give_the_group():
    gan = legible.linear_gan("uniform")
    latents = gan.sample_inputs(3, seed=1)["latents"]
    found = arithmetic(gan, [latents, latents], [latents])
    mean = latents.mean(axis=0)
    np.testing.assert_allclose(found.latent, mean, atol=1e-6)
    np.testing.assert_allclose(
        found.image.reshape(-1), mean @ legible.matrix(), atol=1e-5
    )
    # Three images and their mean in a row, nine in the last.
    assert found.picture.shape == (4 * 6 - 2, 9 * 6 - 2, 1)
    assert found.around.shape == (8, 4, 4, 1)


def test_normal_sums_have_the_length_of_normal_latents():
    gan = legible.linear_gan()
    found = arithmetic(gan, [np.full((1, 3), 9.0)], noise=0.0)
    np.testing.assert_allclose(found.latent, [1.0, 1.0, 1.0], rtol=1e-5)


def test_sums_of_uniform_latents_are_clipped():
    gan = legible.linear_gan("uniform")
    ones = np.ones((1, 3))
    found = arithmetic(gan, [ones, ones])
    np.testing.assert_array_equal(found.latent, [1.0, 1.0, 1.0])


@pytest.mark.parametrize(
    "group, message",
    [
        (lambda images: images.mean(axis=(1, 2, 3)), "must return bools"),
        (lambda images: np.zeros(len(images), bool), "accepts 0"),
        ("glasses", "A group must be"),
        (np.zeros((2, 5)), "`group` must have the shape"),
    ],
)
def test_a_group_that_is_none_is_refused(group, message):
    with pytest.raises(ValueError, match=message):
        mean_latent(legible.linear_gan(), group)


def test_an_empty_sum_is_refused():
    with pytest.raises(ValueError, match="`plus` must hold"):
        arithmetic(legible.linear_gan(), [])
