import difflib


def look_up(name, table, argument: str):
    """Returns the entry of a table that a user asked for by name.

    Args:
        name: What the user gave.
        table: Mapping from names to entries.
        argument: Name of the argument that the user gave, for the message.

    Returns:
        `table[name]`.

    Raises:
        ValueError: If the name is not in the table; the message lists the
            nearest names, or all of them where none is near.

    Example:

    ```python
    from kerasgan.utils import look_up

    assert look_up("hinge", {"hinge": 1, "minimax": 2}, "loss") == 1
    ```
    """
    if isinstance(name, str) and name in table:
        return table[name]
    near = difflib.get_close_matches(str(name), table, n=3, cutoff=0.5)
    if near:
        hint = "Did you mean " + " or ".join(f"'{n}'" for n in near) + "?"
    else:
        hint = "Known: " + ", ".join(sorted(table)) + "."
    raise ValueError(f"Unknown `{argument}`. {hint} Received: {name!r}")
