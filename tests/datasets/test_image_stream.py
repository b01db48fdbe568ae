import numpy as np
import pytest

from kerasgan.datasets.image_stream import ImageStream

pytestmark = pytest.mark.once

IMAGES = np.arange(10, dtype="uint8").reshape(10, 1, 1, 1)


def stream(**kwargs):
    return ImageStream(lambda i: IMAGES[i], 10, (1, 1, 1), **kwargs)


def epoch(data, number):
    data.follow().on_epoch_begin(number)
    return [data[i].ravel().tolist() for i in range(len(data))]


def test_an_epoch_has_every_image_once_in_whole_batches():
    batches = epoch(stream(batch_size=5), 0)
    assert sorted(sum(batches, [])) == list(range(10))
    assert [len(b) for b in epoch(stream(batch_size=4), 0)] == [4, 4]


def test_the_order_depends_on_seed_and_epoch_alone():
    one, other = stream(batch_size=5, seed=1), stream(batch_size=5, seed=1)
    first, second = epoch(one, 0), epoch(one, 1)
    assert first != second
    assert epoch(other, 1) == second
    assert epoch(stream(batch_size=5, seed=2), 0) != first


def test_short_epochs_go_through_all_images_in_turn():
    whole = epoch(stream(batch_size=2), 0)
    data = stream(batch_size=2, batches=2)
    parts = epoch(data, 0) + epoch(data, 1) + epoch(data, 2)
    assert parts[:5] == whole


def test_a_batch_is_at_most_all_images():
    assert stream(batch_size=64)[0].shape == (10, 1, 1, 1)
