import numpy as np
import pytest

from kerasgan.datasets import ImageBatches

pytestmark = pytest.mark.once


def batches(count=10, **kwargs):
    images = np.arange(count, dtype=np.uint8).reshape(count, 1, 1, 1)
    kwargs = {"batch_size": 4, **kwargs}
    return ImageBatches(lambda i: images[i], count, (1, 1, 1), **kwargs)


def epoch(data):
    values = [batch.ravel().tolist() for batch in data]
    data.on_epoch_end()
    return sum(values, [])


def test_an_epoch_has_every_image_once_and_a_short_last_batch():
    data = batches()
    assert len(data) == data.num_batches == 3
    assert [len(batch) for batch in data] == [4, 4, 2]
    assert sorted(epoch(data)) == list(range(10))


def test_every_epoch_has_an_order_of_its_own_that_the_seed_decides():
    data, again = batches(seed=3), batches(seed=3)
    orders = [epoch(data) for _ in range(3)]
    assert orders == [epoch(again) for _ in range(3)]
    assert orders[0] != orders[1] != orders[2]
    assert epoch(batches(seed=4)) != orders[0]


def test_without_shuffling_images_keep_their_order():
    assert epoch(batches(shuffle=False)) == list(range(10))


def test_without_a_seed_runs_differ():
    assert epoch(batches(50, seed=None)) != epoch(batches(50, seed=None))


def test_an_index_out_of_range_is_an_error():
    with pytest.raises(IndexError, match=r"\[0, 3\). Received: 3"):
        batches()[3]
