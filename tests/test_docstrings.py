"""Every example that a reader may copy runs: docstrings, README, docs.

A fenced ```python block in a page is skipped only where the line above it
says `<!-- not run: reason -->`.
"""

import importlib
import inspect
import pathlib
import pkgutil
import re

import numpy as np
import pytest

import kerasgan

ROOT = pathlib.Path(__file__).resolve().parent.parent
FENCED = re.compile(r"^( *)```python\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
NOT_RUN = re.compile(r"<!-- not run: [^>]+ -->\s*```python\n.*?```", re.DOTALL)
# The pages name real runs; here a few images and steps of them do.
SHORTER = [
    (re.compile(r"epochs=\d+"), "epochs=1"),
    (re.compile(r"batch_size=\d+"), "batch_size=4"),
]


def _public_objects():
    """Returns {dotted name: object} of what kerasgan's packages export."""
    found, seen = {}, set()
    packages = [kerasgan] + [
        importlib.import_module(module.name)
        for module in pkgutil.walk_packages(kerasgan.__path__, "kerasgan.")
        if (module.ispkg or module.name == "kerasgan.config")
        and not module.name.startswith("kerasgan.backend")
    ]
    for package in packages:
        for name, value in sorted(vars(package).items()):
            is_own = getattr(value, "__module__", "").startswith("kerasgan")
            if name.startswith("_") or not is_own or id(value) in seen:
                continue
            seen.add(id(value))
            if inspect.isclass(value) or inspect.isfunction(value):
                found[f"{package.__name__}.{name}"] = value
    return found


def _examples(text):
    return [inspect.cleandoc("\n" + block) for _, block in FENCED.findall(text)]


def _documented():
    """Yields (name, docstring) of public objects and their public methods."""
    for name, value in _public_objects().items():
        yield name, inspect.cleandoc(value.__doc__ or "")
        if inspect.isclass(value):
            for method, function in sorted(vars(value).items()):
                function = getattr(function, "__func__", function)
                function = getattr(function, "fget", function)
                doc = getattr(function, "__doc__", None)
                if not method.startswith("_") and isinstance(doc, str):
                    yield f"{name}.{method}", inspect.cleandoc(doc)


OBJECTS = _public_objects()
EXAMPLES = {name: _examples(doc) for name, doc in _documented()}
PAGES = [
    page
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    if page.exists()
]


@pytest.fixture
def in_a_folder(tmp_path, monkeypatch, without_graphs):
    monkeypatch.chdir(tmp_path)


def test_a_fenced_block_is_found_and_dedented():
    doc = "Adds.\n\n    ```python\n    if 1:\n        a = 1\n    ```\n"
    assert _examples(doc) == ["if 1:\n    a = 1"]


@pytest.mark.parametrize("name", OBJECTS)
def test_a_public_object_has_a_docstring_with_an_example(name):
    doc = OBJECTS[name].__doc__
    assert doc, f"{name} has no docstring"
    first = doc.splitlines()[0]
    assert first.endswith("."), f"the first line is a sentence: {first!r}"
    assert EXAMPLES[name], f"{name}'s docstring has no ```python example"


@pytest.mark.parametrize("name", [n for n, found in EXAMPLES.items() if found])
def test_the_examples_of_a_docstring_run(name, in_a_folder):
    for example in EXAMPLES[name]:
        exec(compile(example, f"<{name}>", "exec"), {"__name__": "example"})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_python_of_a_page_runs(page, in_a_folder, monkeypatch, backend):
    if page.name == "growing.md" and backend != "torch":
        pytest.skip("many sizes to compile for: once is enough")

    def load(*args, **kwargs):
        rng = np.random.default_rng(0)
        images = rng.integers(0, 256, (12, 28, 28, 1), dtype=np.uint8)
        return images, rng.integers(0, 10, 12)

    monkeypatch.setattr(kerasgan.datasets, "load", load)
    text = NOT_RUN.sub("", page.read_text(encoding="utf-8"))
    namespace = {"__name__": "page"}
    for number, example in enumerate(_examples(text), start=1):
        for pattern, shorter in SHORTER:
            example = pattern.sub(shorter, example)
        exec(compile(example, f"<{page.name} {number}>", "exec"), namespace)
