"""Networks that copy and encode images, and judges of what these give."""

import numpy as np
import pytest
from keras import layers

from kerasgan import networks
from tests.networks import checking

SHAPES = [*checking.SHAPES, (64, 64, 3)]


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_are_those_of_the_images(shape):
    with checking.only_shapes():
        decoder = networks.began_decoder(shape, 5, filters=2)
        began = networks.began_autoencoder(shape, 5, filters=2)
        ebgan = networks.ebgan_autoencoder(shape, 5, filters=2)
    assert decoder.output_shape == began.output_shape == (None, *shape)
    assert ebgan.output_shape == [(None, *shape), (None, 5)]
    for network in (decoder, began, ebgan):
        assert not checking.kinds(network, layers.BatchNormalization)


@pytest.mark.parametrize(("side", "maps"), [(28, 3), (32, 3), (64, 4)])
def test_began_has_two_convolutions_at_each_size(side, maps):
    with checking.only_shapes():
        decoder = networks.began_decoder((side, side, 3), 64, filters=2)
        whole = networks.began_autoencoder((side, side, 3), 64, filters=2)
    count = len(checking.kinds(decoder, layers.Conv2D))
    assert count == 2 * maps + 1
    # One before, two at each size, and one between any two sizes.
    encoder = len(checking.kinds(whole, layers.Conv2D)) - count
    assert encoder == 1 + 2 * maps + maps - 1
    if side == 32:
        # FC, six convolutions and the last one.
        expected = 65 * 8 * 8 * 2 + 6 * (9 * 2 * 2 + 2) + (9 * 2 * 3 + 3)
        assert checking.trainable(decoder) == expected


@pytest.mark.parametrize(
    "build",
    [
        lambda seed: networks.began_decoder((8, 8, 1), 3, 2, seed=seed),
        lambda seed: networks.began_autoencoder((8, 8, 1), 3, 2, seed=seed),
        lambda seed: networks.ebgan_autoencoder((8, 8, 1), 3, 2, seed=seed),
        lambda seed: networks.dcgan_encoder((8, 8, 1), 3, 2, seed=seed),
    ],
)
def test_a_seed_fixes_the_weights(build, tmp_path):
    checking.check_seeds(build)
    network = build(0)
    rng = np.random.default_rng(0)
    inputs = rng.standard_normal((2, *network.input_shape[1:]))
    checking.check_copy_through_a_file(
        network, inputs.astype("float32"), tmp_path
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_encoders_lead_back_to_latents(shape):
    with checking.only_shapes():
        encoder = networks.dcgan_encoder(shape, 5, 2)
        both = networks.dcgan_encoder(shape, 5, 2, stochastic=True)
        judge = networks.bigan_discriminator(shape, 5, 2, units=4)
        generator = networks.dcgan_generator(shape, 5, 2)
    assert encoder.output_shape == (None, 5)
    assert both.output_shape == [(None, 5), (None, 5)]
    taken = [generator.output_shape, generator.input_shape]
    assert judge.input_shape == taken
    # What stays in the cube of a uniform prior.
    bounded = networks.dcgan_encoder((8, 8, 1), 5, 2, output_activation="tanh")
    assert bounded.layers[-1].activation.__name__ == "tanh"
