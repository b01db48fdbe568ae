import collections.abc

import keras
import numpy as np

from kerasgan.conditions.condition import Condition
from kerasgan.utils.as_array import as_array
from kerasgan.utils.check_count import check_count


@keras.saving.register_keras_serializable(package="kerasgan")
class Vector(Condition):
    """A row of numbers an image: several labels, or measurements.

    Takes rows, `(n, size)`, of numbers or bools: an array, a list of lists,
    a `pandas.DataFrame` of `size` columns; with `size=1` also one number an
    image. Numbers should be of the order of 1; a network takes them as they
    are. Attributes of several values each are best one-hot, side by side.
    Embeddings of texts or images that another network has computed are
    vectors too.

    Args:
        size: Integer, length of a row.
        examples: Rows, `(m, size)`, that random conditions are drawn from
            with equal probability, or `None` for independent zeros and ones
            of equal probability. They are part of the model's config, so a
            few hundred are plenty. Defaults to `None`.
        names: List of `size` different names of the columns, or `None`. If
            given, one condition may be a dict of some of them; the others
            are 0. Defaults to `None`.

    Raises:
        ValueError: If an argument is not as described.

    Example:

    ```python
    from kerasgan.conditions import Vector

    condition = Vector(3, names=["glasses", "beard", "age"])
    rows = condition.repeat({"glasses": 1, "age": 0.4}, n=2)
    assert rows.shape == (2, 3) and rows[0, 0] == 1
    ```
    """

    def __init__(self, size, examples=None, names=None):
        check_count("size", size)
        self.size = int(size)
        self.names = None if names is None else [str(name) for name in names]
        if names is not None and (
            len(set(self.names)) < len(self.names) or len(names) != size
        ):
            raise ValueError(
                f"`names` must be {size} different names, one a column. "
                f"Received: names={self.names}"
            )
        self.examples = None
        if examples is not None:
            examples = as_array(examples, "examples", self._rule)
            self.examples = self.standardize(
                examples, len(examples), "examples"
            )
            check_count("len(examples)", len(examples))

    @classmethod
    def from_rows(cls, rows, most=256, seed=0, names=None):
        """Returns a condition whose examples are some of the data's rows.

        Args:
            rows: `(n, size)`, as `standardize` takes them.
            most: Integer, how many at most. Defaults to 256.
            seed: Integer, for which. Defaults to 0.
            names: See the class; the columns of a `pandas.DataFrame` where
                it is `None`.
        """
        if names is None and hasattr(rows, "columns"):
            names = [str(name) for name in rows.columns]
        rows = _numbers(rows, "rows", "rows of numbers")
        rows = rows.reshape(len(rows), -1)
        chosen = np.random.default_rng(seed).permutation(len(rows))[:most]
        return cls(rows.shape[1], rows[np.sort(chosen)], names)

    @property
    def shape(self):
        return (self.size,)

    @property
    def embedding_size(self):
        return self.size

    @property
    def _rule(self):
        return f"finite numbers, {self.size} an image"

    def standardize(self, values, n, name="condition"):
        if isinstance(values, (list, tuple)):
            values = [self._row(value, name) for value in values]
        rows = _numbers(values, name, self._rule)
        if self.size == 1 and rows.shape == (n,):
            rows = rows[:, None]
        if rows.shape != (n, self.size):
            raise ValueError(
                f"`{name}` must be {self._rule}, of shape {(n, self.size)}. "
                f"Received: shape {rows.shape}"
            )
        rows = rows.astype("float32", copy=False)
        if not np.isfinite(rows).all():
            raise ValueError(
                f"`{name}` must be {self._rule}. Received: values that are "
                "NaN or infinite. Leave those images out, or fill them in"
            )
        return rows

    def _row(self, value, name):
        """Returns one row; of a dict, the values of its names."""
        if not isinstance(value, collections.abc.Mapping):
            return value
        unknown = [key for key in value if key not in (self.names or ())]
        if unknown:
            raise ValueError(
                f"`{name}` must name columns of {self.names}, which the "
                f"`names` of the condition are. Received: {unknown}"
            )
        return [value.get(key, 0) for key in self.names]

    def is_single(self, values):
        if isinstance(values, collections.abc.Mapping):
            return True
        if isinstance(values, (list, tuple)) and any(
            isinstance(value, collections.abc.Mapping) for value in values
        ):
            return False
        shape = np.shape(values)
        # Of size 1, a list is one number an image.
        return shape == () if self.size == 1 else len(shape) == 1

    def draw(self, n, rng):
        if self.examples is None:
            return rng.integers(2, size=(n, self.size)).astype("float32")
        return self.examples[rng.integers(len(self.examples), size=n)]

    def embed(self, inputs, seed=None):
        return inputs

    def get_config(self):
        examples = self.examples
        return {
            "size": self.size,
            "examples": None if examples is None else examples.tolist(),
            "names": self.names,
        }


def _numbers(values, name, rule):
    """Returns an array; also of data frames whose columns differ in dtype."""
    if hasattr(values, "to_numpy"):
        try:
            values = values.to_numpy(dtype="float32")
        except (TypeError, ValueError):
            raise ValueError(
                f"`{name}` must be {rule}. Received: a "
                f"{type(values).__name__} with values that are no numbers. "
                "Turn names into one-hot columns, as `pandas.get_dummies` does"
            ) from None
    return as_array(values, name, rule)
