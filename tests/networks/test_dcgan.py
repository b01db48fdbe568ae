import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

from kerasgan.networks import dcgan_discriminator
from kerasgan.networks import dcgan_generator
from kerasgan.networks import dcgan_sizes
from tests.networks.outline import outlined

SHAPES = [
    (28, 28, 1),
    (32, 32, 3),
    (48, 64, 3),
    (96, 96, 3),
    (33, 47, 2),
    (8, 8, 1),
]


def trainable(network):
    return sum(int(np.prod(w.shape)) for w in network.trainable_weights)


def kinds(network, *classes):
    return [layer for layer in network.layers if isinstance(layer, classes)]


def test_parameter_counts_of_the_common_variant_at_64x64x3():
    shape = (64, 64, 3)
    assert trainable(outlined(dcgan_generator, shape)) == 3_576_704
    assert trainable(outlined(dcgan_discriminator, shape)) == 2_765_568


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_any_image_size_fits_both_networks(shape):
    generator = outlined(dcgan_generator, shape, latent_dim=3, filters=2)
    discriminator = outlined(dcgan_discriminator, shape, filters=2)
    assert generator.input_shape == (None, 3)
    assert generator.output_shape == (None, *shape)
    assert discriminator.input_shape == (None, *shape)
    assert discriminator.output_shape == (None, 1)


def test_an_odd_size_goes_through_both_networks():
    shape = (17, 9, 2)
    generator = dcgan_generator(shape, latent_dim=3, filters=2, seed=0)
    discriminator = dcgan_discriminator(shape, filters=2, seed=0)
    images = generator(ops.ones((2, 3)))
    assert tuple(images.shape) == (2, *shape)
    assert tuple(discriminator(images).shape) == (2, 1)


@pytest.mark.parametrize(
    ("shape", "sizes"),
    [
        ((28, 28, 1), [28, 14, 7]),
        ((64, 64, 3), [64, 32, 16, 8, 4]),
        ((96, 96, 3), [96, 48, 24, 12, 6]),
        ((8, 8, 1), [8, 4]),
        ((33, 33, 1), [33, 17, 9, 5]),
    ],
    ids=str,
)
def test_sizes_halve_down_to_at_most_7(shape, sizes):
    assert dcgan_sizes(shape) == [(size, size) for size in sizes]


def test_sizes_of_images_that_are_not_square():
    assert dcgan_sizes((48, 64, 3)) == [(48, 64), (24, 32), (12, 16), (6, 8)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_only_odd_sizes_are_cropped(shape):
    generator = outlined(dcgan_generator, shape, latent_dim=2, filters=2)
    cropped = bool(kinds(generator, layers.Cropping2D))
    assert cropped == (shape == (33, 47, 2))
    assert not kinds(
        outlined(dcgan_discriminator, shape, filters=2),
        layers.Cropping2D,
        layers.ZeroPadding2D,
        layers.Resizing,
    )


def test_the_generators_layers_stand_in_the_papers_order():
    generator = outlined(dcgan_generator, (28, 28, 1), filters=2)
    names = [type(layer).__name__ for layer in generator.layers[1:]]
    assert names == [
        "Dense",
        "Reshape",
        "BatchNormalization",
        "ReLU",
        "Conv2DTranspose",
        "BatchNormalization",
        "ReLU",
        "Conv2DTranspose",
        "Activation",
    ]
    assert generator.layers[-1].activation is keras.activations.tanh


def test_the_discriminators_first_layer_is_not_normalized():
    discriminator = outlined(dcgan_discriminator, (28, 28, 1), filters=2)
    names = [type(layer).__name__ for layer in discriminator.layers[1:]]
    assert names == [
        "Conv2D",
        "LeakyReLU",
        "Conv2D",
        "BatchNormalization",
        "LeakyReLU",
        "Flatten",
        "Dense",
    ]
    assert discriminator.layers[-1].activation is keras.activations.linear


def test_normalization_can_be_left_out_of_the_discriminator():
    discriminator = outlined(
        dcgan_discriminator, (32, 32, 3), filters=2, batch_normalization=False
    )
    assert not kinds(discriminator, layers.BatchNormalization)


def test_slopes_normalization_and_biases_are_the_papers_not_keras():
    generator = outlined(dcgan_generator, (32, 32, 3), filters=2)
    discriminator = outlined(dcgan_discriminator, (32, 32, 3), filters=2)
    for layer in kinds(discriminator, layers.LeakyReLU):
        assert layer.negative_slope == pytest.approx(0.2)
    for network in (generator, discriminator):
        for layer in kinds(network, layers.BatchNormalization):
            assert layer.momentum == 0.9
            assert layer.epsilon == 1e-5
        for layer in kinds(
            network, layers.Conv2D, layers.Conv2DTranspose, layers.Dense
        ):
            assert not layer.use_bias


def test_initial_weights_are_normal_with_deviation_0_02():
    generator = dcgan_generator((16, 16, 3), filters=32, seed=0)
    discriminator = dcgan_discriminator((16, 16, 3), filters=32, seed=0)
    for network in (generator, discriminator):
        for weight in network.trainable_weights:
            values = ops.convert_to_numpy(weight)
            if weight.name == "beta":
                np.testing.assert_array_equal(values, 0)
                continue
            center = 1.0 if weight.name == "gamma" else 0.0
            error = 0.02 / np.sqrt(values.size)
            assert abs(values.mean() - center) < 5 * error, weight.path
            assert abs(values.std() - 0.02) < 5 * error, weight.path
            assert values.std() > 0


def test_a_seed_gives_the_same_weights_and_each_layer_its_own():
    networks = [
        dcgan_generator((16, 16, 1), latent_dim=4, filters=2, seed=s)
        for s in (1, 1, 2)
    ]
    first, same, other = ([*n.get_weights()] for n in networks)
    for one, two in zip(first, same, strict=True):
        np.testing.assert_array_equal(one, two)
    assert not np.allclose(first[0], other[0])
    gammas = [
        ops.convert_to_numpy(w)[:2]
        for w in networks[0].trainable_weights
        if w.name == "gamma"
    ]
    assert not np.allclose(gammas[0], gammas[1])


def test_images_stay_within_minus_1_and_1_and_follow_the_latents():
    generator = dcgan_generator((8, 8, 1), latent_dim=4, filters=2, seed=0)
    for weight in generator.trainable_weights:
        weight.assign(50.0 * weight)
    z = np.random.default_rng(0).standard_normal((6, 4)).astype("float32")
    images, mirrored = (ops.convert_to_numpy(generator(x)) for x in (z, -z))
    assert np.abs(images).max() <= 1
    assert np.abs(images).max() > 0.99
    assert not np.allclose(images, mirrored)


def test_images_and_logits_are_float32_under_a_mixed_policy():
    keras.config.set_dtype_policy("mixed_bfloat16")
    generator = dcgan_generator((8, 8, 1), latent_dim=4, filters=2)
    discriminator = dcgan_discriminator((8, 8, 1), filters=2)
    images = generator(ops.ones((2, 4)))
    logits = discriminator(images)
    for tensor in (images, logits):
        assert keras.backend.standardize_dtype(tensor.dtype) == "float32"


def test_a_kernel_of_the_authors_size_gives_the_same_shapes():
    generator = outlined(dcgan_generator, (12, 20, 1), filters=2, kernel_size=5)
    assert generator.output_shape == (None, 12, 20, 1)
    assert kinds(generator, layers.Conv2DTranspose)[0].kernel_size == (5, 5)


def test_networks_survive_their_config():
    for network in (
        dcgan_generator((8, 8, 1), latent_dim=4, filters=2),
        dcgan_discriminator((8, 8, 1), filters=2),
    ):
        copy = network.__class__.from_config(network.get_config())
        assert [w.shape for w in copy.weights] == [
            w.shape for w in network.weights
        ]


@pytest.mark.parametrize("build", [dcgan_generator, dcgan_discriminator])
@pytest.mark.parametrize(
    ("shape", "rule"),
    [
        ((28, 28), "three whole numbers"),
        ((28, 28, 0), "three whole numbers"),
        ((28.0, 28, 1), "three whole numbers"),
        ((None, 28, 1), "three whole numbers"),
        ((7, 28, 1), "at least 8 pixels"),
    ],
    ids=str,
)
def test_a_shape_that_is_no_image_is_refused(build, shape, rule):
    with pytest.raises(ValueError, match=f"`image_shape`.*{rule}.*Received"):
        build(shape)
