import math
import numbers


def check_number(
    name: str,
    value: object,
    least: float | None = None,
    above: float | None = None,
    below: float | None = None,
) -> None:
    """Raises `ValueError` unless a value is a finite number within limits.

    Args:
        name: Name of the argument, for the message.
        value: What the user gave.
        least: Float, the smallest value that is allowed. Defaults to `None`.
        above: Float that it must exceed. Defaults to `None`.
        below: Float that it must not reach. Defaults to `None`.

    Example:

    ```python
    from kerasgan.utils import check_number

    check_number("label_smoothing", 0.1, least=0, below=1)
    ```
    """
    is_right = (
        isinstance(value, numbers.Real)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and (least is None or value >= least)
        and (above is None or value > above)
        and (below is None or value < below)
    )
    if is_right:
        return
    limits = [
        f"{word} {limit}"
        for word, limit in (
            ("of at least", least),
            ("above", above),
            ("below", below),
        )
        if limit is not None
    ]
    raise ValueError(
        f"`{name}` must be a finite number{' ' * bool(limits)}"
        f"{' and '.join(limits)}. Received: {name}={value!r}"
    )
