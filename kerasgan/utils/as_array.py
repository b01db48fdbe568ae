import array
import collections.abc
import numbers
import os

import keras
import numpy as np

_SHOWN = 60


def as_array(values, name, rule="an array of numbers"):
    """Returns numbers that a user gave as a NumPy array of native numbers.

    What has one meaning is taken: arrays and tensors of every framework,
    on any device and with gradients, data frames, pictures of Pillow, numbers
    of any byte order and precision, and nested lists of all these whose
    members have one shape. An array that NumPy computes with is returned as
    it is, not copied.

    Args:
        values: What the user gave.
        name: Name of the argument, for the message.
        rule: What it must be, for the message. Defaults to `"an array of
            numbers"`.

    Returns:
        Array of at least one axis: bool, integers, or float16, float32 or
        float64.

    Raises:
        ValueError: If it is something else; the message says what.

    Example:

    ```python
    import numpy as np
    from kerasgan.utils.as_array import as_array

    pixels = as_array([np.zeros((2, 2, 1), ">f4")] * 3, "images")
    assert pixels.shape == (3, 2, 2, 1) and pixels.dtype == "float32"
    ```
    """
    # At once, since each batch of a training comes by here.
    if (
        type(values) is np.ndarray
        and values.dtype.isnative
        and values.ndim
        and values.dtype.char in "?bBhHiIlLqQefd"
    ):
        return values
    found = None
    if isinstance(values, (list, tuple)):
        found, what = _stacked(values)
    else:
        what = describe(values)
        if is_array_like(values):
            found = _converted(values)
    if found is not None and found.ndim:
        found = _native(found)
        if found is not None:
            return found
    raise ValueError(f"`{name}` must be {rule}. Received: {what}")


def is_array_like(values):
    """Whether something is an array, a tensor, a picture or a number.

    NumPy would make arrays of much else: of the letters of a string, or of
    all examples of a data set.
    """
    if isinstance(values, (type, str, bytes)):
        return False
    return isinstance(values, (numbers.Number, range, array.array)) or any(
        hasattr(values, name) for name in ("__array__", "__array_interface__")
    )


def _converted(values):
    """Returns the NumPy array of one object, or `None`."""
    if isinstance(values, np.ma.MaskedArray):
        return None if np.ma.is_masked(values) else values.data
    try:
        if hasattr(values, "detach"):
            # A tensor of PyTorch, whatever the backend is.
            values = values.detach().cpu()
            if str(values.dtype).startswith(("torch.bfloat", "torch.float8")):
                values = values.float()
            return values.numpy()
        if keras.ops.is_tensor(values) or isinstance(values, keras.Variable):
            return np.asarray(keras.ops.convert_to_numpy(values))
        return np.asarray(values)
    except MemoryError:
        raise
    except Exception:  # Whatever an object of any class raises.
        return None


def _stacked(values):
    """Returns the array of nested lists or `None`, and what they are."""
    what = f"a {type(values).__name__} of {len(values)}"
    if not len(values) or isinstance(values[0], (list, tuple, numbers.Number)):
        found = _converted(values)
        if found is not None:
            return found, f"{what}, dtype {found.dtype}"
        return None, f"{what} whose members differ in shape or are no numbers"
    parts = []
    for value in values:
        part = _converted(value) if is_array_like(value) else None
        if part is None:
            return None, f"{what} that holds {describe(value)}"
        parts.append(part)
    shapes = list(dict.fromkeys(part.shape for part in parts))
    if len(shapes) > 1:
        return None, (
            f"{what} arrays of different shapes, one of shape {shapes[1]} "
            f"after one of shape {shapes[0]}"
        )
    return np.stack(parts), f"{what} arrays, dtype {parts[0].dtype}"


def _native(values):
    """Returns an array with a dtype that every backend knows, or `None`."""
    dtype = values.dtype
    if dtype.kind == "f" and dtype.itemsize > 8:
        with np.errstate(over="ignore"):
            return values.astype("float64")
    if dtype.kind in "biuf":
        return np.asarray(values.astype(dtype.newbyteorder("="), copy=False))
    # The small floats of `ml_dtypes`, which NumPy keeps but does not know.
    is_small = dtype.names is None and "float" in dtype.name
    return values.astype("float32") if is_small else None


def describe(values):
    """Returns in a few words what a user gave, for a message."""
    kind = type(values).__name__
    if isinstance(values, np.ma.MaskedArray) and np.ma.is_masked(values):
        count = int(np.ma.count_masked(values))
        return (
            f"an array with {count} masked values. Fill them with "
            "`values.filled(...)`, or leave those examples out"
        )
    if isinstance(values, (str, bytes, os.PathLike)):
        shown = repr(os.fspath(values))
        if len(shown) > _SHOWN:
            shown = f"{shown[:_SHOWN]}..."
        return (
            f"{kind} {shown}. Pictures in a folder are read by "
            "`kerasgan.datasets.from_directory`"
        )
    if isinstance(values, collections.abc.Mapping):
        keys = ", ".join(repr(key) for key in list(values)[:3])
        return f"{kind} with the keys {keys}. Give the array of one of them"
    if values is None or isinstance(values, numbers.Number):
        return repr(values)
    shape, dtype = (getattr(values, key, None) for key in ("shape", "dtype"))
    if isinstance(values, type) or shape is None:
        return kind
    if isinstance(values, (np.ndarray, np.generic)):
        kind = "an array" if shape else "a single value"
    return f"{kind} of shape {tuple(shape)}, dtype {dtype}"
