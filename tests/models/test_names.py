"""Names of weights, by which files of other kinds find them."""

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan import backend
from tests.models.test_conformance import CASES


def made(name):
    arguments, _ = CASES[name]
    return getattr(kerasgan.applications, name)(**arguments)


def names_of(model):
    """The names of all layers and weights of a model's networks."""
    networks = [getattr(model, name) for name in model._network_names]
    layers = [layer.name for one in networks for layer in one.layers]
    return layers, [v.path for one in networks for v in one.variables]


@pytest.mark.parametrize("name", sorted(CASES))
def test_layers_of_the_zoo_have_names_that_no_other_model_changes(name):
    first = names_of(made(name))
    keras.layers.Dense(1)
    assert names_of(made(name)) == first


def test_names_are_counted_anew_in_the_context_alone():
    before = [keras.layers.Dense(1).name for _ in "abc"][-1]
    with backend.fresh_names():
        assert [keras.layers.Dense(1).name for _ in "ab"] == [
            "dense",
            "dense_1",
        ]
    assert (before, keras.layers.Dense(1).name) == ("dense_2", "dense_3")


def test_a_state_dict_of_pytorch_goes_from_one_model_into_another(backend):
    if backend != "torch":
        pytest.skip("models are modules of PyTorch there alone")
    one, other = (
        kerasgan.applications.DCGAN((8, 8, 1), 4, 4, ema=100.0, seed=seed)
        for seed in (0, 1)
    )
    other.generator.load_state_dict(one.generator.state_dict())
    for a, b in zip(one.generator.get_weights(), other.generator.get_weights()):
        np.testing.assert_array_equal(a, b)
    other.load_state_dict(one.state_dict())
    np.testing.assert_array_equal(
        one.generate(2, seed=0), other.generate(2, seed=0)
    )
