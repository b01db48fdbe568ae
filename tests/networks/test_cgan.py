import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

from kerasgan.layers import ConditionalBatchNormalization
from kerasgan.networks import cgan_discriminator
from kerasgan.networks import cgan_generator
from kerasgan.networks import dcgan_discriminator
from kerasgan.networks import dcgan_generator
from kerasgan.networks.pieces import append_condition
from tests.networks.checking import SHAPES
from tests.networks.checking import check_copy_through_a_file
from tests.networks.checking import check_normalization
from tests.networks.checking import check_seeds
from tests.networks.checking import dtype
from tests.networks.checking import kinds
from tests.networks.checking import only_shapes
from tests.networks.checking import trainable
from tests.networks.checking import values

CLASSES = 3
ODD = (9, 10, 1)
BOTH = pytest.mark.parametrize("conditioning", ["concat", "projection"])


def generator_of(shape, conditioning, seed=0):
    return cgan_generator(
        shape, CLASSES, 4, 2, 8, conditioning=conditioning, seed=seed
    )


def discriminator_of(shape, seed=0, **kwargs):
    return cgan_discriminator(shape, CLASSES, 2, 8, seed=seed, **kwargs)


def int32(*labels):
    return np.array(labels, "int32")


def test_a_label_is_appended_to_vectors_and_as_constant_maps():
    one_hot = keras.Input((3,))
    for shape in ((2,), (2, 3, 2)):
        x = keras.Input(shape)
        model = keras.Model([x, one_hot], append_condition(x, one_hot))
        before = np.random.default_rng(0).random((2, *shape)).astype("float32")
        labels = np.eye(3, dtype="float32")[[2, 0]]
        after = values(model([before, labels]))
        np.testing.assert_array_equal(after[..., :2], before)
        maps = labels.reshape(2, *[1] * (len(shape) - 1), 3)
        np.testing.assert_array_equal(
            after[..., 2:], np.broadcast_to(maps, (2, *shape[:-1], 3))
        )


def test_parameter_counts_of_the_28x28_networks_of_dcgans_authors():
    with only_shapes():
        generator = cgan_generator((28, 28, 1), 10, kernel_size=5)
        discriminator = cgan_discriminator((28, 28, 1), 10, kernel_size=5)
    # Kernels of 110-1024, 1034-6272, 138-64, 74-1; normalization by channel.
    assert trainable(generator) == 6_822_970
    # Kernels of 11-64, 74-128, 6282-1024, 1034-1.
    assert trainable(discriminator) == 6_690_506


def test_the_label_enters_every_layer_of_both_networks():
    with only_shapes():
        networks = (
            (generator_of((16, 16, 1), "concat"), [4, 8, 4, 2]),
            (discriminator_of((16, 16, 1)), [1, 2, 4 * 4 * 4, 8]),
        )
    for network, widths in networks:
        found = kinds(
            network, layers.Dense, layers.Conv2D, layers.Conv2DTranspose
        )
        inputs = [layer.input.shape[-1] for layer in found]
        assert inputs == [width + CLASSES for width in widths]


@BOTH
@pytest.mark.parametrize("shape", [*SHAPES, (33, 47, 2), (8, 8, 1)], ids=str)
def test_any_image_size_fits_both_networks(shape, conditioning):
    with only_shapes():
        generator = generator_of(shape, conditioning)
        discriminator = discriminator_of(shape)
    assert [i.name for i in generator.inputs] == ["latents", "labels"]
    assert [i.name for i in discriminator.inputs] == ["images", "labels"]
    assert generator.input_shape == [(None, 4), (None,)]
    assert generator.output_shape == (None, *shape)
    assert discriminator.input_shape == [(None, *shape), (None,)]
    assert discriminator.output_shape == (None, 1)


@BOTH
def test_images_of_odd_sizes_have_their_size_and_stay_in_range(conditioning):
    generator = generator_of(ODD, conditioning)
    discriminator = discriminator_of(ODD)
    labels = int32(0, 2)
    z = np.full((2, 4), 1e4, "float32")
    images = values(generator([z, labels]))
    assert images.shape == (2, *ODD)
    assert 0.5 < abs(images).max() <= 1
    assert tuple(discriminator([images, labels]).shape) == (2, 1)


def test_another_label_gives_other_images():
    concat = generator_of(ODD, "concat")
    projection = generator_of(ODD, "projection")
    for layer in kinds(projection, ConditionalBatchNormalization):
        layer.beta.assign(keras.random.normal(layer.beta.shape, seed=1))
    z = np.ones((3, 4), "float32")
    for generator in (concat, projection):
        images = values(generator([z, int32(0, 1, 2)]))
        same = values(generator([z, int32(1, 1, 1)]))
        assert abs(images[0] - images[1]).max() > 1e-7
        assert abs(images[1] - images[2]).max() > 1e-7
        np.testing.assert_allclose(same[0], images[1], atol=1e-6)


def test_another_label_gives_other_logits():
    discriminator = discriminator_of(ODD)
    logits = values(
        discriminator([np.ones((3, *ODD), "float32"), int32(0, 1, 2)])
    )
    assert len(np.unique(logits)) == 3


def test_scales_of_1_and_shifts_of_0_give_dcgans_generator():
    conditional = generator_of(ODD, "projection")
    plain = dcgan_generator(ODD, latent_dim=4, filters=2)
    kernels = [w for w in conditional.trainable_weights if w.name == "kernel"]
    targets = [w for w in plain.trainable_weights if w.name == "kernel"]
    for target, kernel in zip(targets, kernels, strict=True):
        target.assign(kernel)
    for weight in plain.trainable_weights:
        if weight.name == "gamma":
            weight.assign(np.ones(weight.shape))
    z = np.random.default_rng(0).random((2, 4)).astype("float32")
    np.testing.assert_allclose(
        values(conditional([z, int32(0, 1)])), values(plain(z)), atol=1e-6
    )


def test_normalization_slopes_and_biases_are_dcgans():
    generator = generator_of((16, 16, 1), "concat")
    discriminator = discriminator_of((16, 16, 1))
    check_normalization(generator, count=3)
    check_normalization(discriminator, count=2)
    for layer in kinds(discriminator, layers.LeakyReLU):
        assert layer.negative_slope == pytest.approx(0.2)
    for network in (generator, discriminator):
        for layer in kinds(
            network, layers.Dense, layers.Conv2D, layers.Conv2DTranspose
        ):
            assert not layer.use_bias
    with only_shapes():
        projection = generator_of((16, 16, 1), "projection")
    assert len(kinds(projection, ConditionalBatchNormalization)) == 2
    assert not kinds(projection, layers.BatchNormalization)


def test_normalization_can_be_left_out_of_the_discriminator():
    with only_shapes():
        discriminator = discriminator_of((8, 8, 1), batch_normalization=False)
    assert not kinds(discriminator, layers.BatchNormalization)


def test_the_convolutions_are_those_of_dcgan():
    with only_shapes():
        conditional = discriminator_of((20, 36, 1))
        plain = dcgan_discriminator((20, 36, 1), filters=2)
    names = [
        [layer.name for layer in kinds(network, layers.Conv2D)]
        for network in (conditional, plain)
    ]
    assert names[0] == names[1]


def test_seeds_fix_the_weights():
    shape = (16, 16, 1)
    check_seeds(lambda seed: discriminator_of(shape, seed))
    check_seeds(lambda seed: generator_of(shape, "concat", seed))


@BOTH
def test_outputs_are_float32_under_a_mixed_policy(conditioning):
    keras.config.set_dtype_policy("mixed_bfloat16")
    labels = ops.convert_to_tensor(int32(0, 2))
    images = generator_of(ODD, conditioning)([ops.ones((2, 4)), labels])
    logits = discriminator_of(ODD)([images, labels])
    assert dtype(images) == dtype(logits) == "float32"


@BOTH
def test_networks_survive_a_file(conditioning, tmp_path):
    labels = int32(0, 2)
    z = np.ones((2, 4), "float32")
    images = np.ones((2, *ODD), "float32")
    generator = generator_of(ODD, conditioning)
    discriminator = discriminator_of(ODD)
    check_copy_through_a_file(generator, [z, labels], tmp_path)
    check_copy_through_a_file(discriminator, [images, labels], tmp_path)


@BOTH
def test_a_compiled_call_agrees_with_a_direct_one(conditioning):
    generator = generator_of(ODD, conditioning)
    inputs = [np.ones((2, 4), "float32"), int32(0, 2)]
    np.testing.assert_allclose(
        generator.predict(inputs, verbose=0),
        values(generator(inputs)),
        atol=1e-6,
    )


@pytest.mark.parametrize("build", [cgan_generator, cgan_discriminator])
@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"image_shape": (7, 8, 1)}, "`image_shape`.*at least 8"),
        ({"num_classes": 2.0}, "`num_classes`.*Received: num_classes=2.0"),
    ],
    ids=str,
)
def test_arguments_that_make_no_network_are_refused(build, changed, message):
    arguments = {"image_shape": (28, 28, 1), "num_classes": 10, **changed}
    with pytest.raises(ValueError, match=message):
        build(**arguments)


def test_an_unknown_conditioning_gets_the_near_matches():
    message = "`conditioning`.*Did you mean 'projection'.*Received: 'project'"
    with pytest.raises(ValueError, match=message):
        cgan_generator((28, 28, 1), 10, conditioning="project")
