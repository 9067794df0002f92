"""Columns that lean, as on a page photographed from the side: set upright before figures are given to columns.

A lean of a tenth moves the foot of a tall table by a whole narrow column. Figures are printed flush right, so
their right edges say how far columns lean. Edges are shifted for finding columns only, never the evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extractor.documents.statements.cells import Cell
from extractor.documents.statements.shear import best_shear

_STEPS = [k * 0.004 for k in range(-40, 41)]
_FEWEST = 12
"""Fewer figures do not show a lean."""


def upright(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """The cells of body rows with the lean taken out, as if all stood at the height of the first row."""
    lean = lean_of([c for row in rows for c in row])
    if not lean:
        return [list(row) for row in rows]
    top = min(c.run.box[1] for row in rows for c in row)
    return [[replace(c, shift=-lean * (c.run.box[1] - top)) for c in row] for row in rows]


def lean_of(cells: Sequence[Cell]) -> float:
    """How far columns move to the right per page height (page widths); 0 where upright or unclear.

    The lean at which most figures share their right edge with a neighbour wins, if it is clearly better than none.
    """
    money = [c for c in cells if c.amountlike]
    if len(money) < _FEWEST:
        return 0.0
    points = [(c.right, c.run.box[1]) for c in money]
    digits = sorted((c.right - c.left) / len(c.text) for c in money)
    close = 0.1 * digits[len(digits) // 2]
    return best_shear(points, _STEPS, close, 3)
