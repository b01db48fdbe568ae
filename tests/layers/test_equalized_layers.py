"""`EqualizedDense` and `EqualizedConv2D`."""

import keras
import numpy as np
import pytest
from keras import layers

from kerasgan import backend
from kerasgan.backend.common import nn
from kerasgan.layers import EqualizedConv2D
from kerasgan.layers import EqualizedDense


def numpy(x):
    return keras.ops.convert_to_numpy(x)


def built(layer, *shape):
    layer.build((None, *shape))
    return layer


def test_the_scales_are_those_of_the_paper():
    conv = built(EqualizedConv2D(4), 4, 4, 512)
    np.testing.assert_allclose(conv.scale, 0.0208333, rtol=1e-5)
    image = built(EqualizedConv2D(3, kernel_size=1, gain=1.0), 4, 4, 512)
    np.testing.assert_allclose(image.scale, 0.0441942, rtol=1e-5)
    assert built(EqualizedDense(2), 512).scale == 0.0625
    assert built(EqualizedDense(2), 8192).scale == 0.015625


def test_stored_weights_are_normal_of_deviation_1_whatever_the_fan_in():
    for layer in (
        built(EqualizedDense(300, seed=1), 50),
        built(EqualizedConv2D(40, seed=1), 4, 4, 50),
    ):
        kernel = numpy(layer.kernel)
        assert abs(kernel.std() - 1) < 0.02
        assert abs(kernel.mean()) < 0.02
        assert not numpy(layer.bias).any()


def test_it_is_the_ordinary_layer_with_a_scaled_kernel():
    rng = np.random.default_rng(0)
    for equalized, plain, shape in (
        (EqualizedDense(3), layers.Dense(3), (5,)),
        (EqualizedConv2D(3), layers.Conv2D(3, 3, padding="same"), (4, 6, 2)),
    ):
        built(equalized, *shape)
        equalized.bias.assign([1.0, -1.0, 0.5])
        plain.build((None, *shape))
        plain.set_weights(
            [numpy(equalized.kernel) * equalized.scale, numpy(equalized.bias)]
        )
        x = rng.standard_normal((2, *shape)).astype("float32")
        np.testing.assert_allclose(
            numpy(equalized(x)), numpy(plain(x)), rtol=1e-4, atol=1e-5
        )


@pytest.mark.parametrize("kernel_size", [1, 3, 4, 5])
@pytest.mark.parametrize("size", [(4, 6), (8, 10)])
def test_upscaling_repeats_pixels_before_the_convolution(size, kernel_size):
    """Whichever form: values, gradients, and gradients of gradients."""
    layer = built(
        EqualizedConv2D(5, kernel_size, seed=0, upscale=True), *size, 2
    )
    plain = built(EqualizedConv2D(5, kernel_size), *size, 2)
    layer.bias.assign([1.0, -1.0, 0.5, 0.0, 2.0])
    plain.set_weights(layer.get_weights())
    x = np.random.default_rng(0).standard_normal((2, *size, 2))
    x = keras.ops.convert_to_tensor(x.astype("float32"))

    def repeated(x):
        for axis in (1, 2):
            x = keras.ops.repeat(x, 2, axis=axis)
        return plain(x)

    def play(call, variables):
        def charge():
            def loss(x):
                y = call(x)
                return keras.ops.sum(keras.ops.tanh(y)), y

            value, y, gradient = backend.input_gradient(
                loss, x, create_graph=True
            )
            return value + keras.ops.sum(gradient**2), (y, gradient)

        value, others, pull = backend.vjp(charge, variables)
        found = [value, *others, *pull()]
        return [numpy(keras.ops.stop_gradient(a)) for a in found]

    got = play(layer, layer.trainable_variables)
    wanted = play(repeated, plain.trainable_variables)
    assert got[1].shape == (2, 2 * size[0], 2 * size[1], 5)
    assert layer.compute_output_shape((None, 4, None, 2)) == (None, 8, None, 5)
    for a, b in zip(got, wanted):
        most = max(1.0, np.abs(b).max())
        np.testing.assert_allclose(a, b, rtol=0, atol=2e-5 * most)


def test_large_maps_are_not_made_larger_before_the_convolution(monkeypatch):
    layer = built(EqualizedConv2D(2, upscale=True), 8, 8, 3)
    x = np.ones((1, 8, 8, 3), "float32")
    before = numpy(layer(x))
    monkeypatch.setattr(nn, "upscale", None)
    np.testing.assert_array_equal(numpy(layer(x)), before)
    with pytest.raises(TypeError):
        layer(x[:, :4])


@pytest.mark.parametrize(
    "make",
    [
        lambda: EqualizedDense(0),
        lambda: EqualizedConv2D(1.5),
        lambda: EqualizedConv2D(2, kernel_size=0),
    ],
    ids=["units", "filters", "kernel_size"],
)
def test_a_size_that_is_no_whole_number_is_refused(make):
    with pytest.raises(ValueError, match="whole number"):
        make()


def test_a_file_gives_the_same_layers_back(tmp_path):
    model = keras.Sequential(
        [
            keras.Input((4, 4, 2)),
            EqualizedConv2D(3, kernel_size=1, gain=0.7, seed=3, upscale=True),
            layers.Flatten(),
            EqualizedDense(2, gain=1.0, use_bias=False, seed=4),
        ]
    )
    model.save(tmp_path / "model.keras")
    copy = keras.saving.load_model(tmp_path / "model.keras")
    for layer, again in zip(model.layers, copy.layers, strict=True):
        if hasattr(layer, "gain"):
            assert (again.gain, again.scale) == (layer.gain, layer.scale)
    x = np.ones((1, 4, 4, 2), "float32")
    np.testing.assert_allclose(numpy(copy(x)), numpy(model(x)), rtol=1e-6)
