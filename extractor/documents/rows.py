"""Printed rows of a page: lines that stand side by side, joined with their positions.

Letter-spaced labels reach us as several lines (``专``, ``利``, ``号：ZL…``); a vertical reading glues two
(``名类``). Searching therefore works on rows of glyphs, each of which knows its line, so that every value
found still has its page, box and confidence. Grouping only: no text is altered or dropped.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple

from extractor.model import Box, Evidence, Line, Page, union
from extractor.values.chinese import squeeze, to_halfwidth

_ACCENTED = "".join(chr(c) for c in range(0xC0, 0x180) if unicodedata.decomposition(chr(c)))
_FOLD = str.maketrans(
    "目曰入薄末証證編號國權專標冊業執簡稱類單從帐賬發時間關機準認範圍實適〇" + _ACCENTED,
    "日日人簿未证证编号国权专标册业执简称类单从账账发时间关机准认范围实适0"
    + "".join(unicodedata.normalize("NFD", c)[0] for c in _ACCENTED),
)
"""Characters that scans confuse (or that traditional print uses), and accents that specks put on Latin letters;
folded for comparing labels only, one character to one."""

_SAME_SIZE = 1.8
_SAME_SIZE_LONE = 2.4
_OVERLAP = 0.5
_CJK = re.compile(r"[\u2e80-\u9fff\uff00-\uffef\u3000-\u303f]")


def fold(text: str) -> str:
    """``text`` for comparing labels: no blanks, half-width, lower case, look-alikes made one."""
    return squeeze(text).translate(_FOLD).lower()


class Glyph(NamedTuple):
    """A printed character: its place in its line and its box (page fractions)."""

    char: str
    line: Line
    place: int
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
        return to_halfwidth("".join([g.char for g in self.glyphs]))

    @cached_property
    def folded(self) -> str:
        """One character per glyph, folded: what labels are searched in."""
        plain = self.key.translate(_FOLD)
        low = plain.lower()
        # the few letters whose small form is two characters (İ) keep their first one
        return low if len(low) == len(plain) else "".join([c.lower()[0] for c in plain])

    @cached_property
    def text(self) -> str:
        """As printed, with the blanks inside lines."""
        out, last = "", None
        for g in self.glyphs:
            if last is not None:
                if last.line is g.line and last.place < g.place:
                    out += g.line.text[last.place + 1 : g.place]
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

    @cached_property
    def gaps(self) -> tuple[float, ...]:
        """White space before each glyph, in character widths; 0 before the first."""
        return (0.0, *(self.gap_em(a, b) for a, b in pairwise(self.glyphs)))

    def slice(self, start: int, end: int | None = None) -> Run:
        """Glyphs ``start`` to ``end``, as of ``key``."""
        return Run(self.page, self.glyphs[start:end])

    def segments(self, gap: float) -> list[Run]:
        """Cut where the white space exceeds ``gap`` character widths."""
        if not self.glyphs:
            return []
        starts = [0, *(k for k, white in enumerate(self.gaps) if white > gap and k), len(self)]
        return [self.slice(a, b) for a, b in pairwise(starts)]

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
        return any(other and own not in other and not _lost_some(own, other) for _, own, other in self._readings())

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
    text, n = line.text, len(line.text)
    if not text.strip():
        return []
    left, top, right, bottom = line.box
    # Chinese runs downwards; other tall boxes are turned print and patterns (guilloche read as 0000)
    tall = line.height * page.height > 1.6 * line.width * page.width and all(_CJK.match(c) for c in text)
    boxes: Iterable[Box]
    if n >= 2 and tall:
        size = min((right - left) * page.width / page.height, (bottom - top) / n)
        starts = [top + k * (bottom - top - size) / (n - 1) for k in range(n)]
        boxes = [(left, start, right, start + size) for start in starts]
    elif len(line.spans) == n:
        boxes = [(a, top, b, bottom) for a, b in line.spans]
    else:
        edges = [left + share * (right - left) for share in _shares(text)]
        boxes = [(a, top, b, bottom) for a, b in pairwise(edges)]
    return [Glyph(c, line, k, box) for k, (c, box) in enumerate(zip(text, boxes, strict=True)) if not _is_blank(c)]


def _shares(text: str) -> tuple[float, ...]:
    """Where each character starts, and the last ends, as shares of the line; Latin ones count half."""
    ends = list(accumulate((1.0 if _CJK.match(c) else 0.5 for c in text), initial=0.0))
    return tuple(end / ends[-1] for end in ends)


@lru_cache(maxsize=8192)
def _is_blank(char: str) -> bool:
    """Whether a character prints nothing."""
    return not squeeze(char)


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
        """Of the object."""
        return id(self.page)

    def __eq__(self, other: object) -> bool:
        """Whether both stand for the same object."""
        return isinstance(other, Same) and other.page is self.page


def rows(page: Page) -> tuple[Run, ...]:
    """All rows of a page, top to bottom, each left to right, without slanted lines; kept for the last pages.

    A line joins the row whose nearest member it stands beside, so a slight slope does not break a row and a
    large watermark does not glue several.
    """
    return _rows(Same(page))


@dataclass(slots=True)
class _Building:
    """A row being put together: its members, and how far up and down they reach."""

    top: float
    bottom: float
    members: list[tuple[Box, list[Glyph]]] = field(default_factory=list)

    def add(self, box: Box, glyphs: list[Glyph]) -> None:
        """A further member."""
        self.top, self.bottom = min(self.top, box[1]), max(self.bottom, box[3])
        self.members.append((box, glyphs))

    def nearest(self, box: Box) -> Box:
        """The member that stands nearest sideways."""
        return min((b for b, _ in self.members), key=lambda b: max(b[0] - box[2], box[0] - b[2]))


@lru_cache(maxsize=32)
def _rows(same: Same) -> tuple[Run, ...]:
    """The rows of a page."""
    page = same.page
    level = [line for line in page.lines if not line.slant]  # watermarks and seals would glue rows
    atoms = [(union(g.box for g in glyphs), glyphs) for glyphs in _atoms(page, level)]
    atoms.sort(key=lambda a: (a[0][1] + a[0][3]) / 2)
    built: list[_Building] = []
    for box, glyphs in atoms:
        best: tuple[float, _Building] | None = None
        for row in reversed(built[-40:]):
            if row.top > box[3] or row.bottom < box[1]:
                continue
            near = row.nearest(box)
            if _beside(near, box):
                off = abs(near[1] + near[3] - box[1] - box[3])
                if best is None or off < best[0]:
                    best = (off, row)
        if best is None:
            built.append(_Building(box[1], box[3], [(box, glyphs)]))
        else:
            best[1].add(box, glyphs)
    out = []
    for done in built:
        done.members.sort(key=lambda a: a[0][0])
        out.append(Run(page, _once([glyphs for _, glyphs in done.members])))
    out.sort(key=lambda r: (r.box[1] + r.box[3]) / 2)
    return tuple(out)


def _once(members: Sequence[list[Glyph]]) -> tuple[Glyph, ...]:
    """The glyphs of a row; one that two overlapping lines both show (``成立日期2``, ``2000年``) only once."""
    out: list[Glyph] = []
    for glyphs in members:
        first = glyphs[0]
        if out and out[-1].char == first.char and out[-1].line is not first.line and len(out) > 1:
            upon = min(out[-1].box[2], first.box[2]) - max(out[-1].box[0], first.box[0])
            if upon > 0.5 * min(out[-1].box[2] - out[-1].box[0], first.box[2] - first.box[0]):
                out.pop()
        out += glyphs
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
        if out and not (_CJK.match(out[-1]) or _CJK.match(part[:1])) and out[-1].isalpha() and part[:1].isalnum():
            out += " "
        out += part
    return out
