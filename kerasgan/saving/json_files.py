"""JSON and CSV from elsewhere: of a size, of a form, with one kind of error."""

import csv
import io
import json
import math
import pathlib

# Bytes. Python takes up to 25 times as many for what it makes of them.
_LONGEST = 2**22
_MOST_VALUES = 200_000
_DIGITS = 2**64


def read_json(path, form, advice):
    """Returns the object in a JSON file, if it has its form.

    Args:
        path: `pathlib.Path`.
        form: Name of a form in `kerasgan.saving.forms`.
        advice: What to do if it has not, a sentence.

    Returns:
        Dict.

    Raises:
        OSError: If there is no such file, or if it cannot be read or holds
            something else. The message names file, key and rule.
    """
    return parse_json(read_bytes(path, advice), path, form, advice)


def read_bytes(path, advice, longest=_LONGEST):
    """Returns the content of a file that is not longer than it may be."""
    path = pathlib.Path(path)
    if not path.is_file():
        raise FileNotFoundError(
            f"'{path}' must be there, a file. Received: none. {advice}"
        )
    with open(path, "rb") as file:
        content = file.read(longest + 1)
    if len(content) > longest:
        raise OSError(
            f"'{path}' must have at most {longest} bytes. Received: more. "
            f"{advice}"
        )
    return content


def parse_json(content, path, form, advice):
    """Returns the object in the content of a JSON file; see `read_json`.

    Args:
        content: Bytes.
        path: Where they come from, for messages.
        form: Name of a form in `kerasgan.saving.forms`.
        advice: What to do if they have not its form, a sentence.
    """
    # Here, since importing kerasgan should not import it.
    from pydantic_core import from_json

    if len(content) > _LONGEST:
        raise OSError(
            f"'{path}' must have at most {_LONGEST} bytes. Received: "
            f"{len(content)}. {advice}"
        )
    try:
        found = from_json(content, allow_inf_nan=False, cache_strings=False)
    except ValueError as error:
        raise OSError(
            f"'{path}' must be JSON. Received: {error}. {advice}"
        ) from error
    _check_values(found, path, advice)
    _check_form(found, path, form, advice)
    return found


def read_rows(path, columns, advice, others=str):
    """Returns the rows of a CSV file, whose first line names the columns.

    A last line that was cut off is left out; a file without a line has none.

    Args:
        path: `pathlib.Path`.
        columns: Dict from names of columns that must be there to functions
            that make a value of a text, and raise `ValueError` with the rule
            if it is none.
        advice: What to do if the file is another, a sentence.
        others: The same function for all other columns. Defaults to `str`.

    Returns:
        List of dicts from the names of columns to values.

    Raises:
        OSError: If there is no such file, or if it cannot be read or holds
            something else. The message names file, line and column.
    """
    content = read_bytes(path, advice, longest=4 * _LONGEST)
    content = content[: content.rfind(b"\n") + 1]
    lines = csv.reader(
        io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", newline=""),
        strict=True,
    )
    rows, header = [], None
    try:
        for line in lines:
            if header is None:
                header = _checked_header(line, columns)
                continue
            if len(line) != len(header):
                raise ValueError(
                    f"{len(line)} values in a line of {len(header)}"
                )
            if len(rows) * len(header) > _MOST_VALUES:
                raise ValueError(f"more than {_MOST_VALUES} values")
            row = dict(zip(header, line))
            for name, text in row.items():
                row[name] = _cell(name, text, columns.get(name, others))
            rows.append(row)
    except (ValueError, csv.Error) as error:
        raise OSError(
            f"'{path}' must be CSV with a line of names. Received: "
            f"{_shortened(str(error), 200)} (line {lines.line_num}). {advice}"
        ) from error
    return rows


def _checked_header(names, columns):
    missing = [name for name in columns if name not in names]
    if missing:
        raise ValueError(f"no column {', '.join(map(repr, missing))}")
    if len(set(names)) < len(names):
        raise ValueError("a column twice")
    return names


def _cell(name, text, parse):
    try:
        return parse(text)
    except ValueError as error:
        raise ValueError(
            f"{_shown(text)} for `{_shortened(name)}`, which must be {error}"
        ) from error


def whole_number(text):
    """Returns the number of steps or epochs in a cell of a CSV file."""
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise ValueError("a whole number")
    return int(text)


def number_or_nothing(text):
    """Returns the number in a cell of a CSV file, `None` for an empty one."""
    if not text:
        return None
    try:
        return float(text)
    except ValueError as error:
        raise ValueError("a number") from error


def _check_values(content, path, advice):
    """Raises `OSError` for what no reader of numbers and texts expects."""
    values, count = [content], 0
    while values:
        value = values.pop()
        count += 1
        if isinstance(value, dict):
            values.extend(value.values())
        elif isinstance(value, list):
            values.extend(value)
        elif isinstance(value, float) and not math.isfinite(value):
            raise OSError(
                f"'{path}' must hold finite numbers. Received: one beyond "
                f"1.8e308. {advice}"
            )
        elif isinstance(value, int) and not -_DIGITS < value < _DIGITS:
            raise OSError(
                f"'{path}' must hold whole numbers of at most 64 bits. "
                f"Received: {_shown(value)}. {advice}"
            )
        if count > _MOST_VALUES:
            raise OSError(
                f"'{path}' must hold at most {_MOST_VALUES} values. "
                f"Received: more. {advice}"
            )


def _check_form(content, path, form, advice):
    from pydantic import ValidationError

    from kerasgan.saving.forms import FORMS

    if not isinstance(content, dict):
        raise OSError(
            f"'{path}' must hold a JSON object. Received: a "
            f"{type(content).__name__}. {advice}"
        )
    try:
        FORMS[form].model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        received = first["input"]
        if first["type"] == "missing":
            received = f"{_shown(sorted(received))} without it"
        else:
            received = _shown(received)
        rule = first["msg"][0].lower() + first["msg"][1:]
        raise OSError(
            f"`{_shortened(where)}` in '{path}' must be right: {rule}. "
            f"Received: {received}. {advice}"
        ) from error


def _shown(value):
    """Returns a few words on a value, whatever it is."""
    try:
        return _shortened(json.dumps(value, default=repr))
    except (ValueError, RecursionError):
        return f"a {type(value).__name__}"


def _shortened(text, length=80):
    return text if len(text) <= length else f"{text[: length - 3]}..."
