"""How the lines of a page stand, by their boxes alone: rows, usual size, margins. Pure functions.

What a page is can largely be told before any of it is read: running text fills its rows from margin to margin,
a table has several pieces side by side, a title stands alone or large.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from extractor.model import Box, union

APART = 2.0
"""Pieces of a row further apart than so many character widths are cells of a table (or a form)."""
FULL = 0.6
"""Of the text's width: a row of one piece at least so long is running text."""
LONE_CHARACTER = 1.7
"""Width by height of a box that holds one character, of a title set wide."""
BESIDE = 0.5
"""Of the lower box: so near are the middles of boxes on one row."""


@dataclass(frozen=True, slots=True)
class BoxRow:
    """Boxes that stand side by side: their indexes from left to right, the box around them, and how many cells they make."""

    members: tuple[int, ...]
    box: Box
    cells: int

    @property
    def height(self) -> float:
        """Height as a fraction of the page height."""
        return self.box[3] - self.box[1]

    @property
    def width(self) -> float:
        """Width as a fraction of the page width."""
        return self.box[2] - self.box[0]

    @property
    def cx(self) -> float:
        """Horizontal centre."""
        return (self.box[0] + self.box[2]) / 2


@dataclass(frozen=True, slots=True)
class Shape:
    """A page's rows from top to bottom, its usual line height and the margins of its text (all fractions of the page)."""

    boxes: tuple[Box, ...]
    rows: tuple[BoxRow, ...]
    usual: float
    left: float
    right: float
    em: float
    """Width of a character of the usual size, as a fraction of the page width."""

    def is_table(self, row: BoxRow) -> bool:
        """Whether a row has several cells."""
        return row.cells > 1

    def is_prose(self, row: BoxRow) -> bool:
        """Whether a row is a line of running text."""
        return row.cells == 1 and row.width >= FULL * (self.right - self.left)

    def is_lone(self, row: BoxRow) -> bool:
        """Whether a row is one short piece: a title, a heading, the end of a paragraph."""
        return row.cells == 1 and not self.is_prose(row)


def shape_of(boxes: Sequence[Box], aspect: float) -> Shape:
    """The rows of a page.

    Args:
        boxes: of its lines, in fractions of the page.
        aspect: height of the page by its width.
    """
    if not boxes:
        return Shape((), (), 0.0, 0.0, 1.0, 0.0)
    usual = _weighted([b[3] - b[1] for b in boxes], [b[2] - b[0] for b in boxes], 0.5)
    widths = [b[2] - b[0] for b in boxes]
    left = _weighted([b[0] for b in boxes], widths, 0.05)
    right = _weighted([b[2] for b in boxes], widths, 0.95)
    rows = tuple(_row(members, boxes, aspect) for members in _side_by_side(boxes))
    return Shape(tuple(boxes), rows, usual, left, right, usual * aspect)


def _weighted(values: Sequence[float], weights: Sequence[float], share: float) -> float:
    """The value below which ``share`` of the weight lies."""
    pairs = sorted(zip(values, weights, strict=True))
    rest = share * sum(weights)
    for value, weight in pairs:
        rest -= weight
        if rest <= 0:
            return value
    return pairs[-1][0]


def _side_by_side(boxes: Sequence[Box]) -> list[list[int]]:
    """Indexes of boxes by row, top to bottom."""
    rows: list[list[int]] = []
    for i in sorted(range(len(boxes)), key=lambda i: boxes[i][1] + boxes[i][3]):
        middle, height = (boxes[i][1] + boxes[i][3]) / 2, boxes[i][3] - boxes[i][1]
        for row in reversed(rows[-4:]):
            last = boxes[row[-1]]
            lower = min(height, last[3] - last[1])
            if abs((last[1] + last[3]) / 2 - middle) < BESIDE * lower:
                row.append(i)
                break
        else:
            rows.append([i])
    return rows


def _row(members: Sequence[int], boxes: Sequence[Box], aspect: float) -> BoxRow:
    """One row with its cells counted; characters of a title set wide make one."""
    order = sorted(members, key=lambda i: boxes[i][0])
    cells, reach = 1, boxes[order[0]][2]
    single = all(boxes[i][2] - boxes[i][0] <= LONE_CHARACTER * (boxes[i][3] - boxes[i][1]) * aspect for i in order)
    for i in order[1:]:
        em = (boxes[i][3] - boxes[i][1]) * aspect
        if boxes[i][0] - reach > APART * em and not single:
            cells += 1
        reach = max(reach, boxes[i][2])
    return BoxRow(tuple(order), union(boxes[i] for i in order), cells)


Role = Literal["large", "frame", "centred", "heading"]
"""Why a line tells what its page is: print larger than the rest, running head or foot, alone in the middle, or alone
above a table."""

LARGE = 1.25
"""Of the usual height: larger print is a title's."""
FEW_ROWS = 18
"""Covers, certificates, notices and licences have fewer rows of print than a page of running text."""
FRAME, EDGE = 0.115, 0.065
"""Of the page, at the top and at the bottom: where running heads and page numbers stand, and where no text does."""
CENTRED = 0.06
"""Of the page width: so near to the middle stands what is centred."""
INDENT = 8.0
"""Characters from the left margin within which headings begin."""
SHORTEST = 3.5
"""Characters: no heading is shorter."""
ABOVE = 8
"""Rows between a heading and its table at most."""
LAST = 6
"""Rows at the foot of a page whose table may stand on the next."""


def telling(shape: Shape) -> dict[int, Role]:
    """The boxes whose lines tell what the page is: index to role. The rest is running text, and the cells of tables."""
    found: dict[int, Role] = {}
    heads = _heading_rows(shape)
    for k, row in enumerate(shape.rows):
        large = [i for i in row.members if shape.boxes[i][3] - shape.boxes[i][1] >= LARGE * shape.usual]
        found |= dict.fromkeys(large, "large")
        if in_frame(row.box, prose=shape.is_prose(row)):
            role: Role = "frame"
        elif shape.is_lone(row) and abs(row.cx - 0.5) < CENTRED:
            role = "centred"
        elif k in heads:
            role = "heading"
        else:
            continue
        for i in row.members:
            found.setdefault(i, role)
    return found


def in_frame(box: Box, *, prose: bool) -> bool:
    """Whether a row or line stands where running heads and feet do; ``prose``: it is as long as running text."""
    depth = EDGE if prose else FRAME
    return box[3] < depth or box[1] > 1 - depth


def _heading_rows(shape: Shape) -> set[int]:
    """Rows that may head a table: alone, from the left margin on, with a table not far below or perhaps overleaf."""
    found: set[int] = set()
    table = len(shape.rows) + ABOVE - LAST
    for k in range(len(shape.rows) - 1, -1, -1):
        row = shape.rows[k]
        if shape.is_table(row):
            table = k
        elif (
            table - k <= ABOVE
            and shape.is_lone(row)
            and row.box[0] < shape.left + INDENT * shape.em
            and row.width >= SHORTEST * shape.em
            and not (k and _wrapped(shape, shape.rows[k - 1], row))
        ):
            found.add(k)
    return found


def _wrapped(shape: Shape, before: BoxRow, row: BoxRow) -> bool:
    """Whether a row goes on with the running text before it, which fills its own row."""
    full = shape.is_prose(before) and before.box[2] > shape.right - 1.5 * shape.em
    return full and row.box[0] < shape.left + shape.em and row.box[1] - before.box[3] < 2 * shape.usual


LONG_LINE = 18.0
"""Characters: longer lines are running text wherever they stand."""


def short_lines(shape: Shape) -> list[int]:
    """The boxes of all lines that are no running text, the highest first."""
    short = [i for i, b in enumerate(shape.boxes) if b[2] - b[0] < LONG_LINE * shape.em * (b[3] - b[1]) / shape.usual]
    return sorted(short, key=lambda i: shape.boxes[i][1] - shape.boxes[i][3])
