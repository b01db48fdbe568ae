"""Words that errors of the command have in common."""

import difflib


def hint_for(name, known, plural):
    """Returns a sentence on the names that may have been meant.

    Args:
        name: What the user gave.
        known: The names that there are.
        plural: What they are, such as `"data sets"`.

    Example:

    ```python
    from kerasgan.cli.words import hint_for

    assert hint_for("mnits", ["mnist"], "sets") == "Did you mean 'mnist'?"
    ```
    """
    near = difflib.get_close_matches(str(name), known, n=3, cutoff=0.5)
    if near:
        return "Did you mean " + " or ".join(f"'{n}'" for n in near) + "?"
    return f"The {plural}: {', '.join(sorted(known)) or 'none'}."


def duration(seconds):
    """Returns a time as one would say it.

    Args:
        seconds: Number.

    Example:

    ```python
    from kerasgan.cli.words import duration

    assert duration(20 * 60) == "20 minutes"
    ```
    """
    units = (
        ("days", 86_400, 2),
        ("hours", 3_600, 1.95),
        ("minutes", 60, 1.5),
        ("seconds", 1, 0),
    )
    fits = (unit for unit in units if seconds >= unit[2] * unit[1])
    unit, size, _ = next(fits, units[-1])
    number = seconds / size
    places = 1 if number < 10 and unit in ("hours", "days") else 0
    return f"{number:.{places}f} {unit}"
