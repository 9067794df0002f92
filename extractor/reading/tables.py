"""Tables: ruled ones from the page's rules, unruled ones from how words line up.

Grouping only: the page keeps all its lines (layout never deletes text).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractor.model import Box, Cell, Line, Table, union
from extractor.reading.rulings import Rulings

SNAP = 0.006
"""Rules closer than this (page fraction) are one."""
MIN_UNRULED_ROWS = 3


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a line, as much of it as stands in one column."""

    text: str
    box: Box
    confidence: float

    @property
    def cx(self) -> float:
        return (self.box[0] + self.box[2]) / 2

    @property
    def cy(self) -> float:
        return (self.box[1] + self.box[3]) / 2


def find_tables(lines: Sequence[Line], rulings: Rulings | None) -> tuple[Table, ...]:
    """Ruled tables where rules form a grid, then unruled ones from the lines left over."""
    level = [line for line in lines if not line.slant]
    tables: list[Table] = []
    if rulings is not None:
        for h_rules, v_rules in _groups(rulings):
            table = _ruled(h_rules, v_rules, level)
            if table is not None:
                tables.append(table)
    rest = [x for x in level if not any(_inside(x, t.box) for t in tables)]
    tables += _unruled(rest)
    return tuple(sorted(tables, key=lambda t: t.box[1]))


def _inside(line: Line, box: Box) -> bool:
    return box[0] <= line.cx <= box[2] and box[1] <= line.cy <= box[3]


# --- ruled -----------------------------------------------------------------

Rule = tuple[float, float, float]


def _groups(rulings: Rulings) -> list[tuple[list[Rule], list[Rule]]]:
    """Rules that touch each other, as groups of (horizontal, vertical)."""
    hs = list(rulings.horizontal)
    # A rule of a table meets at least two rules across; strokes of glyphs do not.
    vs = [v for v in rulings.vertical if sum(_meet(h, v) for h in hs) >= 2]
    hs = [h for h in hs if any(_meet(h, v) for v in vs)]
    parent = list(range(len(hs) + len(vs)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, h in enumerate(hs):
        for j, v in enumerate(vs):
            if _meet(h, v):
                parent[root(i)] = root(len(hs) + j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, rule in enumerate(hs):
        groups.setdefault(root(i), ([], []))[0].append(rule)
    for j, rule in enumerate(vs):
        groups.setdefault(root(len(hs) + j), ([], []))[1].append(rule)
    return [g for g in groups.values() if len(g[0]) >= 2 and len(g[1]) >= 2]


def _meet(h: Rule, v: Rule) -> bool:
    return h[1] - SNAP <= v[0] <= h[2] + SNAP and v[1] - SNAP <= h[0] <= v[2] + SNAP


def _levels(values: Sequence[float]) -> list[float]:
    out: list[list[float]] = []
    for v in sorted(values):
        if out and v - out[-1][-1] <= SNAP:
            out[-1].append(v)
        else:
            out.append([v])
    return [sum(g) / len(g) for g in out]


def _covered(rules: Sequence[Rule], at: float, low: float, high: float) -> bool:
    """Whether rules at this level cover most of the way from low to high."""
    length = sum(max(0.0, min(b, high) - max(a, low)) for pos, a, b in rules if abs(pos - at) <= SNAP)
    return length >= 0.6 * (high - low)


def _ruled(hs: list[Rule], vs: list[Rule], lines: Sequence[Line]) -> Table | None:
    ys, xs = _levels([r[0] for r in hs]), _levels([r[0] for r in vs])
    # Strokes of glyphs that happen to touch two rules are short, column rules run far.
    tall = 0.12 * (ys[-1] - ys[0])
    xs = [x for x in xs if sum(v[2] - v[1] for v in vs if abs(v[0] - x) <= SNAP) >= tall]
    n_rows, n_cols = len(ys) - 1, len(xs) - 1
    if n_rows < 1 or n_cols < 1 or n_rows * n_cols < 2:
        return None
    right_open = [
        [not _covered(vs, xs[c + 1], ys[r], ys[r + 1]) if c + 1 < n_cols else False for c in range(n_cols)] for r in range(n_rows)
    ]
    below_open = [
        [not _covered(hs, ys[r + 1], xs[c], xs[c + 1]) if r + 1 < n_rows else False for c in range(n_cols)] for r in range(n_rows)
    ]
    taken = [[False] * n_cols for _ in range(n_rows)]
    box = (xs[0], ys[0], xs[-1], ys[-1])
    pieces = [p for line in lines if _inside(line, box) for p in _split(line, xs)]
    cells: list[Cell] = []
    for r in range(n_rows):
        for c in range(n_cols):
            if taken[r][c]:
                continue
            col_span = 1
            while c + col_span < n_cols and right_open[r][c + col_span - 1] and not taken[r][c + col_span]:
                col_span += 1
            row_span = 1
            while r + row_span < n_rows and all(below_open[r + row_span - 1][c + k] for k in range(col_span)):
                row_span += 1
            for i in range(row_span):
                for k in range(col_span):
                    taken[r + i][c + k] = True
            area = (xs[c], ys[r], xs[c + col_span], ys[r + row_span])
            cells.append(_cell(r, c, row_span, col_span, area, pieces))
    if not any(cell.text for cell in cells) or _crowded(cells, pieces):
        return None
    return Table(box=box, n_rows=n_rows, n_cols=n_cols, cells=tuple(cells), ruled=True)


def _crowded(cells: Sequence[Cell], pieces: Sequence[_Piece]) -> bool:
    """Whether many rows of figures fell into one cell: the inner rules were not printed or not seen."""
    for cell in cells:
        if cell.row_span > 1:
            continue
        l, t, r, b = cell.box
        rows = [p for p in pieces if l <= p.cx < r and t <= p.cy < b and any(ch.isdigit() for ch in p.text)]
        if len(rows) >= 4 and all(len(p.text) < 20 for p in rows):
            return True
    return False


def _split(line: Line, xs: Sequence[float]) -> list[_Piece]:
    """A line cut where a column rule runs through it; whole where the characters' places are unknown."""
    inner = [x for x in xs if line.box[0] + 0.004 < x < line.box[2] - 0.004]
    if not inner or len(line.spans) != len(line.text):
        return [_Piece(line.text.strip(), line.box, line.confidence)]
    parts: dict[int, list[int]] = {}
    for i, (left, right) in enumerate(line.spans):
        column = sum(1 for x in inner if (left + right) / 2 > x)
        parts.setdefault(column, []).append(i)
    out = []
    for index in parts.values():
        text = "".join(line.text[i] for i in index).strip()
        if text:
            box = (line.spans[index[0]][0], line.box[1], line.spans[index[-1]][1], line.box[3])
            out.append(_Piece(text, box, line.confidence))
    return out


def _cell(row: int, col: int, row_span: int, col_span: int, area: Box, pieces: Sequence[_Piece]) -> Cell:
    mine = [p for p in pieces if area[0] <= p.cx < area[2] and area[1] <= p.cy < area[3]]
    mine.sort(key=lambda p: (round(p.cy, 2), p.box[0]))
    return Cell(
        row=row,
        col=col,
        row_span=row_span,
        col_span=col_span,
        text="".join(p.text for p in mine),
        box=area,
        confidence=min((p.confidence for p in mine), default=1.0),
    )


# --- unruled ---------------------------------------------------------------


def _rows(lines: Sequence[Line]) -> list[list[Line]]:
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda x: x.cy):
        if rows and abs(line.cy - rows[-1][0].cy) < 0.5 * min(line.height, rows[-1][0].height):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(r, key=lambda x: x.box[0]) for r in rows]


def _unruled(lines: Sequence[Line]) -> list[Table]:
    """Runs of at least three rows with several words each, whose words line up in columns."""
    out: list[Table] = []
    run: list[list[Line]] = []

    def close() -> None:
        while run and len(run[-1]) < 2:
            run.pop()
        if sum(len(r) >= 2 for r in run) >= MIN_UNRULED_ROWS:
            table = _aligned(run)
            if table is not None:
                out.append(table)
        run.clear()

    gap_rows = 0
    for row in _rows(lines):
        if run and row[0].box[1] - max(x.box[3] for x in run[-1]) > 4 * row[0].height:
            close()
        gap_rows = 0 if len(row) >= 2 else gap_rows + 1
        if gap_rows > 2:
            close()
        if len(row) >= 2 or run:
            run.append(row)
    close()
    return out


def _aligned(rows: list[list[Line]]) -> Table | None:
    """Columns are stretches of x that words cover, with white between in (almost) all rows."""
    wide = [r for r in rows if len(r) >= 2]
    edges: list[tuple[float, float]] = []
    for x in sorted((x for r in wide for x in r), key=lambda x: x.box[0]):
        if edges and x.box[0] < edges[-1][1] - 0.002:
            edges[-1] = (edges[-1][0], max(edges[-1][1], x.box[2]))
        else:
            edges.append((x.box[0], x.box[2]))
    if len(edges) < 2:
        return None
    bounds = [edges[0][0]] + [(a[1] + b[0]) / 2 for a, b in pairwise(edges)] + [edges[-1][1]]
    cells = []
    for r, row in enumerate(rows):
        for c in range(len(edges)):
            mine = [x for x in row if bounds[c] <= x.cx <= bounds[c + 1]]
            if mine:
                text = "".join(x.text for x in mine)
                conf = min(x.confidence for x in mine)
                cells.append(Cell(row=r, col=c, text=text, box=union(x.box for x in mine), confidence=conf))
    box = union(x.box for r in rows for x in r)
    return Table(box=box, n_rows=len(rows), n_cols=len(edges), cells=tuple(cells), ruled=False)
