import numbers


def check_count(name: str, value: object, least: int = 1) -> None:
    """Raises `ValueError` unless a value is a whole number, large enough.

    Args:
        name: Name of the argument, for the message.
        value: What the user gave.
        least: Integer, the smallest value that is allowed. Defaults to 1.

    Example:

    ```python
    from kerasgan.utils import check_count

    check_count("filters", 64)
    ```
    """
    if (
        not isinstance(value, numbers.Integral)
        or isinstance(value, bool)
        or value < least
    ):
        raise ValueError(
            f"`{name}` must be a whole number of at least {least}. Received: "
            f"{name}={value!r}"
        )
