"""What can be trained, drawn from and trained on, read off the files.

Nothing is imported, so that `kerasgan list` needs no framework and no time.
"""

import ast
import json
import pathlib

_PACKAGE = pathlib.Path(__file__).parent.parent
_TITLES = {"models": "Models", "presets": "Presets", "data_sets": "Data sets"}


def listing(as_json=False):
    """Returns a line on each model, preset and data set, as text.

    Args:
        as_json: Whether as JSON. Defaults to `False`.

    Example:

    ```python
    from kerasgan.cli.list import listing

    assert "DCGAN" in listing()
    ```
    """
    parts = {
        "models": models(),
        "presets": presets(),
        "data_sets": data_sets(),
    }
    if as_json:
        named = {
            part: [
                {"name": name, "description": line}
                for name, line in sorted(lines.items())
            ]
            for part, lines in parts.items()
        }
        return json.dumps(named, indent=2)
    width = max(len(name) for lines in parts.values() for name in lines) + 2
    text = []
    for part, lines in parts.items():
        text.append(f"{_TITLES[part]}:")
        text += [
            f"  {name:{width}}{line}" for name, line in sorted(lines.items())
        ] or ["  none"]
    return "\n".join(text)


def models():
    """Returns a dict from the models of the zoo to a line on each.

    Example:

    ```python
    from kerasgan.cli.list import models

    assert "WGANGP" in models()
    ```
    """
    found = {}
    for path in (_PACKAGE / "applications").glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and any(
                isinstance(decorator, ast.Name) and decorator.id == "register"
                for decorator in node.decorator_list
            ):
                lines = (ast.get_docstring(node) or "").split("\n\n")[0]
                found[node.name] = " ".join(lines.split())
    return found


def presets():
    """Returns a dict from the packaged presets to a line on each.

    Example:

    ```python
    from kerasgan.cli.list import presets

    assert "dcgan/fashion_mnist" in presets()
    ```
    """
    folder = _PACKAGE / "applications" / "pretrained"
    found = {}
    for path in folder.glob("*/*/metadata.json"):
        facts = json.loads(path.read_text(encoding="utf-8"))
        # Of some, names are words for people.
        data = str(facts.get("dataset") or path.parent.name)
        size = " x ".join(str(n) for n in facts.get("image_shape") or ())
        words = [f"{facts['model']} of {data}"] + [size] * bool(size)
        classes = facts.get("num_classes")
        words += [f"{classes} classes"] * bool(classes)
        name = path.parent.relative_to(folder).as_posix()
        found[name] = ", ".join(words)
    return found


def data_sets():
    """Returns a dict from the named data sets to a line on each.

    Example:

    ```python
    from kerasgan.cli.list import data_sets

    assert "mnist" in data_sets()
    ```
    """
    path = _PACKAGE / "datasets" / "catalog.py"
    found = {}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "ImageDataset"
        ):
            continue
        facts = {word.arg: word.value for word in node.keywords}
        name, shape, classes, counts = (
            ast.literal_eval(facts[key])
            for key in ("name", "image_shape", "num_classes", "counts")
        )
        found[name] = (
            f"{counts['train']:,} images to train on, {counts['test']:,} to "
            f"test, {' x '.join(map(str, shape))}, {classes} classes"
        )
    return found
