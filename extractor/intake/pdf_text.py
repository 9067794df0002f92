"""The text layer of a PDF page: characters from PDFium, joined into runs on one base line.

PDFium's per-character calls cost about half a microsecond each through ctypes, so each
character is asked only for what differs between characters; the rest (font, size, angle)
is asked once per text object.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium

Rect = tuple[float, float, float, float]
"""(left, top, right, bottom) in points of the upright page, origin top left."""

BREAK_GAP = 0.6  # em: a wider gap starts a new word
SPACE_GAP = 0.12  # em: a blank character over at least this gap is kept as one space
SIZE_JUMP = 1.3  # ratio of font sizes that starts a new word
BASE_TOLERANCE = 0.25  # em: base lines closer than this are the same line
ANGLE_TOLERANCE = 3.0  # degrees off 0/90/180/270
INVISIBLE = 3  # text rendering mode of OCR layers (ISO 32000-1, table 106)

# The same C function, returning the object's address as a number: cheaper to compare and to keep.
_text_object = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)(
    ctypes.cast(pdfium.FPDFText_GetTextObject, ctypes.c_void_p).value or 0
)


@dataclass(frozen=True, slots=True)
class Word:
    """A run of text on one base line without a gap wider than 0.6 em; may hold single spaces.

    ``box`` is in points of the upright page. ``chars`` has the (left, right) of each character
    of ``text`` for ``turn`` 0, else it is empty. ``turn`` is how far clockwise the run reads
    (0, 90, 180, 270) on that page; ``size`` is the font size in points as drawn.
    """

    text: str
    box: Rect
    chars: tuple[tuple[float, float], ...]
    font: str
    size: float
    turn: int = 0


@dataclass(frozen=True, slots=True)
class TextQuality:
    """Hints on whether the text layer can be trusted; all are character counts but ``oblique_text``.

    ``unmapped``: the font gives no Unicode, so the character is a guess. ``invisible``: drawn with
    no ink, as OCR layers are. ``oblique``: slanted, as watermarks are (left out of the words).
    """

    chars: int = 0
    unmapped: int = 0
    replacement: int = 0
    private_use: int = 0
    control: int = 0
    invisible: int = 0
    turned: int = 0
    oblique: int = 0
    oblique_text: str = ""
    fonts: tuple[str, ...] = ()
    unmapped_fonts: tuple[str, ...] = ()

    @property
    def bad(self) -> int:
        """Characters that cannot be right."""
        return self.unmapped + self.replacement + self.private_use + self.control


@dataclass(frozen=True, slots=True)
class PageText:
    """Words of a page in content order of their first character, and the quality hints."""

    words: tuple[Word, ...]
    quality: TextQuality


@dataclass(slots=True)
class _Style:
    """What all characters of one text object share."""

    font: str
    size: float
    turn: int | None  # None: oblique
    invisible: bool


@dataclass(slots=True)
class _Run:
    """A word being built, in reading coordinates: u along the line, v across it, downwards."""

    style: _Style
    base: float
    texts: list[str] = field(default_factory=list)
    spans: list[tuple[float, float]] = field(default_factory=list)
    top: float = math.inf
    bottom: float = -math.inf

    def add(self, text: str, left: float, right: float, top: float, bottom: float) -> None:
        """Append a character, or the two halves of one that UTF-16 splits."""
        self.texts.append(text)
        self.spans.append((left, right))
        self.top, self.bottom = min(self.top, top), max(self.bottom, bottom)


Transform = Callable[[float, float], tuple[float, float]]
_Line = tuple[float, float, float]
"""Factors of x and y, and what is added."""


def read_text(textpage: Any, transform: Transform, rotation: int) -> PageText:
    """Read the words of one page.

    Args:
        textpage: an open ``pypdfium2.PdfTextPage``.
        transform: (x, y) in PDF user space to points of the upright page, y down.
        rotation: clockwise turn from user space to the upright page, in degrees.
    """
    reader = _Reader(textpage.raw, transform, rotation)
    count = max(textpage.count_chars(), 0)
    runs = _joined(_without_doubles(reader.runs(count)))
    words = tuple(_word(r) for r in runs)
    return PageText(words, reader.quality(sum(len(r.texts) for r in runs)))


class _Reader:
    """One pass over a page's characters."""

    def __init__(self, raw: Any, transform: Transform, rotation: int) -> None:
        self._raw = raw
        self._address = ctypes.cast(raw, ctypes.c_void_p)
        self._to_page = transform
        self._rotation = rotation
        self._styles: dict[int | None, _Style] = {}
        self._counts: Counter[str] = Counter()
        self._fonts: dict[str, None] = {}
        self._unmapped_fonts: dict[str, None] = {}
        self._oblique: list[str] = []
        self._readings: dict[int, tuple[_Line, _Line]] = {}

    def runs(self, count: int) -> list[_Run]:
        """Characters in content order, a new run at every jump."""
        raw, loose, origin = self._raw, pdfium.FS_RECTF(), (ctypes.c_double(), ctypes.c_double())
        loose_ref, x_ref, y_ref = ctypes.byref(loose), ctypes.byref(origin[0]), ctypes.byref(origin[1])
        runs: list[_Run] = []
        run: _Run | None = None
        blank = False
        for i in range(count):
            code = pdfium.FPDFText_GetUnicode(raw, i)
            if code in (0x20, 0x0D, 0x0A, 0x09, 0xA0, 0x3000):
                blank = True
                continue
            style = self._style(i)
            char = self._char(code, i, style)
            if style.turn is None:
                self._oblique.append(char)
                continue
            if not char:
                continue
            pdfium.FPDFText_GetCharOrigin(raw, i, x_ref, y_ref)
            x, y = origin[0].value, origin[1].value
            if self._unturned(style):
                pdfium.FPDFText_GetLooseCharBox(raw, i, loose_ref)
                box = (loose.left, loose.bottom, loose.right, loose.top)
            else:
                box = (0.0, 0.0, 0.0, 0.0)
            if box[2] <= box[0] or box[3] <= box[1]:
                box = self._tight(i)
            (ux, uy, uc), (vx, vy, vc) = self._reading(style.turn)
            u0, u1 = ux * box[0] + uy * box[1] + uc, ux * box[2] + uy * box[3] + uc
            v0, v1 = vx * box[0] + vy * box[1] + vc, vx * box[2] + vy * box[3] + vc
            u0, u1 = (u0, u1) if u0 <= u1 else (u1, u0)
            v0, v1 = (v0, v1) if v0 <= v1 else (v1, v0)
            base = vx * x + vy * y + vc
            if run is None or not _continues(run, style, base, u0):
                run = _Run(style, base)
                runs.append(run)
            elif blank and u0 - run.spans[-1][1] > SPACE_GAP * style.size:
                run.add(" ", run.spans[-1][1], u0, v0, v1)
            run.add(char, u0, u1, v0, v1)
            blank = False
        return runs

    def quality(self, chars: int) -> TextQuality:
        """The hints counted so far."""
        c = self._counts
        return TextQuality(
            chars=chars,
            unmapped=c["unmapped"],
            replacement=c["replacement"],
            private_use=c["private_use"],
            control=c["control"],
            invisible=c["invisible"],
            turned=c["turned"],
            oblique=len(self._oblique),
            oblique_text="".join(self._oblique)[:200],
            fonts=tuple(self._fonts),
            unmapped_fonts=tuple(self._unmapped_fonts),
        )

    def _unturned(self, style: _Style) -> bool:
        """Whether the run is upright in user space, where PDFium's loose boxes are right."""
        return style.turn is not None and (style.turn - self._rotation) % 360 == 0

    def _char(self, code: int, i: int, style: _Style) -> str:
        """The character as text, counting what is doubtful about it; empty if unprintable."""
        if code == 2 and pdfium.FPDFText_IsHyphen(self._raw, i):  # PDFium's mark for a hyphen at a line end
            return "-"
        counts = self._counts
        if pdfium.FPDFText_HasUnicodeMapError(self._raw, i) == 1:
            counts["unmapped"] += 1
            self._unmapped_fonts[style.font] = None
        elif code == 0xFFFD:
            counts["replacement"] += 1
        elif 0xE000 <= code <= 0xF8FF or code >= 0xF0000:
            counts["private_use"] += 1
        elif code < 0x20 or 0x7F <= code < 0xA0 or code == 0xFFFE:
            counts["control"] += 1
            return ""
        if style.invisible:
            counts["invisible"] += 1
        if style.turn:
            counts["turned"] += 1
        return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"

    def _style(self, i: int) -> _Style:
        address = _text_object(self._address, i)
        known = self._styles.get(address)
        if known is None:
            known = self._styles[address] = self._read_style(i, address)
            self._fonts[known.font] = None
        return known

    def _read_style(self, i: int, address: int | None) -> _Style:
        m = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(self._raw, i, ctypes.byref(m))
        size = pdfium.FPDFText_GetFontSize(self._raw, i) * math.hypot(m.c, m.d)
        angle = self._rotation - math.degrees(math.atan2(m.b, m.a))
        turn: int | None = round(angle / 90) * 90 % 360
        if abs((angle - (turn or 0) + 180) % 360 - 180) > ANGLE_TOLERANCE:
            turn = None
        font, mode = "", 0
        if address:
            obj = ctypes.cast(address, pdfium.FPDF_PAGEOBJECT)
            font = _font_name(pdfium.FPDFTextObj_GetFont(obj))
            mode = pdfium.FPDFTextObj_GetTextRenderMode(obj)
        return _Style(font, size if size > 0 else 1.0, turn, mode == INVISIBLE)

    def _tight(self, i: int) -> Rect:
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        pdfium.FPDFText_GetCharBox(self._raw, i, left, right, bottom, top)
        return (left.value, bottom.value, right.value, top.value)

    def _reading(self, turn: int) -> tuple[_Line, _Line]:
        """How reading coordinates (along the line, across it) follow from user space, for text that reads ``turn`` degrees."""
        known = self._readings.get(turn)
        if known is None:
            o, a, b = (_to_reading(*self._to_page(x, y), turn) for x, y in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)))
            # Quarter turns: each factor is -1, 0 or 1, whatever rounding made of it.
            u, v = ((float(round(a[k] - o[k])), float(round(b[k] - o[k])), o[k]) for k in (0, 1))
            known = self._readings[turn] = (u, v)
        return known


def _to_reading(x: float, y: float, turn: int) -> tuple[float, float]:
    """Page point to (along the line, across it) for text that reads ``turn`` degrees clockwise."""
    return {0: (x, y), 90: (y, -x), 180: (-x, -y), 270: (-y, x)}[turn]


def _from_reading(u: float, v: float, turn: int) -> tuple[float, float]:
    return {0: (u, v), 90: (-v, u), 180: (-u, -v), 270: (v, -u)}[turn]


def _alike(a: _Style, b: _Style) -> bool:
    return a is b or (a.turn == b.turn and max(a.size, b.size) <= SIZE_JUMP * min(a.size, b.size))


def _continues(run: _Run, style: _Style, base: float, left: float) -> bool:
    gap = left - run.spans[-1][1]
    return (
        _alike(run.style, style)
        and abs(base - run.base) <= BASE_TOLERANCE * style.size
        and -0.5 * style.size <= gap <= BREAK_GAP * style.size
        and left >= run.spans[-1][0]
        and not _two_numbers(run, gap)
    )


def _two_numbers(run: _Run, gap: float) -> bool:
    """Whether the run already ends a money amount (``.00``), so that a gap starts the next column."""
    if gap <= 0.2 * run.style.size:
        return False
    tail = "".join(run.texts[-3:])
    return len(tail) == 3 and tail[0] == "." and tail[1:].isdigit()


def _without_doubles(runs: Iterable[_Run]) -> list[_Run]:
    """Drop runs drawn again on the same spot to look bold."""
    kept: list[_Run] = []
    seen: dict[str, list[_Run]] = {}
    for run in runs:
        text = "".join(run.texts)
        near = 0.15 * run.style.size
        same = seen.setdefault(text, [])
        if any(
            r.style.turn == run.style.turn and abs(r.base - run.base) <= near and abs(r.spans[0][0] - run.spans[0][0]) <= near
            for r in same
        ):
            continue
        same.append(run)
        kept.append(run)
    return kept


def _joined(runs: list[_Run]) -> list[_Run]:
    """Join neighbouring runs of a line that the content stream draws out of order."""
    order = {id(r): i for i, r in enumerate(runs)}
    lines: list[list[_Run]] = []
    for run in sorted(runs, key=lambda r: (r.style.turn or 0, r.base)):
        line = lines[-1] if lines else None
        if line is None or line[0].style.turn != run.style.turn or run.base - line[0].base > BASE_TOLERANCE * run.style.size:
            lines.append([run])
        else:
            line.append(run)
    joined: list[_Run] = []
    for line in lines:
        current: _Run | None = None
        for run in sorted(line, key=lambda r: r.spans[0][0]):
            if current is not None and _continues(current, run.style, run.base, run.spans[0][0]):
                current.texts += run.texts
                current.spans += run.spans
                current.top, current.bottom = min(current.top, run.top), max(current.bottom, run.bottom)
            else:
                current = run
                joined.append(run)
    return sorted(joined, key=lambda r: order[id(r)])


def _word(run: _Run) -> Word:
    turn = run.style.turn or 0
    left, right = run.spans[0][0], max(s[1] for s in run.spans)
    x0, y0 = _from_reading(left, run.top, turn)
    x1, y1 = _from_reading(right, run.bottom, turn)
    box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    spans = tuple(run.spans) if turn == 0 else ()
    return Word("".join(run.texts), box, spans, run.style.font, round(run.style.size, 2), turn)


def _font_name(font: Any) -> str:
    """The PostScript name without the subset prefix (``ABCDEF+SimSun`` is ``SimSun``)."""
    if not font:
        return ""
    size = pdfium.FPDFFont_GetBaseFontName(font, None, 0)
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDFFont_GetBaseFontName(font, buffer, size)
    name = buffer.value.decode("utf-8", errors="replace")
    return name.split("+", 1)[1] if name[6:7] == "+" else name
