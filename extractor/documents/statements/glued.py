"""Row numbers (行次) that a reader glued to the figure beside them, taken apart again.

Bold totals fill their column: ``38 12,675,423.26`` is read as ``3812,675,423.26``. The printed row
numbers count upwards, so the rows above and below say which digits are the row number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.documents.statements.cells import Cell

_FEWEST = 5
"""Row numbers must be seen in this many rows before a column counts as theirs."""
_MOST = 0.8
"""Share of a column's integers that must count upwards."""
_AMOUNT = re.compile(r"[(\-－—–]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d{2})?\)?|[(\-－—–]?\d{1,3}\.\d{2}\)?")


def row_numbers_apart(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """The rows with glued row numbers as cells of their own; where that is not certain, as they were."""
    strips = [up for s in _number_strips(rows) if len(up := _upwards(s)) >= max(_FEWEST, _MOST * len(s))]
    return [[part for cell in row for part in _apart(cell, i, strips)] for i, row in enumerate(rows)]


Strip = list[tuple[int, Cell]]
"""The plain small integers standing below one another: (row, cell), from the top."""


def _number_strips(rows: Sequence[Sequence[Cell]]) -> list[Strip]:
    """Columns of plain integers."""
    strips: list[Strip] = []
    for i, row in enumerate(rows):
        for cell in row:
            if not (cell.numeric and cell.text.isdigit() and len(cell.text) <= 3):
                continue
            home = next((s for s in strips if s[-1][1].left < cell.right and cell.left < s[-1][1].right), None)
            if home is None:
                strips.append([(i, cell)])
            else:
                home.append((i, cell))
    return strips


def _upwards(strip: Strip) -> Strip:
    """The longest part of a strip that counts upwards; a misread number falls out."""
    best: list[Strip] = []
    for i, (_, cell) in enumerate(strip):
        before = [b for b in best[:i] if int(b[-1][1].text) < int(cell.text)]
        best.append([*max(before, key=len, default=[]), strip[i]])
    return max(best, key=len, default=[])


def _apart(cell: Cell, row: int, strips: Sequence[Strip]) -> list[Cell]:
    """The cell, or its row number and its figure."""
    if not cell.amountlike:
        return [cell]
    for strip in strips:
        right = max(c.right for _, c in strip)
        if not cell.left < right < cell.right or any(i == row for i, _ in strip):
            continue
        above = [(i, int(c.text)) for i, c in strip if i < row]
        below = [int(c.text) for i, c in strip if i > row]
        last, low = above[-1] if above else (0, 0)
        # at the foot no number follows; a step from row to row is hardly ever above two
        high = below[0] if below else low + 2 * (row - last) + 1
        cuts = [k for k in (1, 2, 3) if _fits(cell.text, k, low, high)]
        if len(cuts) == 1:
            return [Cell(cell.run.slice(0, cuts[0]), True), Cell(cell.run.slice(cuts[0]), True)]
    return [cell]


def _fits(key: str, cut: int, low: int, high: int) -> bool:
    """Whether the first ``cut`` digits can be this row's number and the rest a figure."""
    head, tail = key[:cut], key[cut:]
    return head.isdigit() and low < int(head) < high and bool(_AMOUNT.fullmatch(tail))
