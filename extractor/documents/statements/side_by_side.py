"""Statements beside one another on one sheet: the page parted at the gutter between them."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from extractor.documents.rows import Run, rows
from extractor.documents.statements.catalogue import BALANCE_NAMES, INCOME_NAMES, name_of
from extractor.documents.statements.cells import cells_of, join_spaced
from extractor.documents.statements.titles import Title, title_of_text
from extractor.model import Line, Page

_LEAST_NAMES = 4
"""Row names that each side must show."""
_CROSSING = 0.04
"""Share of the lines that may lie across the gutter: titles over both, glued readings."""
_ALIGNED = 0.012
"""How far apart the left edges of one column of names may be (page widths)."""


def parted(page: Page) -> list[Page]:
    """The page as one page per statement, left to right, where statements stand beside one another; else alone."""
    head = _titles_beside(rows(page))
    if head is None:
        return [page]
    (first, left), (second, right) = head
    below = [line for line in page.lines if line.cy > min(left.box[1], right.box[1])]
    gutter = _gutter(below, first, left, second, right)
    if gutter is None:
        return [page]
    ours = [line for line in page.lines if line.cx < gutter or line not in below]
    theirs = [line for line in below if line.cx >= gutter]
    return [page.model_copy(update={"lines": tuple(ours)}), *parted(page.model_copy(update={"lines": tuple(theirs)}))]


Headed = tuple[Title, Run]
"""A title and where it stands."""


def _titles_beside(page_rows: Sequence[Run]) -> tuple[Headed, Headed] | None:
    """The first two titles of different statements that stand side by side."""
    found: list[Headed] = []
    for row in page_rows:
        if "表" not in row.key:
            continue
        here = [(t, c.run) for c in join_spaced(cells_of(row), 6.0) if len(c.text) > 2 and (t := title_of_text(c.text))]
        for title, run in sorted([*found, *here], key=lambda h: h[1].box[0]):
            for other, beside in here:
                height = max(run.box[3] - run.box[1], beside.box[3] - beside.box[1])
                apart = abs(run.box[1] - beside.box[1]) < 1.5 * height and run.box[2] < beside.box[0]
                if apart and (title.kind, title.scope) != (other.kind, other.scope):
                    return (title, run), (other, beside)
        found += here
    return None


def _gutter(lines: Sequence[Line], first: Title, left: Run, second: Title, right: Run) -> float | None:
    """Where the second statement begins: left of a column of row names, with hardly a line across.

    Row names on the wrong side count against a gutter; then titles should stand over the middle of their sides.
    """
    names = [(line, name) for line in lines if (name := name_of(line.text).name) in BALANCE_NAMES | INCOME_NAMES]
    best: tuple[float, float, float] | None = None
    for edge in _edges([line for line, _ in names]):
        if not (left.box[0] + left.box[2]) / 2 < edge < right.box[2]:
            continue
        before = [line.box[2] for line in lines if line.cx < edge]
        gutter = (edge + max((r for r in before if r < edge), default=edge)) / 2
        across = sum(line.box[0] < gutter - _ALIGNED and line.box[2] > gutter + _ALIGNED for line in lines)
        sides = [n for l, n in names if l.cx < gutter], [n for l, n in names if l.cx >= gutter]
        if across > _CROSSING * len(lines) + 2 or min(map(len, sides)) < _LEAST_NAMES:
            continue
        wrong = _foreign(sides[0], first) + _foreign(sides[1], second)
        off = abs(_middle([l for l in lines if l.cx < gutter]) - (left.box[0] + left.box[2]) / 2)
        off += abs(_middle([l for l in lines if l.cx >= gutter]) - (right.box[0] + right.box[2]) / 2)
        if best is None or (wrong, off) < best[:2]:
            best = (wrong, off, gutter)
    return best[2] if best and best[0] <= 0.1 * len(names) else None


def _edges(named: Sequence[Line]) -> list[float]:
    """Left edges of the columns of row names; indented names belong to the column they start in."""
    out: list[list[float]] = []
    for left in sorted(line.box[0] for line in named):
        if out and left - out[-1][-1] < 2 * _ALIGNED:
            out[-1].append(left)
        else:
            out.append([left])
    return [min(group) - 0.1 * _ALIGNED for group in out if len(group) >= _LEAST_NAMES]


def _foreign(names: Sequence[str], title: Title) -> int:
    """How many names belong to the other kind of statement only."""
    if title.kind not in ("balance", "income"):
        return 0
    own, other = (BALANCE_NAMES, INCOME_NAMES) if title.kind == "balance" else (INCOME_NAMES, BALANCE_NAMES)
    return sum(n in other and n not in own for n in names)


def _middle(lines: Sequence[Line]) -> float:
    """The middle of what lines cover, strays left out."""
    lefts, rights = sorted(l.box[0] for l in lines), sorted(l.box[2] for l in lines)
    return median((lefts[len(lefts) // 50], rights[-1 - len(rights) // 50]))
