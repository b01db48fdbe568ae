import keras
import numpy as np
import pytest
from keras import layers

from kerasgan.layers import PixelShuffle2D
from kerasgan.networks import srgan_discriminator
from kerasgan.networks import srresnet_generator
from tests.networks.checking import check_copy_through_a_file
from tests.networks.checking import dtype
from tests.networks.checking import kinds
from tests.networks.checking import values
from tests.networks.outline import outlined


def test_the_parameters_of_the_papers_generator():
    network = outlined(srresnet_generator, (24, 24, 3))
    # With the running means and variances of 33 normalizations of 64.
    assert network.count_params() - 33 * 2 * 64 == 1_550_659
    assert network.output_shape == (None, 96, 96, 3)


@pytest.mark.parametrize("scale", [2, 4, 8])
@pytest.mark.parametrize("shape", [(7, 7, 1), (5, 9, 4), (None, None, 3)])
def test_images_are_enlarged(scale, shape):
    network = outlined(srresnet_generator, shape, scale, 3, filters=2, blocks=1)
    sides = (n if n is None else n * scale for n in shape[:2])
    assert network.output_shape == (None, *sides, 3)
    assert len(kinds(network, PixelShuffle2D)) == scale.bit_length() - 1


def test_a_generator_of_any_size_gives_images_in_minus_1_to_1():
    network = srresnet_generator((None, None, 1), 2, filters=2, blocks=1)
    for size in ((3, 4), (6, 5)):
        x = np.random.default_rng(0).uniform(-1, 1, (2, *size, 1))
        outputs = network.predict(x.astype("float32"), verbose=0)
        assert outputs.shape == (2, 2 * size[0], 2 * size[1], 1)
        assert np.abs(outputs).max() <= 1 and outputs.std() > 0


def test_normalization_can_be_left_out():
    network = outlined(
        srresnet_generator, (8, 8, 3), blocks=2, batch_normalization=False
    )
    assert not kinds(network, layers.BatchNormalization)


@pytest.mark.parametrize("size", [(3, 4), (None, None)], ids=str)
def test_residual_outputs_start_from_the_enlarged_input(size):
    shape = (*size, 2)
    plain, residual = (
        srresnet_generator(
            shape, 2, filters=2, blocks=1, residual=residual, seed=0
        )
        for residual in (False, True)
    )
    residual.set_weights(plain.get_weights())
    x = np.random.default_rng(0).uniform(-1, 1, (2, 3, 4, 2)).astype("f4")
    # A quarter of the nearest other pixel in each direction.
    twice = np.repeat(np.repeat(x, 2, 1), 2, 2)
    edge = np.pad(twice, ((0, 0), (1, 1), (1, 1), (0, 0)), "edge")
    edge = edge[:, :-2] + 2 * edge[:, 1:-1] + edge[:, 2:]
    edge = edge[:, :, :-2] + 2 * edge[:, :, 1:-1] + edge[:, :, 2:]
    enlarged = edge / 16
    expected = np.clip(enlarged + 2 * values(plain(x)), -1, 1)
    np.testing.assert_allclose(values(residual(x)), expected, atol=1e-6)
    with pytest.raises(ValueError, match="`residual=True`.*Received.*2"):
        srresnet_generator(shape, 2, 3, residual=True)


def test_networks_survive_files_seeds_and_half_precision(tmp_path):
    def generator(seed):
        return srresnet_generator((6, 6, 1), 2, filters=2, blocks=1, seed=seed)

    def discriminator(seed):
        return srgan_discriminator((16, 17, 1), filters=1, units=4, seed=seed)

    rng = np.random.default_rng(0)
    for make, size in ((generator, (6, 6)), (discriminator, (16, 17))):
        first, other = make(1).get_weights(), make(2).get_weights()
        for one, two in zip(first, make(1).get_weights(), strict=True):
            np.testing.assert_array_equal(one, two)
        assert not np.allclose(first[0], other[0])
        x = rng.standard_normal((2, *size, 1)).astype("float32")
        check_copy_through_a_file(make(0), x, tmp_path)
        keras.config.set_dtype_policy("mixed_float16")
        outputs = make(0)(x)
        assert dtype(outputs) == "float32"
        assert np.isfinite(values(outputs)).all()
        keras.config.set_dtype_policy("float32")


def test_the_discriminator_is_the_papers():
    network = outlined(srgan_discriminator, (96, 96, 3))
    convolutions = kinds(network, layers.Conv2D)
    assert [c.filters for c in convolutions] == [
        64, 64, 128, 128, 256, 256, 512, 512,
    ]  # fmt: skip
    assert [c.strides[0] for c in convolutions] == [1, 2] * 4
    assert len(kinds(network, layers.BatchNormalization)) == 7
    assert network.get_layer("hidden").units == 1024
    assert network.output_shape == (None, 1)


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        (lambda: srresnet_generator((8, 8, 3), scale=3), "`scale` must be 2"),
        (lambda: srresnet_generator((8, 8)), "`image_shape` must be"),
        (lambda: srresnet_generator((8, 8, 3), blocks=-1), "`blocks` must"),
        (lambda: srgan_discriminator((15, 16, 3)), "at least 16 pixels"),
        (lambda: srgan_discriminator((None, 16, 3)), "must be known"),
    ],
    ids=["scale", "shape", "blocks", "small", "unknown"],
)
def test_arguments_that_make_no_network_are_refused(call, rule):
    with pytest.raises(ValueError, match=f"{rule}.*Received"):
        call()
