import keras
import numpy as np
import pytest
from keras import layers

from kerasgan.layers import ConditionalBatchNormalization
from kerasgan.layers import GlobalSumPooling2D
from kerasgan.layers import ProjectionLogit
from kerasgan.layers import SpectralNormalization
from kerasgan.networks import resnet_discriminator
from kerasgan.networks import resnet_generator
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


def generator(shape=(8, 8, 1), **kwargs):
    return resnet_generator(
        shape, **{"latent_dim": 3, "widths": [2, 3], **kwargs}
    )


def discriminator(shape=(8, 8, 1), **kwargs):
    return resnet_discriminator(
        shape, **{"widths": [2, 3], "downsampling": [True, False], **kwargs}
    )


def test_parameter_counts_of_sngan_at_32x32x3():
    shape = (32, 32, 3)
    assert trainable(outlined(resnet_generator, shape)) == 4_276_739
    assert trainable(outlined(resnet_discriminator, shape)) == 1_053_824


def test_parameter_counts_of_wgan_gp_at_32x32x3():
    shape = (32, 32, 3)
    generator = outlined(resnet_generator, shape, widths=[128] * 4)
    assert trainable(generator) == 1_204_483
    critic = outlined(
        resnet_discriminator,
        shape,
        spectral_normalization=False,
        pooling="mean",
        use_bias=True,
    )
    assert trainable(critic) == 1_053_825


def test_a_class_costs_a_scale_a_shift_and_an_embedding():
    plain, conditional = (
        trainable(outlined(generator, num_classes=n)) for n in (None, 5)
    )
    assert conditional - plain == 4 * 2 * (2 + 3 + 3)  # 4 classes more
    plain, conditional = (
        trainable(outlined(discriminator, num_classes=n)) for n in (None, 5)
    )
    assert conditional - plain == 5 * 3


@pytest.mark.parametrize(
    ("shape", "first", "blocks"),
    [
        ((28, 28, 1), (7, 7, 256), [256, 256]),
        ((32, 32, 3), (4, 4, 256), [256, 256, 256]),
        ((64, 64, 3), (4, 4, 1024), [512, 256, 128, 64]),
        ((20, 36, 1), (5, 9, 256), [256, 256]),
    ],
    ids=str,
)
def test_widths_follow_the_size_of_the_image(shape, first, blocks):
    network = outlined(resnet_generator, shape)
    assert kinds(network, layers.Reshape)[0].target_shape == first
    assert [x.output.shape[-1] for x in kinds(network, layers.Add)] == blocks
    assert network.output_shape == (None, *shape)


def test_the_discriminator_for_64_pixels_halves_in_each_of_five_blocks():
    network = outlined(resnet_discriminator, (64, 64, 3))
    sizes = [x.output.shape[1] for x in kinds(network, layers.Add)]
    assert sizes == [32, 16, 8, 4, 2]


@pytest.mark.parametrize("shape", [*SHAPES, (33, 21, 2)], ids=str)
def test_any_image_size_fits_both_networks(shape):
    widths = [2, 2, 3]
    made = outlined(generator, shape, widths=widths)
    judge = outlined(discriminator, shape, widths=widths, downsampling=None)
    assert made.output_shape == (None, *shape)
    assert judge.input_shape == (None, *shape)
    assert judge.output_shape == (None, 1)


def test_the_first_block_does_not_rectify_the_image():
    judge = outlined(discriminator, downsampling=[False, False], seed=0)
    first = next(
        x for x in judge.layers if isinstance(x, SpectralNormalization)
    )
    assert first.input is judge.input


@pytest.mark.parametrize(
    ("pooling", "kind"),
    [("sum", GlobalSumPooling2D), ("mean", layers.GlobalAveragePooling2D)],
)
def test_pooling_is_a_sum_or_a_mean(pooling, kind):
    assert len(kinds(outlined(discriminator, pooling=pooling), kind)) == 1


@pytest.mark.parametrize(
    ("normalization", "kind"),
    [
        ("batch", layers.BatchNormalization),
        ("layer", layers.GroupNormalization),
    ],
)
def test_normalization_stands_before_each_relu_of_the_blocks(
    normalization, kind
):
    assert (
        len(kinds(outlined(generator, normalization=normalization), kind)) == 3
    )
    # Two in the second block, none in the first.
    assert (
        len(kinds(outlined(discriminator, normalization=normalization), kind))
        == 2
    )
    none = outlined(generator, normalization=None)
    assert not kinds(none, kind)


def test_spectral_normalization_is_on_all_kernels_or_none():
    kernels = (layers.Conv2D, layers.Dense)
    assert len(kinds(outlined(discriminator), SpectralNormalization)) == 7
    assert not kinds(outlined(discriminator), *kernels)
    off = outlined(discriminator, spectral_normalization=False)
    assert not kinds(off, SpectralNormalization)
    on = outlined(generator, spectral_normalization=True)
    assert not kinds(on, *kernels)
    assert not kinds(outlined(generator), SpectralNormalization)


def test_labels_enter_both_networks():
    made = generator(num_classes=3, seed=0)
    norms = kinds(made, ConditionalBatchNormalization)
    assert len(norms) == 3
    for norm in norms:
        norm.gamma.assign(
            np.random.default_rng(0).normal(size=norm.gamma.shape)
        )
    judge = discriminator(num_classes=3, seed=0)
    assert len(kinds(judge, ProjectionLogit)) == 1
    images, others = (
        values(made.predict_on_batch([ones(2, 3), labels]))
        for labels in (LABELS, 0 * LABELS)
    )
    assert images.shape == (2, 8, 8, 1)
    assert not np.allclose(images, others)
    logits, others = (
        values(judge.predict_on_batch([images, labels]))
        for labels in (LABELS, 0 * LABELS)
    )
    assert logits.shape == (2, 1)
    assert not np.allclose(logits, others)


def test_half_precision_ends_in_float32():
    keras.config.set_dtype_policy("mixed_bfloat16")
    images = generator(num_classes=3)([ones(2, 3), LABELS])
    inputs = [values(images), LABELS]
    logits = discriminator(num_classes=3)(inputs, training=True)
    assert dtype(images) == dtype(logits) == "float32"


def test_a_seed_fixes_the_weights():
    check_seeds(lambda seed: generator(normalization=None, seed=seed))
    check_seeds(lambda seed: discriminator(seed=seed))


def test_the_networks_survive_saving(tmp_path):
    made = generator(num_classes=3)
    check_copy_through_a_file(made, [ones(2, 3), LABELS], tmp_path)
    judge = discriminator(num_classes=3, normalization="layer")
    images = ones(2, 8, 8, 1)
    judge([images, LABELS], training=True)
    check_copy_through_a_file(judge, [images, LABELS], tmp_path)


@pytest.mark.parametrize(
    ("build", "arguments", "message"),
    [
        (generator, {"shape": (28, 28)}, "`image_shape`.*Received"),
        (generator, {"widths": []}, "`widths` must be a list.*Received"),
        (generator, {"widths": [2.0, 3]}, "`widths` must be.*Received"),
        (generator, {"widths": [2] * 9}, "cannot be halved 8 times.*Received"),
        (generator, {"normalization": "bacth"}, "Did you mean 'batch'"),
        (
            generator,
            {"normalization": "layer", "num_classes": 3},
            "`normalization` must be 'batch'.*Received",
        ),
        (generator, {"num_classes": 0}, "`num_classes`.*Received"),
        (discriminator, {"num_classes": 0}, "`num_classes`.*Received"),
        (discriminator, {"pooling": "summ"}, "Did you mean 'sum'"),
        (discriminator, {"normalization": "x"}, "Known: batch, layer"),
        (discriminator, {"downsampling": [True]}, "one entry for each"),
        (
            discriminator,
            {"widths": [2] * 4, "downsampling": None},
            "more often.*Received",
        ),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_options_that_do_not_fit_are_refused(build, arguments, message):
    with pytest.raises(ValueError, match=message):
        build(**arguments)
