"""The cells of a form: ruled tables (joined over page breaks) as cells that know what they are.

A cell is told apart by its look alone: a year head, a unit, a figure, a tick, running text, nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from extractor.model import Box, Cell, Line, Page, Table
from extractor.values.dates import parse_date
from extractor.values.identifiers import parse_uscc

UNIT = r"(?:人民币)?(?:亿元|百万元|千万元|万元|千元|元)|万美元|美元|%|‰|项|件|个|人|名|位|家|年|次|台|套"
_UNIT = re.compile(rf"[(\[]?(?:单位:?)?({UNIT})[)\]]?")
_UNIT_REMARK = re.compile(r"单位:?(?:人民币)?(亿元|百万元|千万元|万元|千元|元)")
_UNIT_BRACKET = re.compile(rf"\(({UNIT})\)")
_YEAR = re.compile(
    r"(?:截[至止])?(?:19|20)\d\d年(?:度|末|年末|底|12月31日)?(?:数|数据|实际|实绩)?"
    r"|(?:上|上一|前|前一|去|上上|本)年(?:度|末|年末)?(?:数|数据|实际)?"
)
_BARE_YEAR = re.compile(r"(?:19|20)\d\d")
_FIGURE = re.compile(rf"(?:第|¥|人民币)?[-(△▲+]?\d[\d,.、' ]*[)]?(?:{UNIT})?")
_NUMBER = re.compile(r"-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?%?")
_DATE = re.compile(r"[\d〇零一二三四五六七八九十年月日./-]{6,16}")
_DASHES = re.compile(r"[-—–−―─/\\]{1,6}|无|暂无|不适用|/")
_TICKED = "☑☒√✓✔■▣🗹🗸"
_OPEN_BOX = "□☐▢○◯囗"
TICKS = _TICKED + _OPEN_BOX
_PLACEHOLDER = re.compile(r"(?:单击|点击)(?:或点击)?(?:此处|这里)?(?:输入|添加|选择).*|请(?:填写|输入|选择).{0,6}")
_VALUE_TEXT = re.compile(r"[\d《(]*\d|[A-Za-z《]|第[一二三四五六七八九十\d]|前[一二三\d]|(?:是|否|有|无)$")
_ODD_HEAD = re.compile(r"(?:19|20)\d\d|[上前去本今明后]年|年度|预计|计划|目标|预测|预期|累计|平均|合计|增[长减幅]|同比|比重|占比")
_SHORT = 14
_BESIDE = 2


class Look(Enum):
    """What a cell shows."""

    BLANK = "blank"
    NIL = "nil"
    YEAR = "year"
    UNIT = "unit"
    FIGURE = "figure"
    TICK = "tick"
    TEXT = "text"


@dataclass(frozen=True, slots=True, eq=False)
class FormCell:
    """A cell: its place in the (joined) table, its text (half-width, no blanks at the ends) and its look."""

    row: int
    col: int
    row_span: int
    col_span: int
    text: str
    look: Look
    page: int
    box: Box
    confidence: float
    printed: bool
    """From a text layer or a Word file, not recognised from an image."""

    @property
    def valuelike(self) -> bool:
        """Whether it may stand under a year: a figure, nothing, or a text that no label would be."""
        if self.look is Look.TEXT:
            return bool(_VALUE_TEXT.match(self.text))
        return self.look not in (Look.YEAR, Look.TICK)

    @property
    def odd_head(self) -> bool:
        """Whether it heads a column of something else than a plain year: a plan, a growth, a sum."""
        return self.look is Look.TEXT and len(self.text) <= _SHORT and bool(_ODD_HEAD.search(self.text))

    def overlaps(self, other: FormCell) -> bool:
        """Whether both take the same columns, or some of them."""
        return self.col < other.col + other.col_span and other.col < self.col + self.col_span


def plain(text: str) -> str:
    """Half-width, without fill-in lines, blanks and placeholders (NFKC: ％ and ㎡ too)."""
    half = unicodedata.normalize("NFKC", text).replace("\u200b", "")
    half = re.sub(r"_+|[ \t]{2,}", " ", half).strip()
    half = "" if _PLACEHOLDER.fullmatch(half) else half
    return half.strip(" \n|丨")


def look_of(text: str) -> Look:
    """The look of a cell's plain text; a bare year (2020) counts as a figure until its row says more."""
    tight = re.sub(r"\s+", "", text)
    if not tight:
        return Look.BLANK
    if _DASHES.fullmatch(tight):
        return Look.NIL
    if _YEAR.fullmatch(_UNIT_BRACKET.sub("", tight)):
        return Look.YEAR
    if _UNIT.fullmatch(tight):
        return Look.UNIT
    if any(c in TICKS for c in tight):
        return Look.TICK
    if _FIGURE.fullmatch(tight) or parse_uscc(tight) is not None or (_DATE.fullmatch(tight) and parse_date(tight)):
        return Look.FIGURE
    return Look.TEXT


def unit_in(text: str) -> str:
    """The unit of a unit cell, or the bracketed one in a head (``2020年（万元）``); else empty."""
    tight = re.sub(r"\s+", "", text)
    match = _UNIT.fullmatch(tight) or _UNIT_BRACKET.search(tight)
    return match[1] if match else ""


def unit_remark(text: str) -> str:
    """The unit that a remark gives to a whole table (``单位：万元``); else empty."""
    match = _UNIT_REMARK.search(re.sub(r"\s+", "", plain(text)))
    return match[1] if match else ""


@dataclass(frozen=True)
class FormTable:
    """A ruled table; ``unit``: the remark above or in it."""

    cells: tuple[FormCell, ...]
    unit: str = ""

    def left(self, cell: FormCell) -> Iterator[FormCell]:
        """The cells left of one on its rows, nearest first."""
        mine = [
            c
            for c in self.cells
            if c.col + c.col_span <= cell.col and c.row < cell.row + cell.row_span and cell.row < c.row + c.row_span
        ]
        yield from sorted(mine, key=lambda c: (-c.col, abs(c.row - cell.row)))

    def above(self, cell: FormCell) -> Iterator[FormCell]:
        """The cells above one in its columns, nearest first."""
        mine = [c for c in self.cells if c.row + c.row_span <= cell.row and c.overlaps(cell)]
        yield from sorted(mine, key=lambda c: (-(c.row + c.row_span), c.col))

    def right(self, cell: FormCell) -> FormCell | None:
        """The cell beside one on the right."""
        end = cell.col + cell.col_span
        return next((c for c in self.cells if c.col == end and c.row <= cell.row < c.row + c.row_span), None)

    def on_row(self, row: int) -> list[FormCell]:
        """The cells that take a row."""
        return [c for c in self.cells if c.row <= row < c.row + c.row_span]


def form_tables(pages: Sequence[Page]) -> list[FormTable]:
    """The ruled tables of a form, those that go on over a page break joined."""
    joined: list[tuple[Table, Page, list[FormCell], str]] = []
    for before, page in zip((None, *pages), pages, strict=False):
        tables = whole_tables(page)
        for k, table in enumerate(tables):
            unit = _remark(page, table, tables[k - 1] if k else None)
            last = joined[-1] if joined else None
            goes_on = k == 0 and before is not None and last is not None and last[1] is before
            if goes_on and last is not None and before is not None and _continues(before, last[0], page, table):
                shift = 1 + max(c.row + c.row_span for c in last[2])
                last[2].extend(_cells(page, table, shift))
                joined[-1] = (table, page, last[2], last[3] or unit)
            else:
                joined.append((table, page, _cells(page, table, 0), unit))
    return [FormTable(tuple(_with_years(cells)), unit) for _, _, cells, unit in joined]


def whole_tables(page: Page) -> list[Table]:
    """The ruled tables whose rules were all seen; of a scan, print beside a table belongs to its lost columns."""
    ruled = [t for t in page.tables if t.ruled]
    if page.source != "ocr":
        return ruled
    return [t for t in ruled if sum(_beside(x, t) for x in page.lines if not x.slant) < _BESIDE]


def _beside(line: Line, table: Table) -> bool:
    """Whether a line stands left or right of a table."""
    left, top, right, bottom = table.box
    return top < line.cy < bottom and not left < line.cx < right


def _cells(page: Page, table: Table, shift: int) -> list[FormCell]:
    """The cells of a table of a page, ``shift`` rows further down."""
    cells = [_cell(page, c, shift) for c in table.cells]
    for line in page.lines if page.source != "text" else ():
        if line.origin.startswith("ocr") and look_of(plain(line.text)) is Look.FIGURE:
            cells = _uncut(cells, line)
    return cells


def _uncut(cells: list[FormCell], line: Line) -> list[FormCell]:
    """The cells, those joined between which a figure was cut; both unsure where it may be two figures.

    Specks pass for a rule through a figure. ``372 | .4222`` can only be one, ``12 | 39`` may be two read as one.
    """
    on = [c for c in cells if _touches(line, c)]
    text = _tight(plain(line.text))
    if len(on) < 2 or any(text in _tight(c.text) for c in on):
        return cells
    first, second = min(on, key=lambda c: c.col), max(on, key=lambda c: c.col)
    a, b = _tight(first.text), _tight(second.text)
    if len(on) == 2 and a + b == text and (b[:1] in ".," or a[-1:] in ".,-") and _NUMBER.fullmatch(text):
        whole = replace(
            first, text=plain(line.text), look=Look.FIGURE, col_span=second.col + second.col_span - first.col,
            box=(first.box[0], first.box[1], second.box[2], first.box[3]),
        )  # fmt: skip
        return [whole if c is first else c for c in cells if c is not second]
    return [replace(c, confidence=min(c.confidence, 0.5)) if c in on else c for c in cells]


def _touches(line: Line, cell: FormCell) -> bool:
    """Whether some of a line stands in a cell."""
    shared = min(line.box[2], cell.box[2]) - max(line.box[0], cell.box[0])
    return cell.box[1] <= line.cy <= cell.box[3] and shared > 0.03 * line.width


def _tight(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _cell(page: Page, cell: Cell, shift: int) -> FormCell:
    text = plain(cell.text)
    ocr = [x for x in page.lines if x.origin.startswith("ocr") and _within(x, cell.box)]
    # two readings of one line that differ (a seal over it) are no sure reading
    sure = min((min(x.confidence, 0.5) if x.alt else x.confidence for x in ocr), default=1.0)
    return FormCell(
        cell.row + shift, cell.col, cell.row_span, cell.col_span, text, look_of(text), page.page, cell.box,
        min(cell.confidence, sure), page.source in ("text", "sheet") or (bool(text) and page.source == "mixed" and not ocr),
    )  # fmt: skip


def _within(line: Line, box: Box) -> bool:
    """Whether a line stands in a cell, or reaches well into it."""
    if not box[1] <= line.cy <= box[3]:
        return False
    shared = min(line.box[2], box[2]) - max(line.box[0], box[0])
    return shared > 0.3 * min(line.width, box[2] - box[0])


def _with_years(cells: Sequence[FormCell]) -> Iterator[FormCell]:
    """Bare years are heads where two or more that follow each other stand on one row."""
    rows: dict[int, list[FormCell]] = {}
    for cell in cells:
        if _BARE_YEAR.fullmatch(cell.text):
            rows.setdefault(cell.row, []).append(cell)
    told = {c.row: int(m[0]) for c in cells if c.look is Look.YEAR and (m := _BARE_YEAR.match(c.text))}
    heads = {
        id(c)
        for row, same in rows.items()
        if _follow(sorted({*(int(c.text) for c in same), *([told[row]] if row in told else [])}))
        for c in same
    }
    for c in cells:
        if id(c) not in heads:
            yield c
        else:
            yield FormCell(c.row, c.col, c.row_span, c.col_span, f"{c.text}年", Look.YEAR, c.page, c.box, c.confidence, c.printed)


def _follow(years: list[int]) -> bool:
    """Whether these are two or more years in a row."""
    return len(years) >= 2 and sorted(years) == list(range(min(years), min(years) + len(years)))


def _edges(table: Table) -> list[float]:
    """Where the columns begin, as shares of the table's width."""
    left, _, right, _ = table.box
    width = max(right - left, 1e-6)
    starts: dict[int, float] = {}
    for c in table.cells:
        starts.setdefault(c.col, (c.box[0] - left) / width)
    return [starts[k] for k in sorted(starts)]


def _continues(before: Page, above: Table, page: Page, below: Table) -> bool:
    """Whether a table at the top of a page goes on with the one at the foot of the page before."""
    if above.n_cols != below.n_cols:
        return False
    a, b = _edges(above), _edges(below)
    if len(a) != len(b) or any(abs(x - y) > 0.02 for x, y in zip(a, b, strict=True)):
        return False
    between = [x for x in before.lines if x.cy > above.box[3]] + [x for x in page.lines if x.cy < below.box[1]]
    return all(len(plain(x.text)) <= _SHORT for x in between)


def _remark(page: Page, table: Table, before: Table | None) -> str:
    """The unit that a line above the table (below the table before it) or a cell of it gives."""
    top = before.box[3] if before else 0.0
    above = [x for x in page.lines if top - 1e-6 <= x.cy <= table.box[1]]
    texts = [x.text for x in above[-4:]] + [c.text for c in table.cells]
    return next((u for t in reversed(texts) if len(t) < 40 and (u := unit_remark(t))), "")
