import sys

import keras
import pytest

import kerasgan
from kerasgan import backend
from tests import children


def construct_and_look():
    gan = kerasgan.applications.DCGAN(image_shape=(8, 8, 1), filters=2, ema=10)
    assert gan.ema_generator is not None
    if keras.backend.backend() != "tensorflow":
        assert "tensorflow" not in sys.modules
    # Keras itself still finds it where it is asked to.
    keras.saving.serialize_keras_object(keras.layers.Dense(2))
    assert "tensorflow" in sys.modules


def test_models_are_made_without_importing_tensorflow_for_nothing():
    with children.running(construct_and_look):
        pass


def test_configs_are_the_same():
    layer = keras.layers.Dense(2)
    usual = layer.get_config()
    with backend.without_tensorflow():
        assert layer.get_config() == usual


def test_an_error_ends_it(monkeypatch):
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    lazy = keras.src.utils.module_utils.tensorflow
    before = lazy._available
    with pytest.raises(KeyError), backend.without_tensorflow():
        assert not lazy.available
        raise KeyError
    assert lazy._available is before
