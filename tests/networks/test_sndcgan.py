import keras
import numpy as np
import pytest
from keras import layers

from kerasgan.layers import ConditionalBatchNormalization
from kerasgan.layers import ProjectionLogit
from kerasgan.layers import SpectralNormalization
from kerasgan.networks import sndcgan_discriminator
from kerasgan.networks import sndcgan_generator
from tests.networks.checking import SHAPES
from tests.networks.checking import check_copy_through_a_file
from tests.networks.checking import check_seeds
from tests.networks.checking import dtype
from tests.networks.checking import kinds
from tests.networks.checking import trainable
from tests.networks.checking import values
from tests.networks.outline import outlined

LABELS = np.array([1, 2], "int32")


def ones(*shape):
    return np.ones(shape, "float32")


def test_parameter_counts_at_32x32x3():
    # The published 3,828,739 has scales and shifts for each of the 4 x 4 x
    # 512 units of the first map; here they are for its 512 channels.
    per_channel = 3_828_739 - 2 * (4 * 4 * 512 - 512)
    shape = (32, 32, 3)
    assert trainable(outlined(sndcgan_generator, shape)) == per_channel
    assert trainable(outlined(sndcgan_discriminator, shape)) == 5_860_865


@pytest.mark.parametrize(
    ("shape", "start"),
    [
        ((28, 28, 1), (7, 7)),
        ((32, 32, 3), (4, 4)),
        ((64, 64, 3), (8, 8)),
        ((48, 64, 3), (6, 8)),
    ],
    ids=str,
)
def test_the_first_map_is_an_eighth_or_at_28_pixels_a_quarter(shape, start):
    generator = outlined(sndcgan_generator, shape, filters=2)
    (reshape,) = kinds(generator, layers.Reshape)
    assert reshape.target_shape[:2] == start
    assert generator.output_shape == (None, *shape)


@pytest.mark.parametrize("shape", [*SHAPES, (33, 20, 2)], ids=str)
def test_any_image_size_fits_both_networks(shape):
    generator = outlined(sndcgan_generator, shape, filters=2)
    discriminator = outlined(sndcgan_discriminator, shape, filters=2)
    assert generator.output_shape == (None, *shape)
    assert discriminator.input_shape == (None, *shape)
    assert discriminator.output_shape == (None, 1)


def test_all_kernels_of_the_discriminator_are_normalized():
    shape = (16, 16, 1)
    discriminator = outlined(sndcgan_discriminator, shape, filters=2)
    assert len(kinds(discriminator, SpectralNormalization)) == 6
    assert not kinds(discriminator, layers.Conv2D, layers.Dense)
    assert not kinds(discriminator, layers.BatchNormalization)
    slopes = [x.negative_slope for x in kinds(discriminator, layers.LeakyReLU)]
    assert np.allclose(slopes, 0.1)
    plain = outlined(
        sndcgan_discriminator, shape, filters=2, spectral_normalization=False
    )
    assert not kinds(plain, SpectralNormalization)
    assert trainable(plain) == trainable(discriminator)


def test_labels_enter_both_networks():
    generator = sndcgan_generator((8, 8, 1), 3, 2, num_classes=3, seed=0)
    discriminator = sndcgan_discriminator((8, 8, 1), 2, num_classes=3, seed=0)
    norms = kinds(generator, ConditionalBatchNormalization)
    assert len(norms) == 2
    assert not kinds(generator, layers.BatchNormalization)
    for norm in norms:
        norm.gamma.assign(
            np.random.default_rng(0).normal(size=norm.gamma.shape)
        )
    (logit,) = kinds(discriminator, ProjectionLogit)
    assert logit.spectral_normalization
    images, others = (
        values(generator.predict_on_batch([ones(2, 3), labels]))
        for labels in (LABELS, 0 * LABELS)
    )
    assert images.shape == (2, 8, 8, 1)
    assert not np.allclose(images, others)
    logits, others = (
        values(discriminator.predict_on_batch([images, labels]))
        for labels in (LABELS, 0 * LABELS)
    )
    assert logits.shape == (2, 1)
    assert not np.allclose(logits, others)


def test_half_precision_ends_in_float32():
    keras.config.set_dtype_policy("mixed_bfloat16")
    generator = sndcgan_generator((8, 8, 1), 3, filters=2)
    images = generator(ones(2, 3))
    logits = sndcgan_discriminator((8, 8, 1), filters=2)(images, training=True)
    assert dtype(images) == dtype(logits) == "float32"


def test_a_seed_fixes_the_weights():
    one, same, other = (
        sndcgan_generator((8, 8, 1), 3, 2, seed=seed).get_weights()
        for seed in (1, 1, 9)
    )
    for a, b in zip(one, same):
        np.testing.assert_array_equal(a, b)
    assert not np.allclose(one[0], other[0])
    check_seeds(lambda seed: sndcgan_discriminator((8, 8, 1), 2, seed=seed))


def test_the_networks_survive_saving(tmp_path):
    generator = sndcgan_generator((9, 8, 1), 3, 2, num_classes=3)
    check_copy_through_a_file(generator, [ones(2, 3), LABELS], tmp_path)
    discriminator = sndcgan_discriminator((9, 8, 1), 2, num_classes=3)
    images = ones(2, 9, 8, 1)
    discriminator([images, LABELS], training=True)
    check_copy_through_a_file(discriminator, [images, LABELS], tmp_path)
