"""Forms in which statements and tables stand on a sheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from corpora.training.paper import Entry, Grid
from corpora.training.pen import Align, Rich, Sheet, plain, rich


@dataclass(frozen=True)
class Area:
    """A part of the sheet to write in: left, top, width (points), and the font size of its text."""

    x: float
    y: float
    width: float
    size: float


Block = Callable[[Random, Sheet, Area, Sequence[Entry]], float]


def _colon(rng: Random) -> str:
    return rng.choice(("：", "：", "：", ":", ": ", "： ", " ", "　"))


def inline(rng: Random, sheet: Sheet, area: Area, entries: Sequence[Entry]) -> float:
    """``label：value`` on one line, perhaps with the English label or a second line in English."""
    y, leading, colon = area.y, rng.uniform(1.35, 2.3), _colon(rng)
    align: Align = rng.choice(("left", "left", "left", "center"))
    tongue = rng.choice(("none", "beside", "slash", "below", "below"))
    for e in entries:
        label = e.label
        if e.label_en and tongue in ("beside", "slash"):
            label += {"beside": " ", "slash": "/"}[tongue] + e.label_en
        more: Rich = rich("  ", *e.value_en) if tongue == "beside" and e.value_en and rng.random() < 0.5 else ()
        y = sheet.put(
            area.x,
            y,
            rich(label + colon if label else "", *e.value, *more),
            area.size,
            width=area.width,
            align=align,
            leading=leading,
        )
        if e.label_en and tongue == "below":
            y -= area.size * (leading - 1.35)
            y = sheet.put(
                area.x,
                y,
                rich(e.label_en + ": ", *(e.value_en or e.value)),
                area.size * 0.85,
                width=area.width,
                align=align,
                leading=leading,
            )
    return y


def beside(rng: Random, sheet: Sheet, area: Area, entries: Sequence[Entry]) -> float:
    """Labels in a left column, values in a right one; near each other they are read as one line."""
    y, leading, colon = area.y, rng.uniform(1.4, 2.4), rng.choice(("", "", "：", ":"))
    column = min(
        area.width * 0.5, max((sheet.width_of(e.label, area.size) for e in entries), default=0.0)
    ) + area.size * rng.uniform(0.4, 3)
    spread, tongue = rng.random() < 0.25, rng.random() < 0.6
    values: Align = rng.choice(("left", "left", "left", "left", "right"))
    for e in entries:
        label, space = e.label + colon if e.label else "", column - area.size * 0.4
        wide = sheet.width_of(label, area.size)
        if wide + area.size * 1.1 > column and values == "left" and not e.label_en and wide < column:
            y = sheet.put(area.x, y, rich(label + " ", *e.value), area.size, width=area.width, leading=leading)
            continue
        if spread and len(e.label) < 6 and rng.random() < 0.7:
            label = " ".join(e.label) + colon
        low = sheet.put(area.x, y, rich(label), area.size, width=max(space, area.size * 4), leading=leading)
        if e.label_en and tongue:
            low = sheet.put(
                area.x,
                low - area.size * (leading - 1.3),
                rich(e.label_en),
                area.size * 0.75,
                width=max(space, area.size * 4),
                leading=1.4,
            )
        down = sheet.put(area.x + column, y, e.value, area.size, width=area.width - column, align=values, leading=leading)
        if e.value_en and tongue:
            down = sheet.put(
                area.x + column,
                down - area.size * (leading - 1.3),
                e.value_en,
                area.size * 0.8,
                width=area.width - column,
                align=values,
                leading=1.4,
            )
        y = max(low, down)
    return y


def above(rng: Random, sheet: Sheet, area: Area, entries: Sequence[Entry]) -> float:
    """Each label above its value (or, rarely, below it)."""
    y, gap, colon = area.y, rng.uniform(0.1, 1.2), rng.choice(("", "", "：", ":"))
    align: Align = rng.choice(("left", "center", "center"))
    small, under = rng.choice((1.0, 0.8, 0.7)), rng.random() < 0.04
    for e in entries:
        label = e.label + (rng.choice((" ", "/", "\n")) + e.label_en if e.label_en else "")
        label += colon if label else ""
        pair = [(rich(label), area.size * small), (e.value, area.size), (e.value_en, area.size * 0.85)]
        if under:
            pair = [pair[1], pair[0]]
        for text, size in pair:
            if text:
                y = sheet.put(area.x, y, text, size, width=area.width, align=align, leading=1.45)
        y += area.size * gap
    return y


def cells(rng: Random, sheet: Sheet, area: Area, entries: Sequence[Entry]) -> float:
    """A ruled table of labels and values, one to three pairs in a row; texts stand apart in their cells."""
    across = rng.choice((1, 1, 2, 2, 2, 3))
    size = area.size * {1: 1.0, 2: 0.85, 3: 0.72}[across]
    share = rng.uniform(0.24, 0.4)
    wide = area.width / across
    pad, y, centre = size * rng.uniform(0.5, 1.1), area.y, rng.random() < 0.4
    row: list[float] = []
    at = 0
    for e in entries:
        long = sheet.width_of(plain(e.value), size) > wide * (1 - share) * 1.6
        if long and at:
            y, row, at = max(row) + pad, [], 0
        room = area.width if long else wide
        label_room = wide * share
        x = area.x + at * wide
        low = sheet.put(
            x, y, rich(e.label), size, width=label_room - size * 0.8, align="center" if centre else "left", leading=1.3
        )
        down = sheet.put(x + label_room, y, e.value, size, width=room - label_room - size, leading=1.3)
        row.append(max(low, down))
        at = across if long else at + 1
        if at >= across:
            y, row, at = max(row) + pad, [], 0
    return max([y, *row]) + pad


def columns(rng: Random, sheet: Sheet, area: Area, entries: Sequence[Entry]) -> float:
    """Two or three columns of ``label：value`` side by side, or of labels above values (as cards)."""
    across = rng.choice((2, 2, 3))
    cards = rng.random() < 0.35
    wide = area.width / across
    size = area.size * (0.9 if across == 2 else 0.75)
    y, colon, step = area.y, _colon(rng), rng.uniform(0.3, 1.2)
    for k in range(0, len(entries), across):
        row = []
        for j, e in enumerate(entries[k : k + across]):
            x, room = area.x + j * wide, wide - size
            if cards:
                low = sheet.put(x, y, rich(e.label), size * 0.85, width=room)
                row.append(sheet.put(x, low, e.value, size, width=room))
            else:
                row.append(sheet.put(x, y, rich(e.label + colon if e.label else "", *e.value), size, width=room))
        y = max(row) + size * step * 0.5
    return y


BLOCKS: tuple[Block, ...] = (inline, beside, above, cells, columns)
BLOCK_WEIGHTS = (38, 24, 16, 12, 10)


def table(rng: Random, sheet: Sheet, area: Area, grid: Grid) -> float:
    """A table: heads and cells each in their column; long cells wrap or are written smaller."""
    shares = grid.widths or tuple(
        min(22.0, max(3.0, *(sheet.width_of(plain(c), 1.0) for c in (rich(h), *(r[k] for r in grid.rows[:6])))))
        for k, h in enumerate(grid.head)
    )
    total = sum(shares) + 1.2 * len(shares)
    size = min(area.size, area.width / total)
    edges = [area.x]
    for share in shares:
        edges.append(edges[-1] + (share + 1.2) * area.width / total)
    step, y = rng.uniform(1.35, 2.0), area.y
    for n, row in enumerate((tuple(rich(h) for h in grid.head), *grid.rows)):
        low = [y + size * step]
        for k, cell in enumerate(row):
            if plain(cell):
                align: Align = "center" if n == 0 else ("left" if k == 0 and grid.align == "right" else grid.align)
                low.append(
                    sheet.put(
                        edges[k] + size * 0.3,
                        y,
                        cell,
                        size,
                        width=edges[k + 1] - edges[k] - size * 0.6,
                        align=align,
                        leading=1.25,
                    )
                )
        y = max(low) + size * (step - 1.25) * (len(low) > 1 and max(low) > y + size * step) * 0.5
    return y
