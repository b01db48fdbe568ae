import functools

import keras
import numpy as np
import pytest

from kerasgan.training.standardize_data import is_data_set
from kerasgan.training.standardize_data import standardize_array
from kerasgan.training.standardize_data import standardize_batch
from tests.tiny import tiny_gan
from tests.tiny import tiny_images

gan = functools.cache(tiny_gan)
F = (tiny_images(8) / 127.5 - 1.0).astype("float32")


class Batches(keras.utils.PyDataset):
    def __len__(self):
        return 1

    def __getitem__(self, index):
        return (F,)


def test_arrays_are_told_from_what_yields_batches():
    data_sets = [Batches(), (x for x in F), range(3).__iter__()]
    arrays = [F, [F], (F,), F.tolist(), "F", {"x": F}, None, 7, dict, len]
    arrays += [keras.ops.convert_to_tensor(F), keras.Variable(F)]
    assert all(is_data_set(x) for x in data_sets)
    assert not any(is_data_set(x) for x in arrays)


def test_data_sets_of_other_frameworks_are_seen():
    tf = pytest.importorskip("tensorflow")
    torch = pytest.importorskip("torch")
    assert is_data_set(tf.data.Dataset.from_tensor_slices(F))
    assert is_data_set(torch.utils.data.DataLoader([1, 2]))
    assert not is_data_set(tf.ragged.constant([[1.0], []]))
    assert not is_data_set(torch.tensor(F))


def test_a_dense_tensor_of_the_backend_stays_where_it_is(backend):
    x = keras.ops.convert_to_tensor(F)
    assert standardize_array(x) is x
    if backend == "torch":
        held = standardize_array(x.clone().requires_grad_())
        assert not held.requires_grad
    if backend == "tensorflow":
        import tensorflow as tf

        assert isinstance(standardize_array(tf.Variable(F)), np.ndarray)


FORMS = {
    "big-endian": lambda: F.astype(">f4"),
    "long double": lambda: F.astype("longdouble"),
    "lists": lambda: F.tolist(),
    "list of arrays": lambda: list(F),
    "variable": lambda: keras.Variable(F),
}


@pytest.mark.parametrize("form", FORMS)
def test_training_gets_the_same_numbers_in_whatever_form_they_come(
    form, monkeypatch
):
    given = []

    def keep(model, x=None, y=None, validation_data=None, **kwargs):
        given.extend([x, validation_data])

    for name in ("fit", "evaluate", "train_on_batch"):
        monkeypatch.setattr(keras.Model, name, keep)
    game = gan()
    game.fit(FORMS[form](), validation_data=FORMS[form]())
    game.evaluate(FORMS[form]())
    game.train_on_batch(FORMS[form]())
    given = [x for x in given if x is not None]
    assert len(given) == 4
    for x in given:
        assert isinstance(x, np.ndarray) and x.dtype.isnative
        np.testing.assert_array_equal(x.astype("float32"), F)


def test_lists_train(without_graphs):
    game = tiny_gan()
    game.train_on_batch(F.tolist())
    assert int(keras.ops.convert_to_numpy(game.steps_seen)) == 1


def test_a_batch_that_needs_no_change_is_the_same_object():
    for batch in (F, (F,), (F, np.arange(8)), (F, None)):
        assert standardize_batch(batch) is batch


def test_a_batch_becomes_arrays_and_a_list_a_tuple():
    images, labels = standardize_batch([F.astype(">f8"), list(range(8))])
    assert images.dtype == "float64" and images.dtype.isnative
    np.testing.assert_array_equal(labels, np.arange(8))


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        ({"image": F}, "`x` must be a data set.*dict with the keys 'image'"),
        ("F", "`x` must be a data set of arrays.*str 'F'"),
        (None, "`x` must be a data set of arrays.*None"),
        ((None, None), "`x` must be a data set of arrays.*None"),
        ((F, {"label": 1}), "`y` must be an array of whole.*dict"),
        ([F] * 5, "tuples of arrays. Received: a list of 5.*numpy.stack"),
        ((), "Received: a tuple of 0"),
    ],
    ids=["dict", "str", "none", "nones", "labels", "images", "empty"],
)
def test_a_batch_that_cannot_be_meant_is_named(batch, message):
    with pytest.raises(ValueError, match=message):
        standardize_batch(batch)
    with pytest.raises(ValueError, match=message):
        gan().fit((b for b in [batch]), steps_per_epoch=1, verbose=0)
