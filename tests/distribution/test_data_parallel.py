"""What `data_parallel` says in a process with one device."""

import numpy as np
import pytest

import kerasgan
from tests import tiny


def data_parallel(devices):
    with kerasgan.distribution.data_parallel(devices):
        pass


@pytest.mark.parametrize("devices", [None, 1])
def test_one_device_is_what_a_model_is_on_anyway(devices):
    with kerasgan.distribution.data_parallel(devices):
        gan = kerasgan.models.GAN(
            tiny.tiny_generator(), tiny.tiny_discriminator(), seed=0
        )
    assert gan._replicas == gan._processes == 1
    assert gan.generate(2, seed=0).shape == (2, 4, 4, 1)


@pytest.mark.parametrize("devices", [0, 99, True, "two", [], ["gpu:77"]])
def test_devices_that_are_not_there_are_refused(devices, backend):
    if backend == "torch" and devices == 99:
        pytest.skip("any number of processes may be started")
    with pytest.raises(ValueError, match="`devices` must .*Received: dev"):
        data_parallel(devices)


def test_torch_asks_for_a_process_a_device(backend):
    if backend != "torch":
        pytest.skip("one process has all devices")
    with pytest.raises(ValueError, match="torchrun --nproc-per-node=2"):
        data_parallel(2)


def test_the_only_process_is_the_first():
    assert kerasgan.distribution.is_first_process()


def test_replicas_fold_their_index_into_every_seed():
    import keras

    from kerasgan.backend.common.distribution import fold_in_replica_id

    drawn = []
    for replica in (0, 1, 2):
        seed = keras.random.SeedGenerator(3)
        fold_in_replica_id([seed], lambda replica=replica: replica)
        for _ in range(2):
            x = keras.random.normal((5,), seed=seed)
            drawn.append(np.array(keras.ops.convert_to_numpy(x)))
    assert len({tuple(x.round(4)) for x in drawn}) == 6
    plain = keras.random.SeedGenerator(3)
    for x in drawn[:2]:
        y = keras.ops.convert_to_numpy(keras.random.normal((5,), seed=plain))
        np.testing.assert_array_equal(x, y)
