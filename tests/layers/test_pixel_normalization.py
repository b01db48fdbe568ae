import numpy as np
from keras import ops

from kerasgan.layers import PixelNormalization


def normalized(x):
    return ops.convert_to_numpy(PixelNormalization()(x))


def test_features_of_3_and_4_are_divided_by_the_root_of_12_and_a_half():
    outputs = normalized(np.array([[3.0, 4.0]], "float32"))
    np.testing.assert_allclose(outputs, [[0.848528, 1.131371]], rtol=1e-6)


def test_the_mean_square_over_the_channels_of_each_place_is_1():
    rng = np.random.default_rng(0)
    maps = 5 * rng.standard_normal((2, 3, 3, 8)).astype("float32")
    squares = np.mean(normalized(maps) ** 2, axis=-1)
    np.testing.assert_allclose(squares, np.ones((2, 3, 3)), rtol=1e-5)


def test_zeros_stay_zeros():
    zeros = np.zeros((1, 2, 2, 3), "float32")
    np.testing.assert_array_equal(normalized(zeros), zeros)


def test_large_values_in_half_precision_stay_finite():
    layer = PixelNormalization(dtype="float16")
    outputs = ops.convert_to_numpy(layer(np.full((1, 2), 1000.0, "float16")))
    np.testing.assert_allclose(outputs, [[1.0, 1.0]], rtol=1e-3)
