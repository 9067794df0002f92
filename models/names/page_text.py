"""A page's running text as one string, from which every stretch finds back to its lines and boxes.

Lines that were broken because the column was full are joined, so that a name that runs over two lines is one stretch;
other lines stay apart (a line feed between them). Only the joining is decided here: no character is altered or dropped.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from extractor.model import Box, Evidence, Line, Page

_END = re.compile(r"[。；;：:！？!?]\s*$")
_FULL = 1.6
"""A line is full when less than this many of its characters would still fit before the right edge of the text."""
_LEAST = 12
"""Lines with fewer characters are cells, titles or labels, never full."""


@dataclass(frozen=True, slots=True)
class PageText:
    """``text`` and its lines: ``starts[i]`` is where ``page.lines[order[i]]`` begins in it."""

    page: Page
    text: str
    order: tuple[int, ...]
    starts: tuple[int, ...]

    def parts(self, start: int, end: int) -> list[tuple[int, int, int]]:
        """(number of the line on the page, first character, end) of every line that a stretch touches."""
        found = []
        at = max(0, bisect_right(self.starts, start) - 1)
        while at < len(self.starts) and self.starts[at] < end:
            number, first = self.order[at], self.starts[at]
            a, b = max(0, start - first), min(len(self.page.lines[number].text), end - first)
            if a < b:
                found.append((number, a, b))
            at += 1
        return found

    def evidence(self, start: int, end: int) -> tuple[Evidence, ...]:
        """One piece of evidence for every line that a stretch touches."""
        return tuple(
            Evidence(
                file=self.page.file,
                page=self.page.page,
                box=stretch_box(self.page.lines[number], a, b),
                text=self.page.lines[number].text[a:b],
            )
            for number, a, b in self.parts(start, end)
        )


def page_text(page: Page) -> PageText:
    """The text of a page's level lines; marks across the page are left out."""
    order = [n for n, line in enumerate(page.lines) if not line.slant and line.text.strip()]
    edge = _right_edge([page.lines[n] for n in order])
    text, starts = "", []
    for at, number in enumerate(order):
        if at:
            last = page.lines[order[at - 1]]
            text += "" if _goes_on(last, page.lines[number], edge) else "\n"
        starts.append(len(text))
        text += page.lines[number].text
    return PageText(page, text, tuple(order), tuple(starts))


def _right_edge(lines: Sequence[Line]) -> float:
    """Where the running text ends on the right: the right end that long lines share, 1 where there are none."""
    ends = sorted(line.box[2] for line in lines if len(line.text) >= _LEAST)
    return ends[int(0.9 * (len(ends) - 1))] if ends else 1.0


def _goes_on(last: Line, line: Line, edge: float) -> bool:
    """Whether ``line`` continues the sentence of ``last``: that one fills the column and this one begins below it."""
    if len(last.text) < _LEAST or _END.search(last.text):
        return False
    width = last.width / len(last.text)
    below = last.box[1] + 0.5 * last.height < line.cy < last.box[3] + 2.5 * last.height
    return below and last.box[2] > edge - _FULL * width and line.box[0] < last.box[0] + 5 * width


def stretch_box(line: Line, start: int, end: int) -> Box:
    """The box of some characters of a line: by their own places where they are known, else by their number."""
    if len(line.spans) == len(line.text):
        held = [line.spans[k] for k in range(start, end)]
        return (min(a for a, _ in held), line.box[1], max(b for _, b in held), line.box[3])
    widths = [0.5 if char.isascii() else 1.0 for char in line.text]
    scale = line.width / sum(widths)
    left = line.box[0] + scale * sum(widths[:start])
    return (left, line.box[1], left + scale * sum(widths[start:end]), line.box[3])
