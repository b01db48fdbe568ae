"""Conditions: what else images are drawn by, besides their latents."""

import numbers

from kerasgan.conditions.condition import Condition
from kerasgan.conditions.labels import Labels
from kerasgan.conditions.text import Text
from kerasgan.conditions.vector import Vector
from kerasgan.utils.resolve import resolve


def get(identifier):
    """Returns a condition by its config, a number of classes or as it is.

    Args:
        identifier: A `Condition`, an integer for `Labels` of so many
            classes, or a serialized condition.

    Returns:
        A `Condition`.

    Raises:
        ValueError: If the identifier is none of these.

    Example:

    ```python
    import kerasgan

    assert kerasgan.conditions.get(10).num_classes == 10
    ```
    """
    if isinstance(identifier, numbers.Integral):
        return Labels(identifier)
    return resolve(identifier, Condition, {}, "condition")


def choose(num_classes=None, condition=None):
    """Returns the condition that two arguments of a model speak of.

    Args:
        num_classes: Integer, short for `Labels(num_classes)`, or `None`.
            Defaults to `None`.
        condition: What `get` takes, or `None`. It counts more. Defaults to
            `None`.

    Returns:
        A `Condition`, or `None` where neither is given.

    Example:

    ```python
    import kerasgan

    assert kerasgan.conditions.choose(num_classes=3).num_classes == 3
    ```
    """
    if condition is None:
        return None if num_classes is None else Labels(num_classes)
    return get(condition)


def required(num_classes=None, condition=None):
    """Returns what `choose` does, or raises where neither is given.

    Args:
        num_classes, condition: See `choose`.

    Raises:
        ValueError: If both are `None`.

    Example:

    ```python
    import kerasgan

    vector = kerasgan.conditions.Vector(4)
    assert kerasgan.conditions.required(condition=vector) is vector
    ```
    """
    chosen = choose(num_classes, condition)
    if chosen is None:
        raise ValueError(
            "`condition`, or `num_classes` where there is one, must be given, "
            "because this is conditional. Received: neither"
        )
    return chosen


__all__ = [
    "Condition",
    "Labels",
    "Text",
    "Vector",
    "choose",
    "get",
    "required",
]


def __dir__():
    return list(__all__)
