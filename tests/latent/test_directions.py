import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.latent import directions
from kerasgan.latent import traverse
from kerasgan.latent.directions import pca
from kerasgan.latent.directions import sefa
from tests.latent import legible


@pytest.mark.parametrize(
    "matrix, normalize, values, first",
    [
        ([[3, 0], [1, 1]], False, [10.109772, 0.890228], [0.994029, 0.109117]),
        ([[3, 0], [1, 1]], True, [1.707107, 0.292893], [0.923880, 0.382683]),
        ([[3, 0], [0, 1]], False, [9.0, 1.0], [1.0, 0.0]),
    ],
)
def test_the_directions_of_a_known_matrix(matrix, normalize, values, first):
    vectors, found = sefa(np.array(matrix, float), 2, normalize)
    np.testing.assert_allclose(found, values, atol=1e-6)
    np.testing.assert_allclose(vectors[0], first, atol=1e-6)
    np.testing.assert_allclose(vectors @ vectors.T, np.eye(2), atol=1e-12)


def test_sefa_reads_the_weights_of_the_first_layer():
    gan = legible.linear_gan()
    before = legible.values(gan)
    found = directions(gan, "sefa", n=3)
    vectors, values = sefa(legible.matrix().T, 3)
    np.testing.assert_allclose(found.values, values, rtol=1e-4)
    np.testing.assert_allclose(found.vectors, vectors, atol=1e-3)
    legible.assert_untouched(gan, before)


def test_a_condition_is_no_latent():
    found = directions(legible.linear_cgan(), "sefa", n=3)
    whole = legible.matrix(legible.LATENT_DIM + 2, seed=5)
    _, values = sefa(0.5 * whole[: legible.LATENT_DIM].T, 3)
    np.testing.assert_allclose(found.values, values, rtol=1e-4)


def test_components_of_a_linear_map_are_its_singular_vectors():
    latents = np.random.default_rng(0).normal(size=(20_000, 2))
    vectors, deviations = pca(latents * [3.0, 1.0], latents, 2)
    np.testing.assert_allclose(deviations, [3.0, 1.0], rtol=0.02)
    np.testing.assert_allclose(np.abs(vectors), np.eye(2), atol=0.02)


def test_pca_looks_at_what_the_second_layer_takes():
    inputs = keras.Input((3,))
    first = keras.layers.Dense(3, use_bias=False)
    x = keras.layers.Dense(16)(keras.layers.ReLU()(first(inputs)))
    first.set_weights([np.diag([5.0, 1.0, 0.1]).astype("float32")])
    generator = keras.Model(inputs, keras.layers.Reshape((4, 4, 1))(x))
    gan = kerasgan.models.GAN(generator, legible.discriminator(), seed=0)
    found = directions(gan, "pca", n=2, samples=3000)
    np.testing.assert_allclose(found.vectors[0], [1, 0, 0], atol=0.15)
    # Of the positive part of a normal number with standard deviation 5.
    expected = 5 * np.sqrt(0.5 - 0.5 / np.pi)
    np.testing.assert_allclose(found.values[0], expected, rtol=0.1)


def test_an_attribute_has_the_normal_of_its_plane():
    gan = legible.linear_gan()
    normal = legible.matrix().mean(axis=1)  # of the mean brightness
    found = directions(
        gan,
        "attribute",
        attribute=lambda images: images.mean(axis=(1, 2, 3)) > 0.02,
        samples=500,
    )
    normal = normal / np.linalg.norm(normal)
    assert found.vectors[0] @ normal > 0.99 and found.values[0] > 0.95


def test_attributes_of_given_latents():
    gan = legible.linear_gan()
    latents = np.random.default_rng(0).normal(size=(300, 3))
    labels = latents[:, :2] > 0
    found = directions(gan, "attribute", attribute=labels, latents=latents)
    assert found.vectors.shape == (2, 3)
    np.testing.assert_allclose(found.vectors, np.eye(3)[:2], atol=0.15)


def test_classes_of_infogan_are_no_directions():
    gan = kerasgan.applications.InfoGAN(
        image_shape=(8, 8, 1), filters=2, units=4, seed=0
    )
    found = directions(gan, "sefa", n=2)
    at = gan.noise_dim
    assert not found.vectors[:, at : at + 10].any()


def test_a_growing_generator_has_directions():
    gan = kerasgan.models.ProGAN(
        kerasgan.networks.ProgressiveGenerator((8, 8, 1), width=1 / 128),
        kerasgan.networks.ProgressiveDiscriminator((8, 8, 1), width=1 / 128),
        seed=0,
    )
    found = directions(gan, "sefa", n=2)
    kernel = keras.ops.convert_to_numpy(gan.generator.project.kernel)
    _, values = sefa(kernel.T, 2)
    # At run time weights have a common factor.
    np.testing.assert_allclose(
        found.values[0] / found.values[1], values[0] / values[1], rtol=1e-3
    )
    assert directions(gan, "pca", n=2, samples=20).vectors.shape == (2, 4)


def test_a_picture_runs_along_a_direction():
    gan = legible.linear_gan()
    direction = np.array([0.0, 1.0, 0.0])
    latents = np.zeros((1, 3))
    grid = traverse(
        gan,
        direction=direction,
        latents=latents,
        values=[-1.0, 0.0, 1.0],
        padding=0,
    )
    shown = grid[..., 0].reshape(4, 3, 4).swapaxes(0, 1).reshape(3, 16)
    expected = np.outer([-1, 0, 1], legible.matrix()[1])
    np.testing.assert_allclose(shown / 127.5 - 1, expected, atol=0.01)
    assert traverse(gan, direction=direction, rows=2).shape == (10, 52, 1)


def test_what_leaves_the_support_is_brought_back():
    gan = legible.linear_gan("uniform")
    grid = traverse(
        gan,
        direction=[1.0, 0.0, 0.0],
        latents=np.zeros((1, 3)),
        values=[1.0, 50.0],
        padding=0,
    )
    np.testing.assert_array_equal(grid[:, :4], grid[:, 4:])


@pytest.mark.parametrize(
    "asked, message",
    [
        ({"method": "ica"}, "Unknown `method`"),
        ({"n": 4}, "`n` must be at most 3"),
        ({"n": 0}, "`n` must be"),
        ({"samples": 1}, "`samples` must be"),
        ({"method": "pca", "samples": 2, "n": 3}, "`samples` must be more"),
        ({"attribute": [True]}, "for method='attribute'"),
        ({"method": "attribute"}, "`attribute` must be a function"),
        (
            {"method": "attribute", "attribute": [True, False]},
            "`latents` must be given",
        ),
        (
            {
                "method": "attribute",
                "attribute": [True, True],
                "latents": np.zeros((2, 3)),
            },
            "true of some latents and false of others",
        ),
        (
            {
                "method": "attribute",
                "attribute": [True, False],
                "latents": np.zeros((2, 5)),
            },
            "`latents` must have the shape",
        ),
        (
            {
                "method": "attribute",
                "attribute": [0.5, 1.0],
                "latents": np.zeros((2, 3)),
            },
            "must be bools",
        ),
    ],
)
def test_what_cannot_be_is_refused(asked, message):
    with pytest.raises(ValueError, match=message):
        directions(legible.linear_gan(), **{"n": 2, **asked})


@pytest.mark.parametrize(
    "asked, message",
    [
        ({}, "`code` or `direction` must be given"),
        ({"direction": [1.0]}, "`direction` must have the shape"),
        ({"direction": [1, 0, 0], "code": 0}, "must not be given with"),
        ({"direction": [np.nan, 0, 0]}, "`direction` must be finite"),
        ({"direction": [1, 0, 0], "values": []}, "`values` must be"),
        ({"code": 0, "condition": 1}, "are for a `direction`"),
    ],
)
def test_a_picture_that_cannot_be_is_refused(asked, message):
    with pytest.raises(ValueError, match=message):
        traverse(legible.linear_gan(), **asked)
