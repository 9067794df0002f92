"""A sheet of paper to write on: runs of text with boxes and tags, without any font or layout engine.

Lengths are points (A4: 595 x 842). Text is *rich*: a sequence of ``(text, key)``, the key of the field that the text
is the value of, or empty. Widths of characters are those of common fonts, near enough for what a reader sees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from extractor.model import Box, LabelledPage, Line, Page, Tag

Seg = tuple[str, str]
Rich = Sequence[Seg]
Align = Literal["left", "center", "right"]
Size = tuple[float, float]

A4: Size = (595.0, 842.0)
_NARROW = frozenset("iljtfrI1.,;:'|!()[]·- ")
_NOT_FIRST = frozenset("，。、；：）》”’！？%,.;:)]")


def char_width(char: str) -> float:
    """The width of a character as a share of the font size."""
    if char > "\u2e80":
        return 1.0
    if char in _NARROW:
        return 0.32 if char != " " else 0.28
    return 0.66 if char.isupper() or char in "mw" else 0.52


def text_width(text: str, size: float) -> float:
    """The width of a text in points."""
    return sum(map(char_width, text)) * size


def as_detected(box: Box, shape: float) -> Box:
    """The box that the text engine draws around print that fills ``box`` (measured: half as high again, somewhat wider).

    Args:
        box: tight around the print, fractions of the page.
        shape: height of the page over its width.
    """
    tall = box[3] - box[1]
    a, b, c, d = box[0] - 0.24 * tall * shape, box[1] - 0.28 * tall, box[2] + 0.16 * tall * shape, box[3] + 0.24 * tall
    return rounded((min(max(a, 0.0), 0.999), min(max(b, 0.0), 0.999), min(c, 1.0), min(d, 1.0)))


def plain(rich: Rich) -> str:
    """The text without its keys."""
    return "".join(text for text, _ in rich)


def rich(*parts: str | Seg) -> tuple[Seg, ...]:
    """Rich text of plain strings and ``(text, key)`` pairs."""
    return tuple((part, "") if isinstance(part, str) else part for part in parts if part and (isinstance(part, str) or part[0]))


@dataclass
class Run:
    """Text on one base line; ``tags``: (start, end, key, part)."""

    text: str
    box: tuple[float, float, float, float]
    tags: list[tuple[int, int, str, int]] = field(default_factory=list)


@dataclass
class Sheet:
    """A sheet in the making."""

    size: Size = A4
    runs: list[Run] = field(default_factory=list)
    stretch: float = 1.0
    """Width of this paper's font against the usual one."""
    leaf: float = 1.3
    """Height of a detected box against the font size."""

    def width_of(self, text: str, size: float) -> float:
        """The width of a text on this sheet in points."""
        return text_width(text, size) * self.stretch

    def put(
        self, x: float, y: float, what: Rich, size: float, *, width: float = 0.0, align: Align = "left", leading: float = 1.5
    ) -> float:
        """Write from ``(x, y)`` (top left of the first line), wrapped at ``width`` points if given; returns the y below."""
        room = width or self.size[0] - x - 20
        parts: dict[int, int] = {}
        for row in self._wrapped(what, size, room):
            text = "".join(t for t, _ in row)
            lead = len(text) - len(text.lstrip())
            said = text.strip()
            if not said:
                y += size * leading
                continue
            wide = self.width_of(said, size)
            left = x + {"left": 0.0, "center": (room - wide) / 2, "right": room - wide}[align]
            left += self.width_of(text[:lead], size) if align == "left" else 0.0
            tall = size * self.leaf
            run = Run(said, (left - 0.12 * size, y, left + wide + 0.1 * size, y + tall))
            at = -lead
            for t, k in row:
                start, end = max(0, at), min(len(said), at + len(t))
                at += len(t)
                key = what[k][1]
                # A value never begins or ends with a blank.
                while start < end and said[start].isspace():
                    start += 1
                while end > start and said[end - 1].isspace():
                    end -= 1
                if key and end > start:
                    run.tags.append((start, end, key, parts.get(k, 0)))
                    parts[k] = parts.get(k, 0) + 1
            self.runs.append(run)
            y += size * leading
        return y

    def _wrapped(self, what: Rich, size: float, room: float) -> list[list[tuple[str, int]]]:
        """Rows of (text, number of its segment); breaks between Chinese characters and at blanks."""
        chars = [(c, k) for k, (t, _) in enumerate(what) for c in t]
        rows: list[list[tuple[str, int]]] = []
        start = 0
        while start < len(chars):
            wide, end = 0.0, start
            while end < len(chars) and chars[end][0] != "\n":
                wide += char_width(chars[end][0]) * size * self.stretch
                if wide > room and end > start:
                    break
                end += 1
            over = end < len(chars) and chars[end][0] != "\n"
            if over:
                end = _break(chars, start, end)
            rows.append(_joined(chars[start:end]))
            start = end + (1 if end < len(chars) and chars[end][0] == "\n" else 0)
        return rows

    def page(self, document_type: str, starts: bool, layout: str, *, tagged: bool = True) -> LabelledPage:
        """What was written, in reading order."""
        width, height = self.size
        lines: list[Line] = []
        tags: list[Tag] = []
        for run in in_order(self.runs):
            left, top, right, bottom = run.box
            if right <= 0 or left >= width or bottom <= 0 or top >= height - 2:
                continue
            box = (max(0.0, left / width), max(0.0, top / height), min(1.0, right / width), min(1.0, bottom / height))
            tags += [Tag(line=len(lines), start=a, end=b, key=key, part=part) for a, b, key, part in run.tags]
            lines.append(Line(text=run.text, box=rounded(box), origin="ocr"))
        page = Page(file=0, page=1, width=round(width * 2.5), height=round(height * 2.5), source="ocr", lines=tuple(lines))
        return LabelledPage(page=page, type=document_type, starts=starts, tags=tuple(tags), layout=layout, tagged=tagged)


def _break(chars: Sequence[tuple[str, int]], start: int, end: int) -> int:
    """Where to break a row that is full before ``end``: not within a Latin word or a number, not before a comma."""
    at = end
    while at > start + 1 and (_within_word(chars[at - 1][0], chars[at][0]) or chars[at][0] in _NOT_FIRST):
        at -= 1
    return at if at > start + (end - start) // 3 else end


def _within_word(a: str, b: str) -> bool:
    return a != " " and b != " " and a < "\u2e80" and b < "\u2e80"


def _joined(chars: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    made: list[tuple[str, int]] = []
    for c, k in chars:
        if made and made[-1][1] == k:
            made[-1] = (made[-1][0] + c, k)
        else:
            made.append((c, k))
    return made


def rounded(box: Box) -> Box:
    """To 1/100,000 of the page."""
    return round(box[0], 5), round(box[1], 5), round(box[2], 5), round(box[3], 5)


def in_order(runs: Sequence[Run]) -> list[Run]:
    """Runs row by row, top to bottom, each row left to right."""
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda r: r.box[1] + r.box[3]):
        middle = (run.box[1] + run.box[3]) / 2
        if rows and rows[-1][0].box[1] <= middle <= rows[-1][0].box[3]:
            rows[-1].append(run)
        else:
            rows.append([run])
    return [run for row in rows for run in sorted(row, key=lambda r: r.box[0])]
