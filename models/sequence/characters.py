"""The characters of a page in reading order, each with its own box."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from extractor.model import Line, Page
from models.sequence.vocabulary import folded

SCALE = 1000
"""Boxes are whole numbers 0..1000 of the page's width and height, as LiLT and LayoutLM have them."""


@dataclass(frozen=True, slots=True)
class Characters:
    """The characters of a page (or of a part of it), n in all.

    ``text``: folded, one each. ``line``, ``at``: (n,) index into ``Page.lines`` and offset in that line's text.
    ``first``: (n,) 1 where a line begins, else 0. ``box``: (n, 4) left, top, right, bottom in 0..1000.
    """

    text: str
    line: NDArray[np.int32]
    at: NDArray[np.int32]
    first: NDArray[np.int64]
    box: NDArray[np.int64]

    def __len__(self) -> int:
        """How many characters."""
        return len(self.text)

    def part(self, start: int, end: int) -> Characters:
        """The characters ``start`` to ``end`` (exclusive)."""
        s = slice(start, end)
        return Characters(self.text[s], self.line[s], self.at[s], self.first[s], self.box[s])


def characters(page: Page, *, limit: int = 2048) -> Characters:
    """The characters of a page; slanted lines (watermarks, seals) and empty ones are left out.

    Args:
        page: as read.
        limit: the most characters that are looked at. Of a page with more the lines in the middle are left out, three
            quarters of what stays being from its head: it is a list or running text, whose fields stand at head and foot.
    """
    lines = [(i, line) for i, line in enumerate(page.lines) if line.text and not line.slant]
    lines = _head_and_foot(lines, limit)
    if not lines:
        none = np.zeros(0, np.int32)
        return Characters("", none, none, np.zeros(0, np.int64), np.zeros((0, 4), np.int64))
    lengths = [len(line.text) for _, line in lines]
    at = np.concatenate([np.arange(n, dtype=np.int32) for n in lengths])
    return Characters(
        folded("".join(line.text for _, line in lines)),
        np.repeat(np.array([i for i, _ in lines], np.int32), lengths),
        at,
        (at == 0).astype(np.int64),
        np.concatenate([character_boxes(line) for _, line in lines]),
    )


def character_boxes(line: Line) -> NDArray[np.int64]:
    """The box of each character (n, 4) in 0..1000: of its own span, or an even share of the line's width."""
    n = len(line.text)
    box = np.empty((n, 4))
    left, box[:, 1], right, box[:, 3] = line.box
    if len(line.spans) == n:
        box[:, ::2] = line.spans
    else:
        edges = np.linspace(left, right, n + 1)
        box[:, 0], box[:, 2] = edges[:-1], edges[1:]
    whole = np.clip(np.rint(box * SCALE), 0, SCALE).astype(np.int64)
    whole[:, 2:] = np.maximum(whole[:, 2:], whole[:, :2])
    return whole


def _head_and_foot(lines: list[tuple[int, Line]], limit: int) -> list[tuple[int, Line]]:
    if sum(len(line.text) for _, line in lines) <= limit:
        return lines
    head = _fitting(lines, limit * 3 // 4)
    rest = lines[len(head) :]
    foot = _fitting(rest[::-1], limit - sum(len(line.text) for _, line in head))
    return head + foot[::-1]


def _fitting(lines: list[tuple[int, Line]], limit: int) -> list[tuple[int, Line]]:
    kept = 0
    total = 0
    for _, line in lines:
        total += len(line.text)
        if total > limit:
            break
        kept += 1
    return lines[:kept]
