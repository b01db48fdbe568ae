import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

from kerasgan.networks import acgan_discriminator
from tests.networks.checking import SHAPES
from tests.networks.checking import check_copy_through_a_file
from tests.networks.checking import check_normalization
from tests.networks.checking import check_seeds
from tests.networks.checking import dtype
from tests.networks.checking import kinds
from tests.networks.checking import only_shapes
from tests.networks.checking import values


@pytest.mark.parametrize("shape", [*SHAPES, (9, 31, 2)], ids=str)
def test_any_image_size_has_one_logit_and_one_a_class(shape):
    with only_shapes():
        discriminator = acgan_discriminator(shape, 7)
    assert discriminator.input_shape == (None, *shape)
    assert discriminator.output_shape == [(None, 1), (None, 7)]
    assert discriminator.output_names == ["logits", "class_logits"]


def test_the_default_layers_are_the_papers():
    with only_shapes():
        discriminator = acgan_discriminator((32, 32, 3), 10)
    convolutions = kinds(discriminator, layers.Conv2D)
    assert [n.filters for n in convolutions] == [16, 32, 64, 128, 256, 512]
    assert [n.strides[0] for n in convolutions] == [2, 1, 2, 1, 2, 1]
    assert {n.kernel_size for n in convolutions} == {(3, 3)}
    assert {n.rate for n in kinds(discriminator, layers.Dropout)} == {0.5}
    assert len(kinds(discriminator, layers.Dropout)) == 6
    for layer in kinds(discriminator, layers.LeakyReLU):
        assert layer.negative_slope == pytest.approx(0.2)


def test_every_layer_but_the_first_is_normalized():
    discriminator = acgan_discriminator((8, 8, 1), 3, (4, 4), seed=0)
    check_normalization(discriminator, count=1)
    first, normalized = kinds(
        discriminator, layers.Conv2D, layers.BatchNormalization
    )[::2]
    assert first.name == "conv_1"
    assert normalized.input.shape == (None, 4, 4, 4)


def test_normalization_and_dropout_can_be_left_out():
    with only_shapes():
        discriminator = acgan_discriminator(
            (8, 8, 1), 3, (2, 2), dropout=0, batch_normalization=False
        )
    assert not kinds(discriminator, layers.BatchNormalization, layers.Dropout)


def test_dropout_is_random_in_training_alone():
    discriminator = acgan_discriminator((8, 8, 1), 3, (4, 4), seed=0)
    images = ops.ones((2, 8, 8, 1))
    for training in (True, False):
        one, two = (
            values(discriminator(images, training=training)[1])
            for _ in range(2)
        )
        assert np.allclose(one, two) != training


def test_a_seed_fixes_weights_and_dropout():
    def build(seed):
        return acgan_discriminator((8, 8, 1), 3, filters=(4, 4), seed=seed)

    check_seeds(build)
    images = ops.ones((2, 8, 8, 1))
    one, two = (values(build(3)(images, training=True)[0]) for _ in range(2))
    np.testing.assert_allclose(one, two, rtol=1e-5)


def test_outputs_are_float32_under_a_mixed_policy():
    keras.config.set_dtype_policy("mixed_bfloat16")
    outputs = acgan_discriminator((8, 8, 1), 3, (4, 4))(ops.ones((2, 8, 8, 1)))
    assert [dtype(x) for x in outputs] == ["float32", "float32"]


def test_the_network_survives_a_file(tmp_path):
    discriminator = acgan_discriminator((8, 8, 1), 3, filters=(4, 4))
    images = np.ones((2, 8, 8, 1), "float32")
    check_copy_through_a_file(discriminator, images, tmp_path)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"image_shape": (7, 8, 1)}, "`image_shape`.*at least 8"),
        ({"num_classes": 0}, "`num_classes`.*Received: num_classes=0"),
        ({"filters": (16, 0)}, "`filters`.*Received: filters=0"),
        ({"dropout": 1.0}, "`dropout`.*below 1.*Received: dropout=1.0"),
    ],
    ids=str,
)
def test_arguments_that_make_no_network_are_refused(changed, message):
    arguments = {"image_shape": (28, 28, 1), "num_classes": 10, **changed}
    with pytest.raises(ValueError, match=message):
        acgan_discriminator(**arguments)
