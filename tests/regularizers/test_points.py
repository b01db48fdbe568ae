"""Where the penalties look."""

import keras
import numpy as np
from keras import ops

from kerasgan import regularizers
from tests.regularizers.critics import images

SHAPE = (64, 2, 3, 2)


def points(regularizer, real, fake, seed=0):
    seed = keras.random.SeedGenerator(seed)
    return ops.convert_to_numpy(regularizer.points(real, fake, seed))


def test_the_mix_is_one_number_an_image_and_not_one_a_batch():
    mix = points(
        regularizers.GradientPenalty(), ops.zeros(SHAPE), ops.ones(SHAPE)
    )
    for image in mix:
        np.testing.assert_array_equal(image, image[0, 0, 0])
    numbers = mix[:, 0, 0, 0]
    assert len(np.unique(numbers)) == len(numbers)
    assert numbers.min() >= 0
    assert numbers.max() <= 1
    # Both halves of the segment are visited.
    assert numbers.min() < 0.25 < 0.75 < numbers.max()
    assert abs(numbers.mean() - 0.5) < 0.15


def test_points_lie_between_the_real_and_the_fake_of_the_same_index():
    real, fake = images(SHAPE, 1), images(SHAPE, 2)
    looked_at = points(regularizers.GradientPenalty(), real, fake)
    real, fake = ops.convert_to_numpy(real), ops.convert_to_numpy(fake)
    way, went = fake - real, looked_at - real
    share = np.sum(way * went, axis=(1, 2, 3)) / np.sum(way**2, axis=(1, 2, 3))
    np.testing.assert_allclose(
        went, share[:, None, None, None] * way, atol=1e-6
    )
    assert share.min() >= 0
    assert share.max() <= 1


def test_the_next_update_looks_elsewhere_and_the_same_seed_at_the_same():
    real, fake = images(SHAPE, 1), images(SHAPE, 2)
    for regularizer in (regularizers.GradientPenalty(), regularizers.DRAGAN()):
        seed = keras.random.SeedGenerator(3)
        first = ops.convert_to_numpy(regularizer.points(real, fake, seed))
        second = ops.convert_to_numpy(regularizer.points(real, fake, seed))
        assert not np.allclose(first, second)
        again = points(regularizer, real, fake, seed=3)
        np.testing.assert_array_equal(first, again)


def test_dragan_looks_into_a_shell_around_the_reals():
    # Half of the reals are -1 and half 1: their deviation is 1.
    signs = np.where(np.arange(64) % 2, 1.0, -1.0).astype("float32")
    real = np.ones(SHAPE, "float32") * signs[:, None, None, None]
    far = ops.full(SHAPE, 1000.0)
    looked_at = points(regularizers.DRAGAN(), ops.convert_to_tensor(real), far)
    shift = (looked_at - real) / 0.5
    assert shift.min() >= 0
    assert shift.max() <= 1
    # u a mix for the image times noise for the pixel: products of two
    # uniform numbers have mean 1/4, and pixels of an image differ.
    assert abs(shift.mean() - 0.25) < 0.05
    assert all(len(np.unique(image)) > 1 for image in shift)
    # The largest pixel of an image shows its u; it is not the same for all.
    assert np.std(shift.max(axis=(1, 2, 3))) > 0.1


def test_dragans_shell_is_as_thick_as_the_batch_varies():
    def thickness(scale):
        real = scale * images(SHAPE, 1)
        looked_at = points(regularizers.DRAGAN(), real, real)
        return np.mean(looked_at - ops.convert_to_numpy(real))

    np.testing.assert_allclose(thickness(3.0), 3 * thickness(1.0), rtol=1e-3)
    constant = ops.ones(SHAPE)
    np.testing.assert_array_equal(
        points(regularizers.DRAGAN(), constant, constant), 1
    )


def test_r1_and_drift_look_at_the_reals_and_r2_at_the_fakes():
    real, fake = images(SHAPE, 1), images(SHAPE, 2)
    for regularizer, expected in (
        (regularizers.R1(), real),
        (regularizers.Drift(), real),
        (regularizers.R2(), fake),
    ):
        np.testing.assert_array_equal(
            points(regularizer, real, fake), ops.convert_to_numpy(expected)
        )
