import keras
import numpy as np
import pytest
from keras import ops
from scipy import stats

from kerasgan.layers import ImagePool
from tests.layers.compiled import compiled


def numbered(start, count):
    """Images of one pixel, each with another number."""
    numbers = np.arange(start, start + count, dtype="float32")
    return numbers.reshape(count, 1, 1, 1)


def built(size, seed=0):
    pool = ImagePool(size, seed=seed)
    pool.build((None, 1, 1, 1))
    return pool


def held(pool):
    return ops.convert_to_numpy(pool.images).ravel()


def test_the_first_images_pass_through_and_fill_the_pool():
    pool = built(50)
    call = compiled(pool)
    for start in range(0, 50, 10):
        images = numbered(start, 10)
        np.testing.assert_array_equal(call(images), images)
        assert int(pool.count) == start + 10
    np.testing.assert_array_equal(held(pool), np.arange(50))


def test_then_half_are_exchanged_with_images_from_anywhere_in_the_pool():
    pool = built(50)
    call = compiled(pool)
    call(numbered(0, 50))
    exchanged, places = 0, np.zeros(50)
    for start in range(50, 10_050, 500):
        before = held(pool)
        images = numbered(start, 500)
        outputs = call(images).ravel()
        is_new = outputs == images.ravel()
        exchanged += np.sum(~is_new)
        # Nothing is lost: what goes in comes out or is held.
        found = np.sort(np.concatenate([outputs, held(pool)]))
        wanted = np.sort(np.concatenate([before, images.ravel()]))
        np.testing.assert_array_equal(found, wanted)
        for place in np.flatnonzero(np.isin(before, outputs)):
            places[place] += 1
    halves = stats.chisquare([exchanged, 10_000 - exchanged])
    assert halves.pvalue > 0.001
    assert stats.chisquare(places).pvalue > 0.001


def test_a_batch_is_as_its_images_one_by_one():
    pool = built(3)
    n = 40
    draw = keras.random.SeedGenerator(0)
    chance = ops.convert_to_numpy(keras.random.uniform((n,), seed=draw))
    place = ops.convert_to_numpy(keras.random.randint((n,), 0, 3, seed=draw))
    stored, expected = [], []
    for i in range(n):
        if len(stored) < 3:
            stored.append(i)
            expected.append(i)
        elif chance[i] > 0.5:
            expected.append(stored[place[i]])
            stored[place[i]] = i
        else:
            expected.append(i)
    outputs = compiled(pool)(numbered(0, n)).ravel()
    np.testing.assert_array_equal(outputs, expected)
    np.testing.assert_array_equal(held(pool), stored)
    assert not np.array_equal(outputs, np.arange(n))


def test_a_saved_pool_goes_on_bit_for_bit(tmp_path):
    inputs = keras.Input((1, 1, 1))
    first = keras.Model(inputs, ImagePool(4, seed=0, name="pool")(inputs))
    pool = first.get_layer("pool")
    pool(numbered(0, 7))
    first.save(tmp_path / "pool.keras")
    copy = keras.saving.load_model(tmp_path / "pool.keras").get_layer("pool")
    for start in range(7, 47, 10):
        one, two = (p(numbered(start, 10)) for p in (pool, copy))
        np.testing.assert_array_equal(
            ops.convert_to_numpy(one), ops.convert_to_numpy(two)
        )
    np.testing.assert_array_equal(held(pool), held(copy))


def test_another_seed_draws_otherwise():
    first, same, other = (built(4, seed) for seed in (1, 1, 2))
    one, two, three = (
        ops.convert_to_numpy(pool(numbered(0, 60)))
        for pool in (first, same, other)
    )
    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(one, three)


@pytest.mark.parametrize("how", ["size 0", "inference"])
def test_images_pass_through_without_a_pool_and_in_inference(how):
    pool = built(0 if how == "size 0" else 2)
    for start in (0, 10):
        outputs = pool(numbered(start, 10), training=how == "size 0")
        np.testing.assert_array_equal(
            ops.convert_to_numpy(outputs), numbered(start, 10)
        )
    assert how == "size 0" or int(pool.count) == 0


def test_nothing_in_a_pool_is_trained():
    assert built(2).trainable_variables == []


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        (lambda: ImagePool(-1), "`size` must be a whole number"),
        (lambda: ImagePool(2.5), "`size` must be a whole number"),
        (
            lambda: ImagePool(2).build((None, None, 8, 3)),
            "must know the height",
        ),
    ],
    ids=["negative", "fraction", "unknown"],
)
def test_what_makes_no_pool_is_refused(call, rule):
    with pytest.raises(ValueError, match=f"{rule}.*Received"):
        call()
