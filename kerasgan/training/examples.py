"""A few images of a training that pictures are made of."""

import contextlib
import types

import keras
import numpy as np

from kerasgan.training import data
from kerasgan.training.standardize_data import is_data_set
from kerasgan.utils import check_count
from kerasgan.utils.as_array import as_array
from kerasgan.utils.pixels import to_bytes
from kerasgan.utils.seeds import seed_or_drawn

_MOST = 16
_BYTES = 2**21
_SIDE = 64  # of images that stand in for those of any size


class Examples:
    """Keeps a few images to draw pictures of; mixed into models.

    The first `fit` takes them from the validation data, or else from the data
    themselves. They are saved with the model, so that its pictures are always
    of the same ones.
    """

    _examples = None

    def hold_examples(self, x, y=None):
        """Keeps the first images of data, in place of others.

        Args:
            x: Array of the one kind of images, or a data set of batches of
                both.
            y: Array of the other kind.
        """
        self.__dict__["_examples"] = _first(x, y)

    def fit(self, x=None, y=None, *args, **kwargs):
        before = self._examples
        x = self._hold_examples_of(x, y, kwargs.get("validation_data"))
        try:
            return super().fit(x, y, *args, **kwargs)
        except ValueError:
            self.__dict__["_examples"] = before
            raise

    def _hold_examples_of(self, x, y, validation_data):
        """Keeps examples of what `fit` was given, if there are none yet."""
        if self._examples is not None:
            return x
        given = x, y
        if isinstance(validation_data, (tuple, list)):
            given = tuple(validation_data[:2])
        elif validation_data is not None:
            given = validation_data, None
        if isinstance(given[0], types.GeneratorType):
            if given[0] is not x:
                return x
            batch, x = data.peek(x)
            given = (one for one in [batch]), None
        with contextlib.suppress(ValueError):  # `fit` says what is wrong.
            self.hold_examples(*given)
        return x

    @property
    def examples(self):
        """Pair of the images that are kept, uint8, or `None`."""
        return self._examples

    def _draw_examples(self, n, seed, kind=0):
        """Returns images of one kind, and those of the other, or `None`.

        Args:
            n: Integer, how many.
            seed: Integer; the first images of a seed are the same however
                many are drawn.
            kind: 0 or 1.

        Raises:
            ValueError: If there are not as many.
        """
        check_count("n", n)
        rng = np.random.default_rng(seed_or_drawn(seed))
        if self._examples is None:
            # Whatever has seen no images draws nevertheless.
            shape = self._example_shapes[kind]
            sides = (_SIDE if side is None else side for side in shape)
            return rng.integers(0, 256, (n, *sides), "uint8"), None
        images, others = self._examples[kind], self._examples[1 - kind]
        if n > len(images):
            raise ValueError(
                f"`n` must be at most {len(images)}, the number of images "
                f"that are kept for pictures. Received: n={n}. Give images "
                "of yours to `translate`"
            )
        rows = rng.permutation(len(images))[:n]
        return images[rows], None if others is None else others[rows]

    def save_own_variables(self, store):
        super().save_own_variables(store)
        pair = self._examples or ()
        for name, images in zip(("examples_x", "examples_y"), pair):
            store[name] = images

    def load_own_variables(self, store):
        own = {key: store[key] for key in store.keys()}
        pairs = [own.pop(f"examples_{k}", None) for k in "xy"]
        super().load_own_variables(own)
        if pairs[0] is not None:
            pairs = [None if x is None else np.array(x) for x in pairs]
            self.__dict__["_examples"] = tuple(pairs)


def _first(x, y):
    """Returns the first images of data as bytes, a pair, or `None`."""
    batches = _batches(x) if is_data_set(x) else [(x, y)]
    held, count, most = [], 0, _MOST
    for batch in batches:
        parts = keras.utils.unpack_x_y_sample_weight(batch)[:2]
        rows = [_bytes(part[:_MOST]) for part in parts if part is not None]
        if not rows:
            return None
        size = sum(part[:1].nbytes for part in rows)
        most = min(_MOST, max(4, _BYTES // max(size, 1)))
        held.append(rows)
        count += len(rows[0])
        if count >= most:
            break
    if not held:
        return None
    try:
        pair = [np.concatenate(parts)[:most] for parts in zip(*held)]
    except ValueError:  # Images of different sizes.
        pair = held[0]
    count = min(len(part) for part in pair)
    return tuple(part[:count] for part in pair)


def _batches(x):
    if isinstance(x, keras.utils.PyDataset):
        return (x[i] for i in range(x.num_batches or 0))
    return iter(x)


def _bytes(images):
    images = as_array(images, "x")
    if images.dtype != np.uint8:
        images = np.nan_to_num(images.astype("float32"))
    return to_bytes(images)
