"""``docs/faults.md`` and the tests of faults name each other completely."""

from __future__ import annotations

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CELLS = 5


def rows() -> list[list[str]]:
    """The cells of the table's rows, without its head and section lines."""
    lines = [line for line in (ROOT / "docs" / "faults.md").read_text("utf-8").splitlines() if line.startswith("|")]
    found = [[c.strip() for c in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]
    return [cells for cells in found if not cells[0].startswith("**")]


def names_of_tests() -> set[str]:
    """The names of all tests of faults."""
    found: set[str] = set()
    for path in HERE.glob("test_*.py"):
        if path != Path(__file__):
            tree = ast.parse(path.read_text("utf-8"))
            found |= {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name.startswith("test_")}
    return found


def test_every_row_says_everything() -> None:
    for cells in rows():
        assert len(cells) == CELLS
        assert all(cells), cells


def test_rows_and_tests_name_each_other() -> None:
    named = {cells[-1].strip("`") for cells in rows()}
    elsewhere = {name for name in named if "/" in name}
    assert all((ROOT / name).is_file() for name in elsewhere)
    assert named - elsewhere == names_of_tests()
