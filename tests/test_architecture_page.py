"""`docs/architecture.md` draws the arrows that the sources have."""

import ast
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PACKAGE = ROOT / "kerasgan"
ROOMS = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))
DRAWN = {
    cells[0].strip("` "): cells[2]
    for cells in (line.strip("|").split("|") for line in PAGE.splitlines())
    if len(cells) == 3 and cells[0].strip("` ") in ROOMS
}


def imports_of(path):
    """Yields the full names that a file imports, nested imports too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("room", ROOMS)
def test_the_table_has_the_imports_of_each_room(room):
    found = {
        name.split(".")[1]
        for path in (PACKAGE / room).rglob("*.py")
        for name in imports_of(path)
        if name.startswith("kerasgan.")
    }
    found = sorted(found.intersection(ROOMS) - {room})
    row = ", ".join(f"`{name}`" for name in found) or "none"
    assert DRAWN.get(room, "").strip() == row


def test_the_drawing_has_each_room_once():
    drawing = PAGE.split("```")[1]
    # Names stand before what is said of them.
    names = [line[:46].split() for line in drawing.splitlines()]
    assert sorted(sum(names, [])) == ROOMS


def test_the_files_that_the_page_names_are_there():
    names = re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.py)`", PAGE)
    missing = [
        name
        for name in names
        if not (ROOT / name).exists() and not (PACKAGE / name).exists()
    ]
    assert len(names) > 10 and not missing
