import itertools

import keras
import numpy as np
import pytest
from keras import ops

from kerasgan import backend
from kerasgan.layers import CropLike2D
from kerasgan.layers import PadToMultiple2D
from kerasgan.layers import ReflectionPadding2D
from kerasgan.layers.reflection import reflect_unknown


def maps(height, width, dtype="float32"):
    return (
        np.random.default_rng(0)
        .standard_normal((2, height, width, 3))
        .astype(dtype)
    )


def padded(x, vertical, horizontal):
    return np.pad(x, ((0, 0), vertical, horizontal, (0, 0)), "reflect")


@pytest.mark.parametrize(
    ("padding", "sides"),
    [
        (3, ((3, 3), (3, 3))),
        (0, ((0, 0), (0, 0))),
        ((1, 2), ((1, 1), (2, 2))),
        (((0, 3), (2, 0)), ((0, 3), (2, 0))),
    ],
    ids=str,
)
def test_maps_are_padded_as_numpy_reflects(padding, sides):
    x = maps(4, 5)
    layer = ReflectionPadding2D(padding)
    found = ops.convert_to_numpy(layer(x))
    np.testing.assert_array_equal(found, padded(x, *sides))
    assert layer.compute_output_shape(x.shape) == found.shape
    first = ReflectionPadding2D(padding, data_format="channels_first")
    found = ops.convert_to_numpy(first(x.transpose(0, 3, 1, 2)))
    np.testing.assert_array_equal(
        found.transpose(0, 2, 3, 1), padded(x, *sides)
    )


@pytest.mark.parametrize(
    ("vertical", "horizontal"),
    [*itertools.product([(0, 0), (1, 1), (3, 2)], repeat=2)],
)
def test_the_gradient_is_added_up_where_pixels_came_from(vertical, horizontal):
    """With each pixel's number `places`: <pad(x), c> has the gradient of x."""
    x = maps(4, 5)
    places = padded(np.arange(x.size).reshape(x.shape), vertical, horizontal)
    weights = np.random.default_rng(1).standard_normal(places.shape)
    wanted = np.bincount(places.ravel(), weights.ravel()).reshape(x.shape)
    weights = ops.convert_to_tensor(weights.astype("float32"))
    layer = ReflectionPadding2D((vertical, horizontal))

    def value(x):
        return ops.sum(layer(x) * weights), None

    def penalty(x):
        def cubes(x):
            return ops.sum(ops.power(layer(x), 3.0) * weights), None

        _, _, gradient = backend.input_gradient(cubes, x, create_graph=True)
        return ops.sum(gradient), None

    # The sum of 3 x^2 c has the gradient 6 x c.
    for fn, factor in ((value, 1.0), (penalty, 6.0 * x)):
        _, _, found = backend.input_gradient(fn, ops.convert_to_tensor(x))
        np.testing.assert_allclose(
            ops.convert_to_numpy(found), factor * wanted, rtol=1e-4, atol=1e-4
        )


def test_the_layer_runs_in_half_precision_and_on_unknown_sizes():
    x = maps(4, 5)
    layer = ReflectionPadding2D(2, dtype="mixed_float16")
    assert keras.backend.standardize_dtype(layer(x).dtype) == "float16"
    inputs = keras.Input((None, None, 3))
    model = keras.Model(inputs, ReflectionPadding2D(2)(inputs))
    assert model.output_shape == (None, None, None, 3)
    for size in ((4, 5), (7, 3)):
        x = maps(*size)
        found = model.predict(x, verbose=0)
        np.testing.assert_array_equal(found, padded(x, (2, 2), (2, 2)))


def test_the_layer_survives_its_config():
    layer = ReflectionPadding2D(((0, 3), (2, 0)))
    copy = ReflectionPadding2D.from_config(layer.get_config())
    assert copy.get_config() == layer.get_config()


@pytest.mark.parametrize(
    "padding", [-1, 1.5, (1, 2, 3), ((1, 2), (3,)), "same", True, None]
)
def test_what_is_no_padding_is_refused(padding):
    with pytest.raises(ValueError, match="`padding` must be.*Received"):
        ReflectionPadding2D(padding)


def test_maps_that_are_too_small_are_refused():
    with pytest.raises(ValueError, match="less than the side.*Received"):
        ReflectionPadding2D(3)(maps(3, 8))
    with pytest.raises(ValueError, match="`data_format` must be"):
        ReflectionPadding2D(data_format="first")


@pytest.mark.parametrize(
    ("size", "multiple", "sides"),
    [
        ((8, 4), 4, ((0, 0), (0, 0))),
        ((7, 9), 4, ((0, 1), (1, 2))),
        ((3, 5), 16, ((6, 7), (5, 6))),
    ],
    ids=str,
)
def test_maps_are_padded_to_a_multiple_and_cut_again(size, multiple, sides):
    x = maps(*size)
    for shape in ((*size, 3), (None, None, 3)):
        inputs = keras.Input(shape)
        pad = PadToMultiple2D(multiple)(inputs)
        outputs = [pad, CropLike2D()([pad, inputs])]
        assert outputs[1].shape == (None, *shape)
        model = keras.Model(inputs, outputs)
        for call in (model, lambda x: model.predict(x, verbose=0)):
            wide, back = map(ops.convert_to_numpy, call(x))
            np.testing.assert_array_equal(wide, padded(x, *sides))
            np.testing.assert_array_equal(back, x)


@pytest.mark.parametrize("size", [1, 2, 5])
def test_sizes_known_late_are_reflected_alike(size):
    x = maps(size, 2)
    for before, after in ((0, 1), (2, 0), (7, 9)):
        found = reflect_unknown(ops.convert_to_tensor(x), 1, before, after)
        np.testing.assert_array_equal(
            ops.convert_to_numpy(found), padded(x, (before, after), (0, 0))
        )
