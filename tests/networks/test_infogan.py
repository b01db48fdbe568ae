import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

from kerasgan.networks import infogan_discriminator
from kerasgan.networks import infogan_generator
from tests.networks.checking import SHAPES
from tests.networks.checking import check_copy_through_a_file
from tests.networks.checking import check_normalization
from tests.networks.checking import check_seeds
from tests.networks.checking import dtype
from tests.networks.checking import kinds
from tests.networks.checking import only_shapes
from tests.networks.checking import trainable
from tests.networks.checking import values

ODD = (9, 10, 1)
SMALL = {"filters": 2, "units": 16, "seed": 0}


def of_q(discriminator):
    return [n for n in discriminator.layers if n.name.startswith("q_")]


def test_parameter_counts_of_the_mnist_networks():
    with only_shapes():
        generator = infogan_generator((28, 28, 1), input_dim=74)
        discriminator = infogan_discriminator((28, 28, 1), code_parameters=12)
    q_head = sum(
        int(np.prod(w.shape))
        for layer in of_q(discriminator)
        for w in layer.trainable_weights
    )
    assert trainable(generator) == 6_652_481
    assert q_head == 133_004
    assert trainable(discriminator) - q_head == 6_559_169


@pytest.mark.parametrize("shape", [*SHAPES, (33, 46, 2), (8, 8, 1)], ids=str)
def test_any_image_size_fits_both_networks(shape):
    with only_shapes():
        generator = infogan_generator(shape, 5, **SMALL)
        discriminator = infogan_discriminator(shape, 3, **SMALL)
    assert generator.input_shape == (None, 5)
    assert generator.output_shape == (None, *shape)
    assert discriminator.input_shape == (None, *shape)
    assert discriminator.output_shape == [(None, 1), (None, 3)]


def test_images_of_odd_sizes_have_their_size_and_stay_in_range():
    generator = infogan_generator(ODD, 5, **SMALL)
    discriminator = infogan_discriminator(ODD, 3, **SMALL)
    images = values(generator(np.full((2, 5), 1e6, "float32")))
    logits, parameters = discriminator(images)
    assert images.shape == (2, *ODD)
    assert 0.5 < abs(images).max() <= 1
    assert tuple(logits.shape) == (2, 1)
    assert tuple(parameters.shape) == (2, 3)


def test_normalization_slopes_and_kernels_are_the_papers():
    generator = infogan_generator(ODD, 5, **SMALL)
    discriminator = infogan_discriminator(ODD, 3, **SMALL)
    check_normalization(generator, count=3)
    check_normalization(discriminator, count=3)
    for layer in kinds(discriminator, layers.LeakyReLU):
        assert layer.negative_slope == pytest.approx(0.1)
    for network in (generator, discriminator):
        for layer in kinds(network, layers.Conv2D, layers.Conv2DTranspose):
            assert (layer.kernel_size, layer.strides) == ((4, 4), (2, 2))


def test_each_unit_of_the_first_map_has_statistics_of_its_own():
    with only_shapes():
        generator = infogan_generator((28, 28, 1), 5, **SMALL)
    shapes = [
        tuple(n.gamma.shape)
        for n in kinds(generator, layers.BatchNormalization)
    ]
    assert shapes == [(16,), (7 * 7 * 4,), (2,)]


def test_normalization_can_be_left_out_of_the_discriminator():
    with only_shapes():
        discriminator = infogan_discriminator(
            ODD, 3, batch_normalization=False, negative_slope=0.01, **SMALL
        )
    assert not kinds(discriminator, layers.BatchNormalization)
    for layer in kinds(discriminator, layers.LeakyReLU):
        assert layer.negative_slope == pytest.approx(0.01)


def test_q_stands_on_the_shared_layer_and_the_logit_does_not_need_it():
    discriminator = infogan_discriminator(ODD, 3, **SMALL)
    images = ops.ones((2, *ODD))
    before = [values(x) for x in discriminator(images)]
    for layer in of_q(discriminator):
        for weight in layer.trainable_weights:
            weight.assign(weight + 1.0)
    after = [values(x) for x in discriminator(images)]
    np.testing.assert_array_equal(before[0], after[0])
    assert not np.allclose(before[1], after[1])
    bias = discriminator.get_layer("shared").bias
    bias.assign(bias + 1.0)
    moved = [values(x) for x in discriminator(images)]
    assert not np.allclose(after[0], moved[0])
    assert not np.allclose(after[1], moved[1])


def test_seeds_fix_the_weights():
    check_seeds(lambda seed: infogan_generator(ODD, 5, 2, 16, seed))
    check_seeds(lambda seed: infogan_discriminator(ODD, 3, 2, 16, seed=seed))


def test_outputs_are_float32_under_a_mixed_policy():
    keras.config.set_dtype_policy("mixed_bfloat16")
    images = infogan_generator(ODD, 5, **SMALL)(ops.ones((2, 5)))
    outputs = infogan_discriminator(ODD, 3, **SMALL)(images)
    assert {dtype(x) for x in [images, *outputs]} == {"float32"}


def test_networks_survive_a_file(tmp_path):
    codes = np.ones((2, 5), "float32")
    images = np.ones((2, *ODD), "float32")
    generator = infogan_generator(ODD, 5, **SMALL)
    discriminator = infogan_discriminator(ODD, 3, **SMALL)
    check_copy_through_a_file(generator, codes, tmp_path)
    check_copy_through_a_file(discriminator, images, tmp_path)


def test_sizes_that_are_none_are_refused():
    with pytest.raises(ValueError, match="`image_shape`.*at least 8"):
        infogan_generator((7, 28, 1))
    with pytest.raises(ValueError, match="`input_dim`.*Received: input_dim=0"):
        infogan_generator((28, 28, 1), 0)
    with pytest.raises(ValueError, match="`code_parameters`.*Received.*=2.0"):
        infogan_discriminator((28, 28, 1), 2.0)
