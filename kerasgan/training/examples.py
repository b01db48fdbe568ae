"""A few images of a training that pictures are made of."""

import contextlib
import json
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
_NAMES = ("examples_x", "examples_y")  # in files
_BYTES = 2**21
_NUMBERS = (
    *(f"{kind}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64)),
    *("float16", "float32", "float64"),
)
_SIDE = 64  # of images that stand in for those of any size


class Examples:
    """Keeps a few images to draw pictures of; mixed into models.

    The first `fit` takes them from the validation data, or else from the data
    themselves. They are saved with the model, so that its pictures are always
    of the same ones.
    """

    _examples = None
    # What both kinds are in files, two dicts, where they came from files.
    _picture_types = None

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
        types = getattr(getattr(x, "pairs", x), "picture_types", None)
        if types is not None:
            self.__dict__["_picture_types"] = types
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

    def _kept_for_pictures(self, most=_MOST):
        """Returns a dict of uint8 arrays: what files keep beside variables.

        Args:
            most: Integer, examples at most. Defaults to all.
        """
        pair = self._examples or ()
        kept = {
            name: images[:most]
            for name, images in zip(_NAMES, pair)
            if images is not None
        }
        if self._picture_types is not None:
            text = json.dumps(self._picture_types).encode()
            kept["picture_types"] = np.frombuffer(text, "uint8")
        return kept

    def _keep_for_pictures(self, kept):
        """Takes what `_kept_for_pictures` returned, from a file.

        Args:
            kept: Dict of arrays; what is not there stays as it is.

        Raises:
            ValueError: If these are not examples of such a model.
        """
        if "picture_types" in kept:
            found = picture_types_of(np.array(kept["picture_types"]))
            self.__dict__["_picture_types"] = found
        if _NAMES[0] not in kept:
            return
        pair = [
            np.array(kept[name]) if name in kept else None for name in _NAMES
        ]
        for images, shape in zip(pair, self._example_shapes):
            if images is not None and (
                images.dtype != np.uint8
                or images.ndim != 4
                or images.shape[-1] != shape[-1]
                or len(images) != len(pair[0])
            ):
                raise ValueError(
                    f"Examples in a file must be uint8 images like {shape}. "
                    f"Received: {images.dtype} of shape {images.shape}"
                )
        self.__dict__["_examples"] = tuple(pair)

    def save_own_variables(self, store):
        super().save_own_variables(store)
        for name, array in self._kept_for_pictures().items():
            store[name] = array

    def load_own_variables(self, store):
        own = {key: store[key] for key in store.keys()}
        kept = {k: own.pop(k) for k in (*_NAMES, "picture_types") if k in own}
        super().load_own_variables(own)
        self._keep_for_pictures(kept)


def picture_types_of(content):
    """Returns what both kinds of pictures are, as a file has it.

    Args:
        content: uint8 array, JSON.

    Raises:
        ValueError: If it is not that.
    """
    types = json.loads(content.astype("uint8").tobytes())
    if not isinstance(types, list) or not all(map(_is_type, types)):
        raise ValueError("`picture_types` in the file must be two types.")
    return tuple(types)


def _is_type(about):
    keys = {"channels", "raw", "value_range", "color_mode", "suffix"}
    if not isinstance(about, dict) or keys - set(about):
        return False
    raw, suffix = about["raw"], about["suffix"]
    is_raw = raw is None or (
        isinstance(raw, list)
        and len(raw) == 2
        and raw[0] in _NUMBERS
        and isinstance(about["value_range"], list)
        and len(about["value_range"]) == 2
    )
    return is_raw and suffix in (".png", ".tif")


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
