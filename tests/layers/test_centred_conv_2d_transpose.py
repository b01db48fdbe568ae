import keras
import numpy as np
import pytest
from keras import ops

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


def test_the_layer_survives_its_config():
    layer = CentredConv2DTranspose(2, use_bias=False, activation="relu")
    copy = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(layer)
    )
    assert copy.get_config() == layer.get_config()
