import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

import kerasgan
from kerasgan.augmentations.packing import pack
from tests.models.tiny_games import copies
from tests.models.tiny_games import numpy
from tests.models.tiny_games import perceptrons
from tests.models.tiny_games import points


def test_images_stand_side_by_side_in_the_channels():
    # Each value says which image, pixel and channel it is from.
    image, row, column, channel = np.indices((6, 2, 3, 2))
    images = 1000 * image + 100 * row + 10 * column + channel
    packed = numpy(pack(ops.convert_to_tensor(images), 3))
    assert packed.shape == (2, 2, 3, 6)
    np.testing.assert_array_equal(
        packed[0, 1, 2], [120, 121, 1120, 1121, 2120, 2121]
    )
    np.testing.assert_array_equal(
        packed[1, 0, 1], [3010, 3011, 4010, 4011, 5010, 5011]
    )


def test_points_stand_one_after_the_other():
    packed = pack(ops.convert_to_tensor(points(4)), 2)
    np.testing.assert_array_equal(numpy(packed), points(4).reshape((2, 4)))


def test_a_rest_is_left_out_and_too_few_fill_one_pack():
    images = ops.reshape(ops.arange(5, dtype="float32"), (5, 1))
    np.testing.assert_array_equal(numpy(pack(images, 2)), [[0, 1], [2, 3]])
    np.testing.assert_array_equal(numpy(pack(images[:2], 5)), [[0, 1, 0, 1, 0]])


def test_packs_of_one_are_the_plain_game():
    images = ops.convert_to_tensor(points(4))
    assert pack(images, 1) is images
    results = []
    for options in ({}, {"augmentation": kerasgan.augmentations.Packing(1)}):
        gan = kerasgan.models.GAN(*perceptrons(), seed=0, **options)
        gan.train_on_batch(points(4))
        results.append(copies(gan.weights))
    for plain, packed in zip(*results, strict=True):
        np.testing.assert_array_equal(plain, packed)


def packed_gan(packing=2, dimensions=4):
    generator, _ = perceptrons()
    _, discriminator = perceptrons(dimensions=dimensions)
    return kerasgan.models.GAN(
        generator,
        discriminator,
        augmentation=kerasgan.augmentations.Packing(packing),
        seed=0,
    )


def test_the_discriminator_judges_packs_and_fit_takes_single_images():
    gan = packed_gan()
    assert gan._real_shape == (2,)
    images = ops.convert_to_tensor(points(6))
    logits = gan._logits_of(images)
    assert tuple(logits.shape) == (3, 1)
    expected = gan.discriminator(ops.reshape(images, (3, 4)))
    np.testing.assert_array_equal(numpy(logits), numpy(expected))
    before = copies(gan.trainable_variables)
    # The last batch has one image only.
    history = gan.fit(points(9), batch_size=4, verbose=0).history
    assert np.isfinite(history["d_loss"]).all()
    for old, new in zip(before, copies(gan.trainable_variables)):
        assert np.isfinite(new).all()
        assert (old != new).any()
    assert gan.generate(3).shape == (3, 2)


def test_a_discriminator_of_other_channels_is_refused():
    message = r"packs of 2.*\(None, 2\).*takes \(None, 6\)"
    with pytest.raises(ValueError, match=message):
        packed_gan(dimensions=6)
    with pytest.raises(ValueError, match="takes in packs of 3"):
        packed_gan(packing=3)
    with pytest.raises(ValueError, match=r"makes \(None, 2\).*\(None, 4\)"):
        packed_gan(packing=1)
    with pytest.raises(ValueError, match="`count` must be a whole.*Rec.*0"):
        packed_gan(packing=0)


def test_images_are_packed_by_the_zoo_too():
    gan = kerasgan.applications.GAN(
        image_shape=(4, 4, 3),
        latent_dim=2,
        units=(4,),
        augmentation=kerasgan.augmentations.Packing(2),
        seed=0,
    )
    assert gan.discriminator.input_shape == (None, 4, 4, 6)
    assert gan._real_shape == gan.image_shape == (4, 4, 3)
    again = type(gan).from_config(gan.get_config())
    assert again.augmentation.count == 2


def test_a_convolutional_discriminator_sees_packs():
    generator = keras.Sequential(
        [keras.Input((2,)), layers.Dense(16), layers.Reshape((4, 4, 1))]
    )
    discriminator = keras.Sequential(
        [
            keras.Input((4, 4, 2)),
            layers.Conv2D(1, 4, use_bias=False),
            layers.Flatten(),
        ]
    )
    gan = kerasgan.models.GAN(
        generator,
        discriminator,
        augmentation=kerasgan.augmentations.Packing(2),
        seed=0,
    )
    kernel = np.zeros((4, 4, 2, 1), "float32")
    kernel[0, 0, :, 0] = [1, 10]
    discriminator.set_weights([kernel])
    images = np.zeros((4, 4, 4, 1), "float32")
    images[:, 0, 0, 0] = [1, 2, 3, 4]
    logits = gan._logits_of(ops.convert_to_tensor(images))
    np.testing.assert_allclose(numpy(logits)[:, 0], [21, 43])
