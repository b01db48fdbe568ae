"""Docstrings name each argument, and what it is where it is left out."""

import inspect
import re

import pytest

import kerasgan
from tests.test_docstrings import OBJECTS

ENTRY = re.compile(
    r"^    (\*{0,2}\w+(?:,\s+\*{0,2}\w+)*): (.*\n?(?:^     .*\n?|^\n)*)",
    re.MULTILINE,
)
SECTION = re.compile(r"^Args:\n((?:^    .*\n?|^\n)*)", re.MULTILINE)


def described(doc):
    """Returns {argument: what a docstring says of it}."""
    section = SECTION.search(inspect.cleandoc(doc) + "\n")
    if section is None:
        return {}
    found = {}
    for names, text in ENTRY.findall(section.group(1)):
        for name in re.split(r",\s+", names):
            found[name.lstrip("*")] = " ".join(text.split())
    return found


def parameters(value):
    function = value.__init__ if inspect.isclass(value) else value
    return [
        p
        for p in inspect.signature(function).parameters.values()
        if p.name not in ("self", "name")
    ]


def test_entries_of_several_lines_and_of_several_names_are_read():
    doc = "Adds.\n\nArgs:\n    a, b: One\n        and two.\n    **c: Rest.\n"
    assert described(doc) == {
        "a": "One and two.",
        "b": "One and two.",
        "c": "Rest.",
    }


@pytest.mark.parametrize("name", sorted(OBJECTS))
def test_what_an_argument_is_by_default_is_said(name):
    said = described(OBJECTS[name].__doc__)
    missing = [
        p.name
        for p in parameters(OBJECTS[name])
        if p.default is not p.empty
        and p.name in said
        and not re.search(r"[Dd]efault|[Ss]ee `", said[p.name])
    ]
    assert not missing, f"say what they are by default: {missing}"


@pytest.mark.parametrize("name", kerasgan.applications.list_models())
def test_what_comes_with_any_application_is_described(name):
    model = kerasgan.applications.get(name)
    said = described(model.__doc__)
    assert {"pretrained", "include_discriminator", "dtype"} <= set(said)
