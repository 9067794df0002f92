"""Cells of a printed row and the amounts in them.

A row of ``extractor.documents.rows`` is cut at wide gaps and around amounts, so that a label, a note
reference and two figures that were read as one line become four cells with their own boxes.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from extractor.documents.rows import Run
from extractor.model import Evidence
from extractor.values.numbers import parse_number, repair_number

_DASH = "-—–－‐―─━一"
# an amount with cents: groups of three, cents; comma and point may be confused by the reader
_CENTS = re.compile(
    r"[(\-－—–△▲]?(?<![\d.,])(?<!\d[;:])(?:(?:\d{1,3}(?:[,.，]\d{3})+|\d{1,9})\.\d{2}|\d{1,3}(?:,\d{3})+)(?![\d.,])\)?"
)
_GLUED = re.compile(r"[(\-－—–]?\d{1,3}(?:[,.]\d{3})*\.\d{2}\)?")
_MARRED = re.compile(r"\d{1,3}(?:[,.;:]\d{3})+\.\d{2}")
"""An amount with a comma read as another mark."""
_FIRST = re.compile(r"[(\-－—–]?\d{1,6}(?:[,.]\d{3})*\.\d{2}\)?")
_CENTS_END = re.compile(r"\.\d{2}\)?(?=[\d(])")
_NUMERIC = re.compile(r"[\d,.，．、'’()（）\-－—–△▲¥￥%\s]*\d[\d,.，．、'’()（）\-－—–△▲¥￥%\s]*")
_NIL = re.compile(rf"[{_DASH}]{{1,6}}")
_DATE = re.compile(r"(?:19|20)\d{2}[.\-/]\d{1,2}[.\-/]\d{1,2}")
_THOUSANDS = re.compile(r"[(\-－—–]?[1-9]\d{0,2}\.\d{3}\)?")
_GAP = 0.75
_BELIEVABLE = 10**12
"""No figure of a small enterprise has more than twelve digits before the point, in whatever unit."""


@dataclass(frozen=True)
class Amount:
    """A figure as printed, in the statement's unit.

    ``value`` None: something stands there that cannot be read as one number. ``nil``: a dash.
    ``cut``: cut out of a longer line. ``note``: what was doubtful, for the reviewer.
    """

    value: Decimal | None
    decimals: int
    nil: bool
    raw: str
    confidence: float
    evidence: Evidence
    note: str | None = None
    origin: str = "ocr"
    """``text`` when every character comes from a text layer or a sheet, so that no digit can be misread."""


@dataclass(frozen=True)
class Cell:
    """A piece of a row; ``numeric`` when it is a figure or a nil dash.

    ``shift``: added to its edges where the page leans (``lean.py``); its evidence stays where it is printed.
    """

    run: Run
    numeric: bool
    shift: float = 0.0

    @property
    def text(self) -> str:
        """The characters without blanks, half-width."""
        return self.run.key

    @property
    def left(self) -> float:
        """Left edge (page fraction)."""
        return self.run.glyphs[0].box[0] + self.shift

    @property
    def right(self) -> float:
        """Right edge (page fraction)."""
        return self.run.glyphs[-1].box[2] + self.shift

    @property
    def centre(self) -> float:
        """Horizontal centre."""
        return (self.left + self.right) / 2

    @property
    def amountlike(self) -> bool:
        """Whether it must be money (separators or cents), not a row number or a note number."""
        return self.numeric and bool(re.search(r"\d[.,，]\d", self.run.key)) and not _DATE.fullmatch(self.run.key)

    @property
    def nil(self) -> bool:
        """Whether it is a nil dash."""
        return self.numeric and not re.search(r"\d", self.run.key)


_SPECK = 0.3
_HAN = re.compile(r"(?!一)[\u4e00-\u9fff]")


def cells_of(row: Run) -> list[Cell]:
    """The cells of a row, left to right, without what is no reading at all (a piece of a seal's edge)."""
    out: list[Cell] = []
    for segment in row.segments(_GAP):
        for part in _by_line(segment):
            out += [cell for cell in _cut(part) if not _is_speck(cell)]
    return out


def _is_speck(cell: Cell) -> bool:
    """Whether a cell is one sign (``+``, ``·``: dirt, a piece of a rule), or one character that hardly anything speaks for.

    Dashes, which fill empty cells, are none.
    """
    if cell.numeric or len(cell.text) != 1:
        return False
    sign = unicodedata.category(cell.text)[0] in "PS"
    return sign or (cell.run.confidence < _SPECK and bool(_HAN.fullmatch(cell.text)))


def join_spaced(cells: list[Cell], gap: float = 3.5) -> list[Cell]:
    """Cells with letter-spaced words (``项``, ``目``) joined; ``gap`` in character widths."""
    out: list[Cell] = []
    for cell in cells:
        last = out[-1] if out else None
        if (
            last is not None
            and len(cell.text) == 1
            and not cell.numeric
            and not last.numeric
            and len(last.run.segments(_GAP)) == len(last.run)
            and last.run.gap_em(last.run.glyphs[-1], cell.run.glyphs[0]) <= gap
        ):
            out[-1] = Cell(Run(last.run.page, last.run.glyphs + cell.run.glyphs), False)
        else:
            out.append(cell)
    return out


def _by_line(segment: Run) -> list[Run]:
    """Cut where one line of figures ends and another begins, and where a second reading lies over the first."""
    parts: list[Run] = []
    start = 0
    for i in range(1, len(segment)):
        before, here = segment.glyphs[i - 1], segment.glyphs[i]
        if before.line is here.line:
            continue
        beside = before.char in "0123456789)）" and here.char in "0123456789(（-－"
        if beside or here.box[0] < before.box[2] - 1.5 * segment.em:
            parts.append(segment.slice(start, i))
            start = i
    parts.append(segment.slice(start))
    return parts


def _cut(run: Run) -> list[Cell]:
    """Cut amounts out of a piece; a piece that is all figure stays whole unless it holds several."""
    key = run.key
    if _NIL.fullmatch(key):
        return [Cell(run, True)]
    if _NUMERIC.fullmatch(key):
        return [Cell(part, True) for piece in _at_blanks(run) for part in _at_cents(piece)]
    if _MARRED.fullmatch(key.strip("()-－")):
        return [Cell(run, True)]
    out: list[Cell] = []
    at = 0
    for match in _CENTS.finditer(key):
        start, end = match.span()
        if match[0].endswith(")") and not match[0].startswith("("):
            end -= 1
        if start > at:
            out.append(Cell(run.slice(at, start), False))
        out.append(Cell(run.slice(start, end), True))
        at = end
    if at < len(key):
        out.append(Cell(run.slice(at), bool(at) and bool(_NUMERIC.fullmatch(key[at:]))))
    return [c for c in out if len(c.run)]


def _at_blanks(run: Run) -> list[Run]:
    """Cut where a blank was read between two figures (``12 8,049,282.49``), not inside one (``12 345.60``)."""
    pairs = zip(run.glyphs, run.glyphs[1:], strict=False)
    cuts = [
        k
        for k, (a, b) in enumerate(pairs, start=1)
        if a.line is b.line and b.place > a.place + 1 and a.char in "0123456789)）" and b.char in "0123456789(（"
    ]
    parts = [run.slice(a, b) for a, b in pairwise([0, *cuts, len(run)])]
    if len(parts) < 2 or any(re.match(r"\d{3}(?![\d,])", p.key) for p in parts[1:]):
        return [run]
    return parts if all(parse_number(q.key) for p in parts for q in _at_cents(p)) else [run]


def _at_cents(run: Run) -> list[Run]:
    """Cut after the cents where the next figure follows at once: ``1,655.6012,271.40``.

    A comma is often read as a point (``229.733,709.71``): what is one number of a believable size stays one. A
    number with more digits before its first comma than a group has may have its row number glued on; it is
    kept as it is (``glued.row_numbers_apart``).
    """
    whole = parse_number(run.key)
    if whole is not None and abs(whole.value) < _BELIEVABLE:
        return [run]
    cuts = [m.end() for m in _CENTS_END.finditer(run.key)]
    parts = [run.slice(a, b) for a, b in pairwise([0, *cuts, len(run)])]
    if len(parts) < 2 or not _FIRST.fullmatch(parts[0].key) or not all(_GLUED.fullmatch(p.key) for p in parts[1:]):
        return [run]
    return parts


def amount_of(cell: Cell) -> Amount:
    """Read a numeric cell.

    Where only a guess gives a number (letters for digits), it is taken with at most 0.5 confidence
    and a note; where not even that, the value is None.
    """
    run = cell.run
    note: str | None = None
    confidence = run.confidence
    number = parse_number(run.text)
    if number is None and not re.search(r"\d\s+\d", run.text):
        # a blank beside a comma is nothing; one between digits may part two figures
        number = parse_number(run.key)
    if number is None and (repaired := repair_number(run.key)):
        number, note, confidence = repaired.number, f"识别时{repaired.changes}", min(confidence, 0.5)
    if number is not None and _THOUSANDS.fullmatch(run.key) and _origin(run) == "ocr":
        # money has two decimals or none (four or six in 万元): a lone group of three is thousands
        number = parse_number(run.key.replace(".", ","))
        note, confidence = "识别时逗号误作小数点", min(confidence, 0.8)
    if run.disagrees:
        note, confidence = "印章遮挡处两次识别结果不一致，请核对原件", min(confidence, 0.6)
    if number is None:
        return Amount(None, 0, False, run.text, 0.0, run.evidence(), "此处数字无法辨认，请人工查看")
    return Amount(number.value, number.decimals, number.nil, run.text, confidence, run.evidence(), note, _origin(run))


def _origin(run: Run) -> str:
    return "text" if all(line.origin in ("text", "sheet") for line in run.lines) else "ocr"
