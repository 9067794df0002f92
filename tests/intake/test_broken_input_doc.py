"""``docs/broken-input.md`` and the tests of broken input name each other completely."""

from __future__ import annotations

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
DOC = HERE.parents[1] / "docs" / "broken-input.md"


def rows() -> list[tuple[str, str, str]]:
    """(kind, what is seen, test) of the table, without its head and section lines."""
    cells = [re.split(r"(?<!\\)\|", line)[1:-1] for line in DOC.read_text("utf-8").splitlines() if line[:1] == "|"]
    stripped = [tuple(c.strip() for c in row) for row in cells[2:]]
    return [(row[0], row[1], row[2]) for row in stripped if not row[0].startswith("**")]


def names_of_tests() -> set[str]:
    """The names of all tests in the files of broken input."""
    names = set()
    for path in HERE.glob("test_broken_*.py"):
        if path != Path(__file__):
            tree = ast.parse(path.read_text("utf-8"))
            names |= {n.name for n in tree.body if isinstance(n, ast.FunctionDef) and n.name.startswith("test_")}
    return names


def test_each_row_names_an_existing_test() -> None:
    for kind, seen, test in rows():
        assert seen, kind
        assert test.strip("`") in names_of_tests(), kind


def test_each_test_of_broken_input_has_a_row() -> None:
    assert names_of_tests() == {test.strip("`") for _, _, test in rows()}
