"""Printed rows of a page: lines that stand side by side, joined with their positions.

Letter-spaced labels reach us as several lines (``专``, ``利``, ``号：ZL…``); a vertical reading glues two
(``名类``). Searching therefore works on rows of glyphs, each of which knows its line, so that every value
found still has its page, box and confidence. Grouping only: no text is altered or dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from extractor.model import Box, Evidence, Line, Page, union
from extractor.values.chinese import squeeze, to_halfwidth

_FOLD = str.maketrans(
    "目曰入薄末証編號國權專標冊業執簡稱類單從帐賬〇", "日日人簿未证编号国权专标册业执简称类单从账账0"
)
"""Characters that scans confuse (or that traditional print uses), folded for comparing labels only."""

_SAME_SIZE = 1.8
_SAME_SIZE_LONE = 2.4
_OVERLAP = 0.5
_CJK = re.compile(r"[\u2e80-\u9fff\uff00-\uffef\u3000-\u303f]")


def fold(text: str) -> str:
    """``text`` for comparing labels: no blanks, half-width, lower case, look-alikes made one."""
    return squeeze(text).translate(_FOLD).lower()


@dataclass(frozen=True, slots=True)
class Glyph:
    """A printed character: its place in its line and its box (page fractions)."""

    char: str
    line: Line
    index: int
    box: Box


@dataclass(frozen=True)
class Run:
    """A stretch of glyphs on one row of one page, left to right."""

    page: Page
    glyphs: tuple[Glyph, ...]

    def __bool__(self) -> bool:
        """Whether anything is in it."""
        return bool(self.glyphs)

    def __len__(self) -> int:
        """Number of glyphs (blanks are none)."""
        return len(self.glyphs)

    @cached_property
    def key(self) -> str:
        """One character per glyph, half-width: what patterns are searched in."""
        return "".join(to_halfwidth(g.char) for g in self.glyphs)

    @cached_property
    def folded(self) -> str:
        """One character per glyph, folded: what labels are searched in."""
        return "".join((to_halfwidth(g.char).translate(_FOLD).lower() or g.char)[0] for g in self.glyphs)

    @cached_property
    def text(self) -> str:
        """As printed, with the blanks inside lines."""
        out, last = "", None
        for g in self.glyphs:
            if last is not None:
                if last.line is g.line and last.index < g.index:
                    out += g.line.text[last.index + 1 : g.index]
                elif self.gap_em(last, g) > 0.4 and not (_CJK.match(last.char) or _CJK.match(g.char)):
                    out += " "
            out += g.char
            last = g
        return out

    @cached_property
    def box(self) -> Box:
        """The tight box."""
        return union(g.box for g in self.glyphs)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines it touches, each once, in order."""
        return tuple({id(g.line): g.line for g in self.glyphs}.values())

    @property
    def em(self) -> float:
        """Usual character width, as a fraction of the page width."""
        heights = sorted(g.box[3] - g.box[1] for g in self.glyphs)
        return em_of(self.page, heights[len(heights) // 2])

    def gap_em(self, left: Glyph, right: Glyph) -> float:
        """White space between two glyphs, in character widths."""
        height = min(left.box[3] - left.box[1], right.box[3] - right.box[1])
        return (right.box[0] - left.box[2]) / max(em_of(self.page, height), 1e-6)

    def slice(self, start: int, end: int | None = None) -> Run:
        """Glyphs ``start`` to ``end``, as of ``key``."""
        return Run(self.page, self.glyphs[start:end])

    def segments(self, gap: float) -> list[Run]:
        """Cut where the white space exceeds ``gap`` character widths."""
        out: list[list[Glyph]] = []
        for g in self.glyphs:
            if out and self.gap_em(out[-1][-1], g) <= gap:
                out[-1].append(g)
            else:
                out.append([g])
        return [Run(self.page, tuple(part)) for part in out]

    def _readings(self) -> list[tuple[float, str, str]]:
        """Of each line: its confidence, what it shows in this stretch, its other reading ("" for none)."""
        return [
            (
                line.confidence,
                squeeze("".join(g.char for g in self.glyphs if g.line is line)),
                squeeze(line.alt or ""),
            )
            for line in self.lines
        ]

    @cached_property
    def confidence(self) -> float:
        """The least confidence of its lines.

        A line capped for its other reading (``Line.alt``) counts 0.85 where that shows the same here, and 0.8
        where it only lost characters.
        """
        least = 1.0
        for sure, own, other in self._readings():
            if other and own in other:
                floor = 0.85
            elif _lost_some(own, other):
                floor = 0.8
            else:
                floor = 0.0
            least = min(least, max(sure, floor))
        return least

    @cached_property
    def disagrees(self) -> bool:
        """Whether the other reading of one of its lines (without the seal) shows something else here."""
        return any(
            other and own not in other and not _lost_some(own, other) for _, own, other in self._readings()
        )

    def evidence(self) -> Evidence:
        """Evidence with the tight box and the printed text."""
        return Evidence(file=self.page.file, page=self.page.page, box=self.box, text=self.text)


def _lost_some(own: str, other: str) -> bool:
    """Whether the other reading is a mere part, at least half, of this one."""
    return bool(other) and 2 * len(other) >= len(own) and other in own


def em_of(page: Page, height: float) -> float:
    """Width of a square character of ``height`` (page fraction), as a fraction of the page width."""
    return height * page.height / page.width if page.width else height


def _glyphs(page: Page, line: Line) -> list[Glyph]:
    """The glyphs of a line; a line much taller than wide is read downwards."""
    n = len(line.text)
    if not line.text.strip():
        return []
    left, top, right, bottom = line.box
    # Chinese runs downwards; other tall boxes are turned print and patterns (guilloche read as 0000)
    tall = line.height * page.height > 1.6 * line.width * page.width and all(_CJK.match(c) for c in line.text)
    out = []
    for k, char in enumerate(line.text):
        if not squeeze(char):
            continue
        if n >= 2 and tall:
            size = min((right - left) * page.width / page.height, (bottom - top) / n)
            start = top + k * (bottom - top - size) / (n - 1)
            box = (left, start, right, start + size)
        elif len(line.spans) == n:
            box = (line.spans[k][0], top, line.spans[k][1], bottom)
        else:
            a, b = _share(line.text, k)
            box = (left + a * (right - left), top, left + b * (right - left), bottom)
        out.append(Glyph(char, line, k, box))
    return out


def _share(text: str, k: int) -> tuple[float, float]:
    """Start and end of character ``k`` as shares of the line, Latin ones counting half."""
    widths = [1.0 if _CJK.match(c) else 0.5 for c in text]
    total = sum(widths)
    return sum(widths[:k]) / total, sum(widths[: k + 1]) / total


def _atoms(page: Page, lines: Iterable[Line]) -> Iterator[list[Glyph]]:
    """Lines as glyph lists; a downward line gives one list per glyph."""
    for line in lines:
        glyphs = _glyphs(page, line)
        if len(glyphs) >= 2 and glyphs[0].box[3] <= glyphs[1].box[1] + 1e-6:
            yield from ([g] for g in glyphs)
        elif glyphs:
            yield glyphs


def _beside(a: Box, b: Box) -> bool:
    """Whether two boxes stand on one row: alike in height, overlapping vertically, not one upon the other."""
    ha, hb = a[3] - a[1], b[3] - b[1]
    overlap = min(a[3], b[3]) - max(a[1], b[1])
    upon = min(a[2], b[2]) - max(a[0], b[0])
    lone = min(a[2] - a[0], b[2] - b[0]) < 0.03  # a lone character's box is often too high
    return (
        overlap >= _OVERLAP * min(ha, hb)
        and max(ha, hb) <= (_SAME_SIZE_LONE if lone else _SAME_SIZE) * min(ha, hb)
        and upon <= 0.5 * min(a[2] - a[0], b[2] - b[0])
    )


class Same:
    """A page as a cache key: the same object, not an equal one (hashing a page would read all of it)."""

    __slots__ = ("page",)

    def __init__(self, page: Page) -> None:
        self.page = page

    def __hash__(self) -> int:
        return id(self.page)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.page is self.page


def rows(page: Page) -> tuple[Run, ...]:
    """All rows of a page, top to bottom, each left to right, without slanted lines; kept for the last pages.

    A line joins the row whose nearest member it stands beside, so a slight slope does not break a row and a
    large watermark does not glue several.
    """
    return _rows(Same(page))


@lru_cache(maxsize=32)
def _rows(same: Same) -> tuple[Run, ...]:
    """The rows of a page."""
    page = same.page
    level = [line for line in page.lines if not line.slant]  # watermarks and seals would glue rows
    atoms = [(union(g.box for g in glyphs), glyphs) for glyphs in _atoms(page, level)]
    atoms.sort(key=lambda a: (a[0][1] + a[0][3]) / 2)
    built: list[list[tuple[Box, list[Glyph]]]] = []
    for box, glyphs in atoms:
        best: tuple[float, list[tuple[Box, list[Glyph]]]] | None = None
        for row in reversed(built[-40:]):
            nearest = min(row, key=lambda a: max(a[0][0] - box[2], box[0] - a[0][2]))
            if _beside(nearest[0], box):
                off = abs(nearest[0][1] + nearest[0][3] - box[1] - box[3])
                if best is None or off < best[0]:
                    best = (off, row)
        if best is None:
            built.append([(box, glyphs)])
        else:
            best[1].append((box, glyphs))
    out = []
    for row in built:
        row.sort(key=lambda a: a[0][0])
        out.append(Run(page, tuple(g for _, glyphs in row for g in glyphs)))
    out.sort(key=lambda r: (r.box[1] + r.box[3]) / 2)
    return tuple(out)


def page_text(page: Page) -> str:
    """All rows folded, one per line: what cues are searched in."""
    return _page_text(Same(page))


@lru_cache(maxsize=32)
def _page_text(same: Same) -> str:
    """The folded text of a page."""
    return "\n".join(row.folded for row in rows(same.page))


def join_texts(parts: Sequence[str]) -> str:
    """Join wrapped lines: nothing between Chinese, a blank between Latin words."""
    out = ""
    for part in parts:
        if (
            out
            and not (_CJK.match(out[-1]) or _CJK.match(part[:1]))
            and out[-1].isalpha()
            and part[:1].isalnum()
        ):
            out += " "
        out += part
    return out
