"""The printed rows of a list of persons: lines that stand level, whatever their neighbours' cells wrap to.

A cell of two lines stands half a line above and below its row. Joined in reading order it would draw other cells up or
down; so the most level pairs are joined first, and never two lines of which one stands over the other.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache

from extractor.documents.rows import Same
from extractor.model import Line, Page

_OFF_LEVEL = 0.6
"""Two lines stand level where their centres differ by less (heights of the lower one)."""
_NEIGHBOURS = 3
_OVERLAP = 0.3


def line_rows(page: Page) -> list[list[Line]]:
    """The lines of a page by printed row, top to bottom, left to right; slanted ones (watermarks, seals) left out."""
    return [list(group) for group in _line_rows(Same(page))]


@lru_cache(maxsize=32)
def _line_rows(same: Same) -> tuple[tuple[Line, ...], ...]:
    """The rows of a page."""
    page = same.page
    if page.source == "sheet":
        ordered = sorted(page.lines, key=lambda x: (round(x.box[1], 6), x.box[0]))
        return tuple(tuple(g) for _, g in itertools.groupby(ordered, key=lambda x: round(x.box[1], 6)))
    lines = sorted((line for line in page.lines if not line.slant), key=lambda x: x.cy)
    groups = [[line] for line in range(len(lines))]
    place = list(range(len(lines)))
    for _, a, b in sorted(_pairs(lines)):
        left, right = place[a], place[b]
        if left == right or any(_over(lines[x], lines[y]) for x in groups[left] for y in groups[right]):
            continue
        groups[left] += groups[right]
        for line in groups[right]:
            place[line] = left
        groups[right] = []
    found = [tuple(sorted((lines[x] for x in group), key=lambda x: x.box[0])) for group in groups if group]
    return tuple(sorted(found, key=lambda group: sum(x.cy for x in group) / len(group)))


def _pairs(lines: Sequence[Line]) -> list[tuple[float, int, int]]:
    """Lines (by height on the page) and the nearest right of them on their level, with how far off level they stand."""
    out = []
    for a, line in enumerate(lines):
        beside = []
        reach = _OFF_LEVEL * line.height
        first = bisect_left(lines, line.cy - reach, key=lambda x: x.cy)
        for b in range(first, bisect_right(lines, line.cy + reach, key=lambda x: x.cy)):
            other = lines[b]
            off = abs(line.cy - other.cy) / max(min(line.height, other.height), 1e-6)
            if off < _OFF_LEVEL and other.cx > line.cx and not _over(line, other):
                beside.append((other.box[0] - line.box[2], off, b))
        out += [(off, a, b) for _, off, b in sorted(beside)[:_NEIGHBOURS]]
    return out


def _over(a: Line, b: Line) -> bool:
    """Whether one line stands over the other rather than beside it."""
    return min(a.box[2], b.box[2]) - max(a.box[0], b.box[0]) > _OVERLAP * min(a.width, b.width)
