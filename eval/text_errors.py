"""Character errors of a read page against its true lines, matched by place.

Lines are compared in the frame of the levelled page. A reader may take two cells for one line or
cut one line in two, so lines that lie on each other form a group, and a group's texts are compared
as a whole, left to right.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from extractor.model import Box

ON_EACH_OTHER = 0.5
"""Two lines are the same when they share so much of the smaller one's area."""
SURE = 0.7
"""Extra text read with less is no text: borders, leader dots, scraps of seals."""


@dataclass(frozen=True, slots=True)
class Run:
    """A line of text, true or read; the box in fractions of the levelled page."""

    text: str
    box: Box
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class TextErrors:
    """Counts of one page, in characters.

    ``characters``: the true ones; ``errors``: the edits that turn what was read into them, lines not
    found included; ``extra``: those read where no line is (seals, borders).
    """

    characters: int
    errors: int
    extra: int


def plain(text: str) -> str:
    """Half width, without blanks, leader dots and the stars of masked numbers: what no person would call a difference."""
    return _NO_TEXT.sub("", "".join(unicodedata.normalize("NFKC", text).split()))


_NO_TEXT = re.compile(r"\*+|[.·…]{3,}")


def compare_lines(true: Sequence[Run], read: Sequence[Run]) -> TextErrors:
    """The errors of a page; the order of the lines does not matter."""
    characters = sum(len(plain(line.text)) for line in true)
    errors = extra = 0
    for ours, theirs in _groups(true, read):
        if not ours:
            extra += sum(len(plain(line.text)) for line in theirs if line.confidence >= SURE)
        else:
            errors += Levenshtein.distance(_joined(ours), _joined(theirs))
    return TextErrors(characters, errors, extra)


def levelled(box: Box, width: float, height: float, skew: float) -> Box:
    """The box of a straight line of text on a page that was turned by ``skew`` degrees to be level.

    Args:
        box: smallest upright box around the line on the page as it is, in fractions.
        width: of the page as it is, in pixels.
        height: of the page as it is, in pixels (only the ratio matters).
        skew: the further clockwise turn that levels the page (``OcrPage.skew``); below 45 degrees.

    Returns:
        The box on the levelled page, in fractions of the page as it is (it may reach beyond 0..1).
    """
    if not skew:
        return box
    angle = math.radians(skew)
    cos, sin = math.cos(angle), math.sin(angle)
    x, y = ((box[0] + box[2] - 1) / 2 * width, (box[1] + box[3] - 1) / 2 * height)
    # Clockwise on a page whose y axis points down.
    x, y = x * cos - y * sin, x * sin + y * cos
    w, h = (box[2] - box[0]) * width, (box[3] - box[1]) * height
    # A line of length l and height t leaning by the angle fills w = l cos + t sin, h = l sin + t cos.
    lean = abs(sin)
    determinant = cos * cos - lean * lean
    length = (w * cos - h * lean) / determinant
    thick = (h * cos - w * lean) / determinant
    if length <= 0 or thick <= 0:
        # Not a line that leans with the page; its place still is right.
        length, thick = w, h
    left, top = (x - length / 2) / width + 0.5, (y - thick / 2) / height + 0.5
    return (left, top, left + length / width, top + thick / height)


def _joined(lines: Sequence[Run]) -> str:
    return "".join(plain(line.text) for line in sorted(lines, key=lambda line: line.box[0]))


def _groups(true: Sequence[Run], read: Sequence[Run]) -> list[tuple[list[Run], list[Run]]]:
    """The lines sorted into groups that lie on each other: (true, read)."""
    parent = list(range(len(true) + len(read)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, ours in enumerate(true):
        for j, theirs in enumerate(read, len(true)):
            if _shared(ours.box, theirs.box) >= ON_EACH_OTHER:
                parent[root(j)] = root(i)
    groups: dict[int, tuple[list[Run], list[Run]]] = {}
    for i, line in enumerate((*true, *read)):
        groups.setdefault(root(i), ([], []))[i >= len(true)].append(line)
    return list(groups.values())


def _shared(a: Box, b: Box) -> float:
    """The common area as a share of the smaller box."""
    w = min(a[2], b[2]) - max(a[0], b[0])
    h = min(a[3], b[3]) - max(a[1], b[1])
    smaller = min((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1]))
    return w * h / smaller if w > 0 and h > 0 and smaller > 0 else 0.0
