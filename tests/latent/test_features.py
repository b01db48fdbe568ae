import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.latent import features
from kerasgan.latent.discriminator_maps import discriminator_maps
from kerasgan.latent.features import pool_to
from tests.latent import legible


def test_dcgan_has_as_many_features_as_the_paper_says():
    gan = kerasgan.applications.DCGAN((32, 32, 3), filters=64, seed=0)
    images = np.zeros((1, 32, 32, 3), "float32")
    assert features(gan, images).shape == (1, 7168)


def test_features_are_the_activations_in_inference_mode():
    gan = legible.linear_gan()
    images = np.clip(gan.generate(5, seed=0), -1, 1)
    before = legible.values(gan)
    network = gan.discriminator
    activation = keras.Model(network.input, network.layers[3].output)
    expected = keras.ops.convert_to_numpy(activation(images, training=False))
    # 4 x 4 already: as they are. The input of the last layer is the same.
    found = features(gan, images, batch_size=2)
    np.testing.assert_allclose(found, expected.reshape(5, -1), atol=1e-5)
    legible.assert_untouched(gan, before)


@pytest.mark.parametrize("size", [4, 7, 8, 14])
def test_maps_are_pooled_to_their_largest(size):
    rng = np.random.default_rng(0)
    maps = rng.normal(size=(2, size, size, 3)).astype("float32")
    pooled = keras.ops.convert_to_numpy(pool_to(maps, 4))
    assert pooled.shape == (2, 4, 4, 3)
    if size % 4 == 0:
        boxes = maps.reshape(2, 4, size // 4, 4, size // 4, 3)
        np.testing.assert_array_equal(pooled, boxes.max(axis=(2, 4)))
    np.testing.assert_array_equal(pooled.max((1, 2)), maps.max((1, 2)))
    constant = keras.ops.convert_to_numpy(pool_to(np.ones_like(maps), 4))
    assert (constant == 1).all()


def test_what_depends_on_a_label_is_left_out_or_averaged():
    images = np.zeros((2, 8, 8, 1), "float32")
    projected = kerasgan.applications.ProjectionGAN(
        (8, 8, 1), num_classes=2, network="sndcgan", filters=2, seed=0
    )
    told = features(projected, images, condition=1)
    np.testing.assert_array_equal(features(projected, images), told)
    gan = kerasgan.applications.CGAN(
        (8, 8, 1), num_classes=2, filters=2, units=4, seed=0
    )
    each = [features(gan, images, condition=label) for label in (0, 1)]
    np.testing.assert_allclose(
        features(gan, images), np.mean(each, axis=0), atol=1e-6
    )
    assert (each[0] != each[1]).any()


def test_a_growing_discriminator_sees_each_image_by_itself():
    gan = kerasgan.models.ProGAN(
        kerasgan.networks.ProgressiveGenerator((8, 8, 1), width=1 / 128),
        kerasgan.networks.ProgressiveDiscriminator((8, 8, 1), width=1 / 128),
        kimg=0.004,
        seed=0,
    )
    images = np.random.default_rng(0).uniform(-1, 1, (3, 4, 4, 1))
    found = features(gan, images)
    np.testing.assert_allclose(found[1:2], features(gan, images[1:2]), 1e-5)


def test_a_discriminator_of_dense_layers_has_features():
    gan = kerasgan.applications.GAN(image_shape=(4, 4, 1), units=(8,))
    assert features(gan, np.zeros((3, 4, 4, 1))).shape == (3, 8)


def test_a_discriminator_of_one_layer_has_none():
    images = keras.Input((4, 4, 1))
    logits = keras.layers.Dense(1)(keras.layers.Flatten()(images))
    with pytest.raises(ValueError, match="between the image and the logits"):
        discriminator_maps(
            keras.Model(images, logits), np.zeros((1, 4, 4, 1), "float32")
        )


@pytest.mark.parametrize(
    "images, message",
    [
        (np.zeros((1, 8, 4, 1)), "must have the shape"),
        (np.full((1, 4, 4, 1), np.nan), "must be finite"),
        (np.full((1, 4, 4, 1), 2.0), r"\[-1, 1\]"),
    ],
)
def test_what_is_no_image_is_refused(images, message):
    with pytest.raises(ValueError, match=message):
        features(legible.linear_gan(), images)
