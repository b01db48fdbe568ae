import numbers


def check_count(name, value):
    """Raises `ValueError` unless a value is a whole number of at least 1.

    Args:
        name: Name of the argument, for the message.
        value: What the user gave.

    Example:

    ```python
    from kerasgan.utils import check_count

    check_count("filters", 64)
    ```
    """
    if (
        not isinstance(value, numbers.Integral)
        or isinstance(value, bool)
        or value < 1
    ):
        raise ValueError(
            f"`{name}` must be a whole number of at least 1. Received: "
            f"{name}={value!r}"
        )
