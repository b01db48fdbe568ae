"""What `fit` takes, and what it refuses before anything has changed."""

import functools
import pathlib
import resource
import warnings

import keras
import numpy as np
import pytest

from tests.conformance import numpy_values
from tests.tiny import state
from tests.tiny import tiny_gan
from tests.tiny import tiny_images
from tests.training.feeds import FEEDS
from tests.training.feeds import FLOATS
from tests.training.feeds import IMAGES
from tests.training.feeds import Batches
from tests.training.feeds import as_data_loader
from tests.training.feeds import counted
from tests.training.feeds import make_gan


def weights_after_an_epoch(gan, x, **kwargs):
    gan.fit(x, epochs=1, verbose=0, **kwargs)
    return numpy_values(gan.trainable_variables)


@functools.cache
def after_the_array(steps, count):
    gan = make_gan(steps)
    before = numpy_values(gan.trainable_variables)
    after = weights_after_an_epoch(
        gan, IMAGES[:count], batch_size=4, shuffle=False
    )
    for a, b in zip(before, after):
        # Further than what is compared.
        assert np.abs(a - b).max() > 1e-4
    return after, counted(gan)


@pytest.mark.filterwarnings("ignore:Your input ran out of data")
@pytest.mark.parametrize(
    ("steps", "count"), [(1, 22), (2, 24), (3, 22), (3, 17)]
)
@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.__name__)
def test_every_kind_of_data_set_trains_like_the_array(feed, steps, count):
    gan = make_gan(steps)
    weights = weights_after_an_epoch(
        gan, feed(IMAGES[:count], 4), shuffle=False
    )
    expected, counts = after_the_array(steps, count)
    assert counted(gan) == counts
    for a, b in zip(weights, expected):
        np.testing.assert_allclose(a, b, atol=1e-5)


@pytest.mark.filterwarnings("ignore:Your input ran out of data")
@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.__name__)
def test_the_end_of_a_data_set_is_no_step(feed, optimized_graphs):
    """Nothing is counted, drawn, averaged or normalised without a batch."""
    images = tiny_images(24)
    expected = tiny_gan(ema=10.0)
    expected.fit(images, batch_size=8, shuffle=False, verbose=0)
    expected.fit(images, batch_size=8, shuffle=False, verbose=0)
    expected.evaluate(images, batch_size=8, verbose=0)
    gan = tiny_gan(ema=10.0)
    shape = images.shape[1:]
    for _ in range(2):
        gan.fit(feed(images, 8, shape), shuffle=False, verbose=0)
    gan.evaluate(feed(images, 8, shape), verbose=0)
    a, b = (list(state(model).values()) for model in (gan, expected))
    for left, right in zip(a, b, strict=True):
        np.testing.assert_allclose(left, right, atol=1e-5)


def test_bytes_are_scaled_in_the_step():
    expected = weights_after_an_epoch(make_gan(), FLOATS, shuffle=False)
    weights = weights_after_an_epoch(make_gan(), IMAGES, shuffle=False)
    for a, b in zip(weights, expected):
        np.testing.assert_allclose(a, b, atol=1e-5)


class Memory(keras.callbacks.Callback):
    """Notes the bytes that this process holds while it trains."""

    def __init__(self):
        super().__init__()
        self.held = []

    def on_train_batch_end(self, batch, logs=None):
        pages = int(pathlib.Path("/proc/self/statm").read_text().split()[1])
        self.held.append(pages * resource.getpagesize())


@pytest.mark.skipif(
    not pathlib.Path("/proc/self/statm").exists(), reason="asks Linux"
)
def test_no_copy_of_the_bytes_is_held_as_floats():
    gan, before, during = make_gan(), Memory(), Memory()
    settings = dict(batch_size=4, steps_per_epoch=2, verbose=0)
    gan.fit(IMAGES, callbacks=[before], **settings)
    images = np.ones((400_000, 8, 8, 1), "uint8")
    gan.fit(images, callbacks=[during], **settings)
    # The images, and floats of four times as much. TensorFlow has a copy of
    # the bytes.
    more = max(during.held) - max(before.held)
    assert more < 4 * images.nbytes


def test_a_data_loader_starts_anew_each_epoch():
    gan = make_gan(2)
    gan.fit(as_data_loader(IMAGES, 4), epochs=3, verbose=0)
    assert int(keras.ops.convert_to_numpy(gan.images_seen)) == 3 * 24


def test_an_array_loses_at_most_what_does_not_split_evenly():
    gan = make_gan(5)
    gan.fit(IMAGES, batch_size=2, epochs=1, verbose=0)
    assert int(keras.ops.convert_to_numpy(gan.images_seen)) == 20


def test_validation_split_holds_out_the_last_images():
    gan = make_gan(2)
    history = gan.fit(
        FLOATS, batch_size=4, validation_split=0.25, epochs=1, verbose=0
    )
    assert "val_d_loss" in history.history
    assert int(keras.ops.convert_to_numpy(gan.images_seen)) == 18


def test_validation_does_not_change_how_training_goes_on():
    alone = weights_after_an_epoch(make_gan(), FLOATS, shuffle=False)
    watched = weights_after_an_epoch(
        make_gan(), FLOATS, shuffle=False, validation_data=FLOATS[:8]
    )
    for a, b in zip(alone, watched):
        np.testing.assert_array_equal(a, b)


NAN = FLOATS.copy()
NAN[3, 2, 1, 0] = np.nan
BAD_IMAGES = {
    "float bytes": (IMAGES.astype("float32"), r"x / 127\.5 - 1.*to 25\d"),
    "nan": (NAN, "must be finite"),
    "no channels": (FLOATS[..., 0], r"\(batch, 8, 8, 1\).*\(24, 8, 8\)"),
    "three channels": (FLOATS.repeat(3, -1), r"\(24, 8, 8, 3\)"),
    "other size": (FLOATS[:, :4], r"\(24, 4, 8, 1\)"),
    "integers": (IMAGES.astype("int32"), "dtype int32"),
    "empty": (FLOATS[:0], "no images"),
}


@pytest.mark.parametrize("method", ["fit", "train_on_batch", "evaluate"])
@pytest.mark.parametrize(
    ("images", "message"), BAD_IMAGES.values(), ids=BAD_IMAGES
)
def test_bad_images_are_refused_before_anything_changes(
    method, images, message
):
    gan = make_gan()
    before = numpy_values([*gan.variables, *gan.optimizer.variables])
    with pytest.raises(ValueError, match=message):
        getattr(gan, method)(images)
    after = numpy_values([*gan.variables, *gan.optimizer.variables])
    for a, b in zip(before, after):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    "settings",
    [
        {"batch_size": 0},
        {"batch_size": -1},
        {"batch_size": 2.5},
        {"steps_per_epoch": 0},
        {"steps_per_epoch": -1},
        {"validation_batch_size": 0},
        {"validation_steps": 0},
    ],
    ids=str,
)
def test_counts_that_keras_would_take_for_its_defaults_are_refused(settings):
    (name,) = settings
    with pytest.raises(ValueError, match=f"`{name}` must be a whole number"):
        make_gan().fit(IMAGES, **settings, verbose=0)


def test_counts_may_be_numpy_integers():
    gan = make_gan(2)
    gan.fit(IMAGES, batch_size=np.int64(4), steps_per_epoch=np.int32(2))
    assert counted(gan) == [2, 16]
    gan.evaluate(IMAGES, batch_size=np.int64(4), steps=np.int64(1))


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.__name__)
def test_fewer_batches_than_a_step_takes_are_refused(feed):
    gan = make_gan(5)
    with pytest.raises(ValueError, match="at least 5 batches"):
        gan.fit(feed(IMAGES[:16], 4), verbose=0)
    assert counted(gan) == [0, 0]


@pytest.mark.parametrize(
    "empty",
    [iter(()), (i for i in ()), Batches(IMAGES[:0], 4)],
    ids=["iterator", "generator", "PyDataset"],
)
def test_an_empty_data_set_is_refused(empty):
    with pytest.raises(ValueError, match="no images"):
        make_gan().fit(empty, verbose=0)


def test_images_in_zero_to_one_get_a_warning_that_says_how_to_scale():
    with pytest.warns(UserWarning, match=r"2 \* x - 1"):
        make_gan().fit((FLOATS + 1) / 2, verbose=0)


def test_images_in_minus_one_to_one_get_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        make_gan().fit(FLOATS, verbose=0)


@pytest.mark.parametrize(
    "x", [IMAGES[:2], Batches(IMAGES[:8], 4)], ids=["array", "PyDataset"]
)
def test_too_little_data_for_the_discriminator_steps_is_refused(x):
    with pytest.raises(ValueError, match="at least 3"):
        make_gan(3).fit(x, batch_size=1, verbose=0)


def test_a_batch_that_does_not_split_evenly_is_refused():
    with pytest.raises(ValueError, match="2 minibatches of the same size"):
        make_gan(2).train_on_batch(IMAGES[:5])


def test_labels_for_an_unconditional_game_are_refused():
    with pytest.raises(ValueError, match="takes no labels"):
        make_gan().fit(IMAGES, np.zeros(24, "int32"), verbose=0)


def test_sample_weights_are_refused():
    with pytest.raises(ValueError, match="`sample_weight` has no meaning"):
        make_gan().fit(IMAGES, sample_weight=np.ones(24), verbose=0)


def test_something_that_is_no_data_set_is_refused():
    with pytest.raises(ValueError, match="a generator of tuples. Received: 7"):
        make_gan().fit(7, verbose=0)
