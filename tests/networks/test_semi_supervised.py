"""Discriminators that name classes: shapes, noise, and no normalization."""

import numpy as np
import pytest
from keras import layers

from kerasgan import networks
from tests.networks import checking


def mlp(shape, seed=None):
    return networks.noisy_mlp_discriminator(shape, 3, (4, 2), seed=seed)


def convolutional(shape, seed=None):
    return networks.semi_supervised_discriminator(shape, 3, 2, seed=seed)


@pytest.mark.parametrize("shape", [*checking.SHAPES, (64, 64, 3)])
@pytest.mark.parametrize("build", [mlp, convolutional])
def test_they_name_classes_and_have_features(build, shape):
    with checking.only_shapes():
        network = build(shape)
    assert network.output_shape == (None, 3)
    assert len(network.get_layer("features").output.shape) == 2
    assert not checking.kinds(network, layers.BatchNormalization)


def test_the_paper_s_network_for_mnist_has_its_widths():
    with checking.only_shapes():
        network = networks.noisy_mlp_discriminator((28, 28, 1))
    widths = [784, 1000, 500, 250, 250, 250, 10]
    expected = sum((a + 1) * b for a, b in zip(widths, widths[1:]))
    assert checking.trainable(network) == expected
    noise = [x.stddev for x in checking.kinds(network, layers.GaussianNoise)]
    assert noise == [0.3, *[0.5] * 5]


@pytest.mark.parametrize("build", [mlp, convolutional])
def test_a_seed_fixes_weights_and_noise_is_for_training(build):
    checking.check_seeds(lambda seed: build((8, 8, 1), seed))
    network, x = build((8, 8, 1), 0), np.ones((2, 8, 8, 1), "float32")
    found = [
        checking.values(network(x, training=training))
        for training in (False, False, True)
    ]
    np.testing.assert_array_equal(found[0], found[1])
    assert not np.allclose(found[0], found[2])
