import keras
import numpy as np
from keras import ops

# Half of what int32 holds: sums of two numbers below it do not wrap.
_BASE = 2**30


class Counter(keras.layers.Layer):
    """A count of steps or images that does not wrap.

    JAX has no integers of 64 bits by default, so the count is kept in two of
    32: `high * 2**30 + low`. It is read and written like a variable, by
    `keras.ops.convert_to_numpy`, `int` and `assign`; as a tensor, within a
    step, it is float32.

    Args:
        name: String, name of the layer and of its variables.

    Example:

    ```python
    import keras
    from kerasgan.training.counter import Counter

    counter = Counter(name="images_seen")
    counter.assign(2**31)
    counter.assign_add(10)
    assert int(keras.ops.convert_to_numpy(counter)) == 2**31 + 10
    ```
    """

    def __init__(self, name):
        super().__init__(name=name, trainable=False, dtype="float32")
        self.low, self.high = (
            self.add_weight(
                name=part, dtype="int32", initializer="zeros", trainable=False
            )
            for part in ("low", "high")
        )
        self.built = True

    dtype = "int64"
    shape = ()

    def assign(self, value):
        """Sets the count to an integer."""
        for variable, part in self.parts_of(value):
            variable.assign(part)

    def assign_add(self, value):
        """Adds an integer, or an integer tensor, of at most 2**30."""
        low = self.low.value + ops.cast(value, "int32")
        carry = ops.cast(ops.greater_equal(low, _BASE), "int32")
        self.low.assign(low - carry * _BASE)
        self.high.assign_add(carry)

    def assign_sub(self, value):
        """Takes away an integer of at most 2**30."""
        # `low` may be negative for as long as nothing is added.
        self.low.assign(self.low.value - value)

    def parts_of(self, value):
        """Returns pairs of variables and what they hold for a count."""
        high, low = divmod(int(value), _BASE)
        return (self.low, low), (self.high, high)

    def read(self, read=lambda variable: int(ops.convert_to_numpy(variable))):
        """Returns the count, an integer.

        Args:
            read: Function from an integer variable to its value.
        """
        return read(self.high) * _BASE + read(self.low)

    def since(self, start=0):
        """Returns how far the count is from an integer, a float32 tensor."""
        high, low = divmod(start, _BASE)
        lows = self.low.value - low
        # Small differences have a small `lows` then, which is exact.
        borrow = ops.cast(ops.less(lows, 0), "int32")
        highs = self.high.value - high - borrow
        lows = lows + borrow * _BASE
        return ops.cast(highs, "float32") * float(_BASE) + ops.cast(
            lows, "float32"
        )

    @property
    def value(self):
        """The count as an integer tensor, within steps too.

        It has 64 bits, on JAX 32: `int` and `numpy` read all of it.
        """
        dtype = "int32" if keras.backend.backend() == "jax" else "int64"
        low, high = (ops.cast(v.value, dtype) for v in (self.low, self.high))
        return high * _BASE + low

    def numpy(self):
        """Returns the count as a NumPy array."""
        return np.array(self.read(), "int64")

    def __array__(self, dtype=None, copy=None):
        return self.numpy().astype(dtype or "int64")

    def __int__(self):
        return self.read()

    def __jax_array__(self):
        return self.since()

    def __tf_tensor__(self, dtype=None, name=None):
        return ops.cast(self.since(), dtype or "float32")

    def save_own_variables(self, store):
        """Saves nothing: the model does, which is loaded before its layers."""

    def load_own_variables(self, store):
        """Loads nothing; see `save_own_variables`."""
