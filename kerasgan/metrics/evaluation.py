import html
import json
import math
import pathlib

from kerasgan.utils.atomic_files import replacing


class Evaluation:
    """Scores, what real images score, and how all that was measured.

    `kerasgan.evaluate` makes it. Scores are read like the entries of a dict,
    and `dict(evaluation)` is one of them; printing shows a table with the
    protocol under it.

    Args:
        values: Dict from names to floats, or lists of floats.
        floor: Dict with the same keys, the scores of real images against
            other real images; empty where that was not measured.
        protocol: Dict that says how, of what JSON can hold.

    Example:

    ```python
    from kerasgan.metrics import Evaluation

    evaluation = Evaluation({"fid": 4.5}, {"fid": 1.5}, {"network": "mnist"})
    assert evaluation["fid"] == 4.5
    assert '"floor": 1.5' in evaluation.to_json()
    ```
    """

    def __init__(self, values, floor, protocol):
        self.values = dict(values)
        self.floor = dict(floor)
        self.protocol = dict(protocol)

    def __getitem__(self, key):
        return self.values[key]

    def __len__(self):
        return len(self.values)

    def keys(self):
        """Returns the names of the scores, as of a dict."""
        return self.values.keys()

    def items(self):
        """Returns pairs of a name and its score, as of a dict."""
        return self.values.items()

    def __contains__(self, key):
        return key in self.values

    def __iter__(self):
        return iter(self.values)

    def to_dict(self):
        """Returns a dict of what JSON can hold; NaN becomes `None`."""
        scores = {
            key: {
                "value": _plain(value),
                "floor": _plain(self.floor.get(key)),
            }
            for key, value in self.values.items()
        }
        return {"scores": scores, "protocol": _plain(self.protocol)}

    def to_json(self, path=None, indent=None):
        """Returns the scores and the protocol as JSON.

        Args:
            path: File to write as well, or `None` (default).
            indent: Integer or `None`, as for `json.dumps`. Defaults to
                `None`, one line, as a `.jsonl` file has it.
        """
        text = json.dumps(self.to_dict(), indent=indent, allow_nan=False)
        if path is not None:
            with replacing(pathlib.Path(path)) as temporary:
                temporary.write_text(text + "\n", encoding="utf-8")
        return text

    def to_frame(self):
        """Returns a `pandas.DataFrame` of the scores and their floors.

        A row is a score, by its name; lists of scores, such as those of each
        class, are left out.
        """
        import pandas

        rows = dict(self._rows())
        frame = pandas.DataFrame.from_dict(
            rows, orient="index", columns=["score", "floor"]
        )
        frame.index.name = "metric"
        return frame

    def _rows(self):
        """Yields names with their scores and floors."""
        for key, value in self.values.items():
            if not isinstance(value, list):
                yield key, (value, self.floor.get(key))

    def _repr_html_(self):
        """Returns the table and the protocol, for notebooks."""
        head = "".join(f"<th>{x}</th>" for x in ("", "score", "floor"))
        rows = "".join(
            f"<tr><th>{html.escape(key)}</th>"
            + "".join(f"<td>{_show(x)}</td>" for x in numbers)
            + "</tr>"
            for key, numbers in self._rows()
        )
        lines = map(html.escape, _sentences(self.protocol))
        return (
            f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody>"
            f"</table><p>{'<br>'.join(lines)}</p>"
        )

    def __str__(self):
        width = max(map(len, self.values), default=0)
        lines = [f"{'':{width}}  {'score':>10}  {'floor':>10}"]
        for key, numbers in self._rows():
            cells = "  ".join(f"{_show(n):>10}" for n in numbers)
            lines.append(f"{key:{width}}  {cells}")
        return "\n".join([*lines, "", *_sentences(self.protocol)])

    def __repr__(self):
        shown = ", ".join(
            f"{key}={_show(value)}"
            for key, value in self.values.items()
            if not isinstance(value, list)
        )
        return f"<Evaluation {shown}>"


def _plain(value):
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _show(value):
    return "-" if value is None else f"{value:.4g}"


def _sentences(protocol):
    """Yields the protocol, a topic a line."""
    for topic, value in protocol.items():
        if value is None or value == [None] * 3:
            continue
        if isinstance(value, dict):
            value = ", ".join(
                f"{key} {_brief(item)}"
                for key, item in value.items()
                if item is not None and item != {}
            )
        yield f"{topic}: {_brief(value)}"


def _brief(value):
    if isinstance(value, dict):
        inner = ", ".join(f"{k} {_brief(v)}" for k, v in value.items())
        return f"({inner})"
    if isinstance(value, (list, tuple)):
        return " x ".join(map(str, value))
    text = str(value)
    # Sixteen digits of a digest are enough to tell two of them apart.
    return text[:16] if len(text) == 64 else text
