import numpy as np
import pytest
from keras import layers
from keras import ops

from kerasgan.networks import wgan_gp_discriminator
from kerasgan.networks import wgan_gp_generator
from tests.networks.checking import SHAPES
from tests.networks.checking import check_copy_through_a_file
from tests.networks.checking import check_seeds
from tests.networks.checking import kinds
from tests.networks.checking import trainable
from tests.networks.outline import outlined


def test_parameter_counts_of_the_mnist_networks():
    shape = (28, 28, 1)
    assert trainable(outlined(wgan_gp_generator, shape)) == 1_554_177
    assert trainable(outlined(wgan_gp_discriminator, shape)) == 1_030_145


def test_28_pixels_grow_from_a_map_of_4_cut_to_7():
    generator = outlined(wgan_gp_generator, (28, 28, 1), filters=2)
    (reshape,) = kinds(generator, layers.Reshape)
    assert reshape.target_shape == (4, 4, 8)
    (crop,) = kinds(generator, layers.Cropping2D)
    assert tuple(crop.output.shape) == (None, 7, 7, 4)


@pytest.mark.parametrize("shape", [*SHAPES, (8, 8, 1)], ids=str)
def test_any_image_size_fits_both_networks(shape):
    generator = outlined(wgan_gp_generator, shape, filters=2)
    critic = outlined(wgan_gp_discriminator, shape, filters=2)
    assert generator.output_shape == (None, *shape)
    assert critic.input_shape == (None, *shape)
    assert critic.output_shape == (None, 1)
    assert min(kinds(generator, layers.Reshape)[0].target_shape[:2]) <= 4


def test_no_layer_couples_the_images_of_a_batch():
    critic = wgan_gp_discriminator((12, 12, 1), filters=2, seed=0)
    images = np.random.default_rng(0).normal(size=(3, 12, 12, 1))
    images = images.astype("float32")
    together = ops.convert_to_numpy(critic(images, training=True))
    alone = ops.convert_to_numpy(critic(images[:1], training=True))
    np.testing.assert_allclose(together[:1], alone, rtol=1e-4, atol=1e-6)
    slopes = [x.negative_slope for x in kinds(critic, layers.LeakyReLU)]
    assert np.allclose(slopes, 0.2)


def test_initial_activations_neither_vanish_nor_saturate():
    generator = wgan_gp_generator((28, 28, 1), filters=16, seed=0)
    latents = np.random.default_rng(0).normal(size=(4, 128)).astype("float32")
    images = ops.convert_to_numpy(generator(latents))
    assert 0.1 < images.std() < 0.8


def test_a_seed_fixes_the_weights():
    check_seeds(
        lambda seed: wgan_gp_generator((8, 8, 1), 3, filters=2, seed=seed)
    )
    check_seeds(lambda seed: wgan_gp_discriminator((8, 8, 1), 2, seed=seed))


def test_the_networks_survive_saving(tmp_path):
    generator = wgan_gp_generator((9, 8, 1), latent_dim=3, filters=2)
    check_copy_through_a_file(generator, np.ones((2, 3), "float32"), tmp_path)


@pytest.mark.parametrize(
    "build", [wgan_gp_generator, wgan_gp_discriminator], ids=["g", "d"]
)
def test_a_shape_that_is_no_image_is_refused(build):
    with pytest.raises(ValueError, match="`image_shape`.*Received"):
        build((28, 28))
