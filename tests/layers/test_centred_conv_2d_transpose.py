import keras
import numpy as np
import pytest
from keras import ops

from kerasgan import backend
from kerasgan.layers import CentredConv2DTranspose
from tests.checkpoints import authors


@pytest.mark.parametrize("subpixel", [True, False, "auto"])
@pytest.mark.parametrize("filters", [2, 6])
def test_outputs_are_pytorchs_with_padding_and_output_padding(
    filters, subpixel
):
    layer = CentredConv2DTranspose(filters, subpixel=subpixel)
    rng = np.random.default_rng(0)
    x = rng.standard_normal((2, 4, 5, 3)).astype("float32")
    layer.build(x.shape)
    kernel = rng.standard_normal((3, 3, filters, 3)).astype("float32")
    bias = rng.standard_normal(filters).astype("float32")
    layer.set_weights([kernel, bias])
    expected = authors.conv_transpose(
        x.transpose(0, 3, 1, 2), kernel.transpose(3, 2, 0, 1), bias, 1, 1
    )
    for training in (True, False):
        found = ops.convert_to_numpy(layer(x, training=training))
        np.testing.assert_allclose(
            found.transpose(0, 3, 1, 2), expected, atol=1e-5
        )
    shape = layer.compute_output_shape((None, 4, 5, 3))
    assert tuple(shape) == (None, 8, 10, filters)


@pytest.mark.parametrize("filters", [2, 6])
def test_it_is_the_adjoint_of_a_convolution_with_zeros_before(filters):
    """<conv(y), x> = <y, layer(x)>, and so are the gradients."""
    rng = np.random.default_rng(0)
    layer = CentredConv2DTranspose(filters, use_bias=False)
    layer.build((None, 4, 5, 3))
    x, y = (
        ops.convert_to_tensor(rng.standard_normal(shape).astype("float32"))
        for shape in ((2, 4, 5, 3), (2, 8, 10, filters))
    )

    def there(x):
        wide = ops.pad(y, ((0, 0), (1, 0), (1, 0), (0, 0)))
        maps = backend.conv(wide, layer.kernel, (2, 2), "valid")
        return ops.sum(maps * x), None

    def back(x):
        return ops.sum(layer(x, training=True) * y), None

    found = []
    for fn in (there, back):
        value, _, gradient = backend.input_gradient(fn, x)
        with backend.frozen_state():
            _, _, pullback = backend.vjp(lambda: fn(x), [layer.kernel])
            found.append([value, gradient, *pullback()])
    for a, b in zip(*found):
        np.testing.assert_allclose(
            *map(ops.convert_to_numpy, (a, b)), rtol=1e-4, atol=1e-4
        )


def test_the_layer_survives_its_config():
    layer = CentredConv2DTranspose(2, use_bias=False, activation="relu")
    copy = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(layer)
    )
    assert copy.get_config() == layer.get_config()
