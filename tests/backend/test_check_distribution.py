import keras
import pytest

import kerasgan
from kerasgan import backend


@pytest.fixture
def distribution():
    mesh = keras.distribution.DeviceMesh((1,), ["batch"], ["cpu:0"])
    parallel = keras.distribution.DataParallel(
        device_mesh=mesh, auto_shard_dataset=False
    )
    keras.distribution.set_distribution(parallel)
    yield parallel
    keras.distribution.set_distribution(None)


def test_without_a_distribution_there_is_nothing_to_say():
    assert backend.check_distribution() is None


def test_torch_refuses_what_keras_would_silently_ignore(
    distribution, backend, monkeypatch
):
    if backend != "torch":
        pytest.skip("keras.distribution is in effect, or refused by Keras")
    made = []
    original = keras.Model.add_weight
    monkeypatch.setattr(
        keras.Model,
        "add_weight",
        lambda self, *args, **kwargs: (
            made.append(self),
            original(self, *args, **kwargs),
        )[1],
    )
    with pytest.raises(ValueError, match="torch.*jax.*Received: DataParallel"):
        kerasgan.models.AdversarialModel({}, [])
    assert not made
