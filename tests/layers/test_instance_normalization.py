import itertools

import keras
import numpy as np
import pytest
from keras import ops

from kerasgan import backend
from kerasgan.layers import InstanceNormalization


def reference(x, epsilon=1e-5):
    x = x.astype("float64")
    mean = x.mean(axis=(1, 2), keepdims=True)
    return (x - mean) / np.sqrt(x.var(axis=(1, 2), keepdims=True) + epsilon)


def maps(mean, deviation, shape=(2, 6, 5, 4)):
    noise = np.random.default_rng(0).standard_normal(shape)
    return (mean + deviation * noise).astype("float32")


@pytest.mark.parametrize(
    ("mean", "deviation", "error"), [(0, 1, 1e-6), (3, 1e-3, 1e-3)]
)
def test_each_channel_of_each_image_is_normalized(mean, deviation, error):
    x = maps(mean, deviation)
    found = ops.convert_to_numpy(InstanceNormalization()(x))
    np.testing.assert_allclose(found, reference(x), atol=error)


def test_nearly_constant_maps_far_from_0_stay_finite():
    x = maps(100, 1e-3)
    found = ops.convert_to_numpy(InstanceNormalization()(x))
    np.testing.assert_allclose(found, reference(x), atol=0.02)
    constant = np.full((1, 4, 4, 2), 1e4, "float32")
    found = ops.convert_to_numpy(InstanceNormalization()(constant))
    np.testing.assert_array_equal(found, np.zeros_like(constant))


def test_scales_and_offsets_are_trained_where_asked():
    layer = InstanceNormalization(center=True, scale=True)
    x = maps(1, 2)
    layer(x)
    assert [w.name for w in layer.trainable_weights] == ["gamma", "beta"]
    layer.set_weights([np.arange(1.0, 5), np.arange(4.0)])
    expected = reference(x) * np.arange(1.0, 5) + np.arange(4.0)
    found = ops.convert_to_numpy(layer(x))
    np.testing.assert_allclose(found, expected, atol=1e-5)
    plain = InstanceNormalization()
    plain(x)
    assert plain.weights == []


def by_formula(layer, x):
    x = x - ops.mean(x, axis=(1, 2), keepdims=True)
    variance = ops.mean(ops.square(x), axis=(1, 2), keepdims=True)
    x = x * ops.rsqrt(variance + layer.epsilon)
    x = x if layer.gamma is None else x * layer.gamma
    return x if layer.beta is None else x + layer.beta


@pytest.mark.parametrize(
    ("center", "scale"), [*itertools.product([False, True], repeat=2)]
)
def test_gradients_and_theirs_are_those_of_the_formula(center, scale):
    layer = InstanceNormalization(center=center, scale=scale)
    layer.build((None, None, None, 4))
    layer.set_weights([w + np.arange(4.0) / 4 for w in layer.get_weights()])
    images = keras.Variable(maps(1, 2))
    variables = [images, *layer.trainable_variables]
    weights = ops.convert_to_tensor(maps(0, 1)[::-1].copy())

    def gradients_of(call):
        def loss(x):
            return ops.sum(ops.sin(call(x)) * weights), None

        def penalty():
            x = ops.tanh(ops.convert_to_tensor(images))
            value, _, gradient = backend.input_gradient(
                loss, x, create_graph=True
            )
            return value + ops.sum(ops.square(gradient)), gradient

        first = backend.vjp(lambda: loss(images + 0.0), variables)[2]()
        with backend.frozen_state():
            _, gradient, pullback = backend.vjp(penalty, variables)
            found = [*first, gradient, *pullback()]
        return [ops.convert_to_numpy(x) for x in found]

    wanted = gradients_of(lambda x: by_formula(layer, x))
    for a, b in zip(gradients_of(layer), wanted):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4)


def test_large_values_in_half_precision_stay_finite():
    layer = InstanceNormalization(dtype="float16")
    x = 1000 * maps(0, 1).astype("float16")
    found = ops.convert_to_numpy(layer(x))
    np.testing.assert_allclose(found, reference(x), atol=5e-3)


def test_the_layer_survives_its_config():
    layer = InstanceNormalization(1e-3, True, True, name="norm")
    copy = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(layer)
    )
    assert copy.get_config() == layer.get_config()
    assert copy.compute_output_shape((None, None, 4, 3)) == (None, None, 4, 3)


def test_an_epsilon_of_0_is_refused():
    with pytest.raises(ValueError, match="`epsilon`.*above 0.*Received"):
        InstanceNormalization(epsilon=0)
