"""Reads what a table of pictures says of each of them."""

import collections.abc
import csv
import os

import numpy as np

from kerasgan import conditions
from kerasgan.utils.look_up import look_up

_SHOWN = 5  # names in one message


def read_conditions(source, folder, names, kind="vector"):
    """Returns the conditions of pictures, and what they are.

    Args:
        source: CSV file with a header, whose first column has the names of
            the pictures below `folder`; a relative path is looked for there
            too. Or a mapping from such names to conditions.
        folder: Folder of the pictures.
        names: List of the names of the pictures.
        kind: `"vector"`, `"text"`, `"labels"` or a
            `kerasgan.conditions.Condition`.

    Returns:
        Array of conditions, one a picture, and the `Condition`.

    Raises:
        ValueError: If a picture has none, or they are not of that kind.
        OSError: If there is no such file.
    """
    if isinstance(source, collections.abc.Mapping):
        table, columns = source, None
    else:
        table, columns = _read_table(source, folder)
    table = {os.path.normpath(name): row for name, row in table.items()}
    missing = [name for name in names if name not in table]
    if missing:
        raise ValueError(
            "`conditions` must have a row for each picture. Received: none "
            f"for {len(missing)} of {len(names)}, such as "
            f"{'; '.join(missing[:_SHOWN])}. Names are those below "
            f"'{os.fspath(folder)}'"
        )
    rows = [table[name] for name in names]
    if isinstance(kind, conditions.Condition):
        values = rows if columns is None else _values(rows, columns, kind)
        return kind.standardize(values, len(rows), "conditions"), kind
    return look_up(kind, _KINDS, "condition")(rows, columns)


def _vectors(rows, columns):
    if columns is None:
        condition = conditions.Vector.from_rows(rows)
        return condition.standardize(rows, len(rows), "conditions"), condition
    parts, names = [], []
    for column, values in zip(columns, zip(*rows)):
        part, found = _numbers_or_one_hot(column, values)
        parts.append(part)
        names += found
    rows = np.concatenate(parts, axis=1)
    condition = conditions.Vector.from_rows(rows, names=names)
    return condition.standardize(rows, len(rows), "conditions"), condition


def _numbers_or_one_hot(column, values):
    """Returns numbers, `(n, k)`, of a column, and names of these `k`."""
    try:
        return np.array(values, "float32")[:, None], [column]
    except ValueError:
        kinds, at = np.unique(values, return_inverse=True)
        rows = np.eye(len(kinds), dtype="float32")[at]
        return rows, [f"{column}={kind}" for kind in kinds]


def _texts(rows, columns):
    captions = rows if columns is None else _only(rows, columns)
    condition = conditions.Text.from_captions(captions)
    return condition.standardize(captions, len(rows), "conditions"), condition


def _labels(rows, columns):
    labels = rows if columns is None else _integers(rows, columns)
    condition = conditions.Labels(int(np.max(labels)) + 1)
    return condition.standardize(labels, len(rows), "conditions"), condition


_KINDS = {"vector": _vectors, "text": _texts, "labels": _labels}


def _values(rows, columns, condition):
    """Returns strings of a table as a condition takes them."""
    if isinstance(condition, conditions.Text):
        return _only(rows, columns)
    if isinstance(condition, conditions.Labels):
        return _integers(rows, columns)
    return _vectors(rows, columns)[0]


def _only(rows, columns):
    if len(columns) != 1:
        raise ValueError(
            "`conditions` must have one column besides the names for this "
            f"`condition`. Received: {columns}"
        )
    return [row[0] for row in rows]


def _integers(rows, columns):
    values = _only(rows, columns)
    try:
        return np.array([int(value) for value in values])
    except ValueError:
        raise ValueError(
            "`conditions` must have whole numbers for labels. Received: "
            f"{values[:_SHOWN]} and so on in the column {columns[0]!r}"
        ) from None


def _read_table(source, folder):
    """Returns a dict from names to rows of strings, and the columns' names."""
    path = os.fspath(source)
    if not os.path.exists(path):
        path = os.path.join(folder, path)
    with open(path, newline="", encoding="utf-8-sig") as file:
        head, *rows = [row for row in csv.reader(file) if row] or [[]]
    odd = [row for row in rows if len(row) != len(head)]
    if len(head) < 2 or not rows or odd:
        raise ValueError(
            "`conditions` must be a CSV file of a header and rows as long as "
            "that, names first. Received: "
            f"'{path}' with the header {head} and "
            + (f"a row {odd[0]}" if odd else f"{len(rows)} rows")
        )
    return {row[0]: row[1:] for row in rows}, head[1:]
