import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.layers import MinibatchStandardDeviation


def appended(images, group_size=4):
    """Returns the appended maps, `(batch, height, width)`."""
    images = images.astype("float32")
    outputs = MinibatchStandardDeviation(group_size)(images)
    outputs = ops.convert_to_numpy(outputs)
    np.testing.assert_array_equal(outputs[..., :-1], images)
    return outputs[..., -1]


def scalars(*values):
    return np.array(values, "float32").reshape((-1, 1, 1, 1))


def by_hand(images, groups):
    """Returns one number an image, image i in group i mod `groups`."""
    result = np.empty(len(images))
    for group in range(groups):
        members = images[group::groups]
        deviation = np.sqrt(members.var(axis=0) + 1e-8)
        result[group::groups] = deviation.mean()
    return result


def test_one_group_of_1_3_5_7_deviates_by_the_root_of_5():
    maps = appended(scalars(1, 3, 5, 7))
    np.testing.assert_allclose(maps.ravel(), [2.236068] * 4, rtol=1e-6)


def test_groups_are_dealt_out_and_not_cut_off():
    # {1, 5} and {3, 7}; neighbours would deviate by 1.
    maps = appended(scalars(1, 3, 5, 7), group_size=2)
    np.testing.assert_allclose(maps.ravel(), [2.0] * 4, rtol=1e-6)


def test_equal_images_deviate_by_the_root_of_epsilon():
    maps = appended(np.full((8, 2, 2, 3), 0.7))
    np.testing.assert_allclose(maps, np.full((8, 2, 2), 1e-4), rtol=1e-3)


# 2, 4, 5, 10 and 11 images in groups of 4: one, one, one, two and two groups.
@pytest.mark.parametrize(
    ("count", "groups"), [(2, 1), (4, 1), (5, 1), (8, 2), (10, 2), (11, 2)]
)
def test_batches_of_any_size_are_dealt_out_to_groups(count, groups):
    rng = np.random.default_rng(0)
    images = rng.standard_normal((count, 2, 3, 4)).astype("float32")
    maps = appended(images)
    np.testing.assert_allclose(maps[:, 0, 0], by_hand(images, groups), 1e-5)
    np.testing.assert_array_equal(
        maps, np.broadcast_to(maps[:, :1, :1], maps.shape)
    )


def test_a_compiled_layer_takes_batches_of_several_sizes():
    images = np.random.default_rng(1).normal(size=(11, 2, 2, 1))
    inputs = keras.Input((2, 2, 1))
    model = keras.Model(inputs, MinibatchStandardDeviation(4)(inputs))
    maps = model.predict(images, batch_size=8, verbose=0)[:, 0, 0, 1]
    expected = [*by_hand(images[:8], groups=2), *by_hand(images[8:], groups=1)]
    np.testing.assert_allclose(maps, expected, 1e-5)


def test_a_group_of_no_images_is_refused():
    with pytest.raises(ValueError, match="`group_size`"):
        MinibatchStandardDeviation(group_size=0)
