"""Brings what `fit` is given into a form that every backend takes."""

import types

import keras
import numpy as np

from kerasgan.utils.as_array import as_array
from kerasgan.utils.as_array import is_array_like

_RULE = (
    "an array of numbers, one row an example, or a data set: a "
    "`tf.data.Dataset`, a `keras.utils.PyDataset`, a torch `DataLoader`, a "
    "Grain data set or a generator of tuples"
)
# What a batch consists of, and what each part must be.
_PARTS = (
    ("x", "a data set of arrays of numbers, one row an example"),
    ("y", "an array of whole numbers, one an image"),
    ("sample_weight", "an array of numbers, one an image"),
)


def is_data_set(x):
    """Whether `x` yields batches, rather than being an array of examples.

    A list is an array: its members are the examples.
    """
    if isinstance(x, (keras.utils.PyDataset, types.GeneratorType)):
        return True
    is_other = isinstance(
        x, (list, tuple, str, bytes, dict, set, frozenset, type)
    )
    return hasattr(x, "__iter__") and not is_other and not is_array_like(x)


def standardize_array(x, name="x", rule=_RULE):
    """Returns an array of examples as a tensor of the backend or as NumPy's.

    Args:
        x: What the user gave. A dense tensor of the backend stays where it
            is, without its gradients.
        name: Name of the argument, for the message.
        rule: What it must be, for the message.

    Raises:
        ValueError: If it is not one array of numbers; the message says what.

    Example:

    ```python
    import numpy as np
    from kerasgan.training.standardize_data import standardize_array

    x = standardize_array([[1.0, 2.0], [3.0, 4.0]])
    assert x.shape == (2, 2)
    ```
    """
    if not isinstance(x, np.ndarray) and _is_dense_tensor(x):
        return x.detach() if getattr(x, "requires_grad", False) else x
    return as_array(x, name, rule)


def standardize_batch(batch):
    """Returns a batch of a data set as arrays that every backend takes.

    Args:
        batch: Images, or a tuple or list of images and labels.

    Returns:
        Images, or a tuple `(images,)`, `(images, labels)` or `(images,
        labels, weights)`. The same object, where there is nothing to change.

    Raises:
        ValueError: If it is something else; the message says what.
    """
    if not isinstance(batch, (tuple, list)):
        return standardize_array(batch, *_PARTS[0])
    if not 1 <= len(batch) <= 3:
        raise ValueError(
            "`x` must yield batches of images, or of (images, labels), as "
            f"tuples of arrays. Received: a {type(batch).__name__} of "
            f"{len(batch)}. Stack the images of a batch with `numpy.stack`"
        )
    images, *others = zip(batch, _PARTS)
    parts = (
        standardize_array(images[0], *images[1]),
        *(x if x is None else standardize_array(x, *of) for x, of in others),
    )
    is_same = all(new is old for new, old in zip(parts, batch))
    return batch if is_same and isinstance(batch, tuple) else parts


def _is_dense_tensor(x):
    """Whether it is one of the backend with a value at each place."""
    # Variables have no length.
    if not keras.ops.is_tensor(x) or not hasattr(type(x), "__len__"):
        return False
    # Of TensorFlow, ragged and sparse ones; of PyTorch, sparse ones and those
    # of the device "meta".
    is_other = (
        hasattr(x, "row_splits")
        or hasattr(x, "dense_shape")
        or getattr(x, "is_meta", False)
    )
    layout = str(getattr(x, "layout", "torch.strided"))
    return not is_other and layout == "torch.strided" and len(x.shape) > 0
