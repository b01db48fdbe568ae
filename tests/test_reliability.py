"""`docs/reliability.md` promises nothing that no test holds it to."""

import pathlib
import re

import pytest

pytestmark = pytest.mark.once

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("|") and "`tests/" in line
]


def test_each_promise_names_its_tests():
    tables = PAGE.count("| Promise | Before | Tests |")
    rows = re.findall(r"^\|.*\|$", PAGE.split("## What was")[0], re.MULTILINE)
    # A header and a line below it, of each table.
    assert len(rows) == len(ROWS) + 2 * tables > 20


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_the_tests_are_there(row):
    files = re.findall(r"`(tests/\S+)`", row[2])
    for file in files:
        assert "\ndef test_" in (ROOT / file).read_text(encoding="utf-8")
