import keras
import numpy as np
from keras import ops

from kerasgan.layers import NoiseDropout


def ran(layer, training):
    x = np.ones((4, 500), "float32")
    return ops.convert_to_numpy(layer(x, training=training))


def test_units_are_dropped_in_training_and_where_asked_in_inference():
    for at_inference in (True, False):
        layer = NoiseDropout(0.5, at_inference, seed=0)
        for training in (True, False):
            values = set(np.unique(ran(layer, training)))
            is_noisy = training or at_inference
            assert values == ({0.0, 2.0} if is_noisy else {1.0})


def test_another_call_drops_other_units():
    layer = NoiseDropout(seed=0)
    assert not np.array_equal(ran(layer, False), ran(layer, False))


def test_a_saved_network_keeps_its_noise_and_where_it_was(tmp_path):
    inputs = keras.Input((500,))
    network = keras.Model(inputs, NoiseDropout(seed=0)(inputs))
    x = np.ones((2, 500), "float32")
    network(x)
    network.save(tmp_path / "noise.keras")
    copy = keras.saving.load_model(tmp_path / "noise.keras")
    one, two = (ops.convert_to_numpy(n(x)) for n in (network, copy))
    np.testing.assert_array_equal(one, two)
    assert set(np.unique(one)) == {0.0, 2.0}
    quiet = NoiseDropout(0.25, at_inference=False)
    assert not NoiseDropout.from_config(quiet.get_config()).at_inference
