import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.layers import PixelShuffle2D


def shuffled(x, factor=2):
    return ops.convert_to_numpy(PixelShuffle2D(factor)(x))


def test_channels_1_to_4_become_two_rows_of_two():
    x = np.arange(1.0, 5.0, dtype="float32").reshape(1, 1, 1, 4)
    np.testing.assert_array_equal(shuffled(x)[0, :, :, 0], [[1, 2], [3, 4]])


def test_the_order_of_channels_is_pytorchs():
    torch = pytest.importorskip("torch")
    x = np.random.default_rng(0).standard_normal((2, 3, 4, 18))
    x = x.astype("float32")
    expected = torch.nn.PixelShuffle(3)(
        torch.from_numpy(x.transpose(0, 3, 1, 2).copy())
    )
    found = shuffled(x, 3)
    np.testing.assert_array_equal(found.transpose(0, 3, 1, 2), expected)


def test_sizes_may_be_unknown_when_it_is_built():
    inputs = keras.Input((None, None, 8))
    model = keras.Model(inputs, PixelShuffle2D(2)(inputs))
    assert model.output_shape == (None, None, None, 2)
    x = np.random.default_rng(0).standard_normal((2, 3, 5, 8))
    found = model.predict(x.astype("float32"), verbose=0)
    np.testing.assert_array_equal(found, shuffled(x.astype("float32")))


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="`factor`.*Received"):
        PixelShuffle2D(0)
    with pytest.raises(ValueError, match="multiple of 4.*Received"):
        PixelShuffle2D(2)(np.zeros((1, 2, 2, 6)))
