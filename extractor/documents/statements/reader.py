"""From pages to statements: where each table starts, its header, its rows, where it goes on and ends."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from extractor.documents.rows import Run, rows
from extractor.documents.statements.bilingual import one_language
from extractor.documents.statements.catalogue import (
    BALANCE_KEYS,
    BALANCE_NAMES,
    INCOME_KEYS,
    INCOME_NAMES,
    name_of,
)
from extractor.documents.statements.cells import Cell, cells_of
from extractor.documents.statements.headers import Column, Scope, build_columns, header_cells, parse_header
from extractor.documents.statements.level import levelled, restored, slope_of
from extractor.documents.statements.side_by_side import parted
from extractor.documents.statements.table import Entry, known_names, read_body
from extractor.documents.statements.titles import (
    Kind,
    Preamble,
    Title,
    may_have_title,
    read_preamble,
    signed,
    title_of_row,
)
from extractor.model import Page

_NOT_ACTUAL = re.compile(r"(?:预计|预测|预算|计划|模拟|备考|试算).{0,8}表(?!日)")
"""Titles of statements that show no actual figures: forecasts, budgets, pro forma ones."""


@dataclass(frozen=True)
class Part:
    """The rows of a statement read under one header (one page)."""

    columns: tuple[Column, ...]
    entries: tuple[Entry, ...]
    page: Page


@dataclass
class Statement:
    """One statement: its parts in order and what its preamble says."""

    kind: Kind
    scope: Scope | Literal["both"] | None
    title: str
    preamble: Preamble
    parts: list[Part] = field(default_factory=list)
    inferred: bool = False
    """Found by its rows, without a title."""

    @property
    def pages(self) -> list[tuple[int, int]]:
        """The (file, page) places it stands on."""
        return [(p.page.file, p.page.page) for p in self.parts]

    @property
    def adjusting(self) -> bool:
        """Whether it shows adjustments of a change of standards, not a statement."""
        return any(c.adjusting for p in self.parts for c in p.columns)


@dataclass(frozen=True)
class Layout:
    """A stretch of rows taken apart."""

    preamble: list[Run]
    columns: list[Column]
    body: list[Run]
    ended: bool


def read_statements(pages: Sequence[Page]) -> list[Statement]:
    """All statements on the pages, in order; tables of adjustments are left out."""
    found: list[Statement] = []
    open_: Statement | None = None
    last_page = -9
    for number, page in enumerate(pages):
        titled = may_have_title(page)
        near = number - last_page <= 1 or len(pages) <= 3
        if not (titled or open_ or near) or not page.lines:
            continue
        slope = slope_of(page)
        for title, chunk in [c for side in parted(levelled(page, slope)) for c in _chunks(side)]:
            layout = lay_out(chunk)
            statement = _begin(title, layout, open_, found[-1] if found and near else None, near)
            if statement is None and title is None and open_ is not None and _goes_on(open_, layout):
                statement = open_
            part = _part(statement, layout, page, slope) if statement is not None else None
            open_ = None
            if statement is None or part is None:
                continue
            if statement not in found:
                found.append(statement)
            statement.parts.append(part)
            last_page = number
            open_ = None if layout.ended else statement
    return [s for s in found if not s.adjusting]


def _chunks(page: Page) -> list[tuple[Title | None, list[Run]]]:
    """The rows of a page cut at statement titles; the first piece has none."""
    out: list[tuple[Title | None, list[Run]]] = [(None, [])]
    previous: list[Run] = []
    for row in one_language(rows(page)):
        title = title_of_row(row)
        if title is not None:
            # the company's name and the unit may stand above the title
            above = [r for r in previous[-3:] if row.box[1] - r.box[3] < 4 * (row.box[3] - row.box[1])] if len(out) == 1 else []
            out.append((title, [*[r for r in above if not _bodylike(r)], row]))
        else:
            out[-1][1].append(row)
        previous.append(row)
    return out


def _bodylike(row: Run) -> bool:
    cells = cells_of(row)
    return any(c.amountlike for c in cells) or signed(row)


def _headers(cells: Sequence[Cell]) -> tuple[int, int, int]:
    """How many cells of a row are timed headers, item/line/note headers, and other texts."""
    timed = fixed = rest = 0
    for cell in cells:
        header = parse_header(cell.text)
        if header is None:
            rest += 1
        elif header.kind in ("item", "line", "note"):
            fixed += 1
        elif header.timed or header.when == "month":
            timed += 1
    return timed, fixed, rest


def lay_out(chunk: Sequence[Run]) -> Layout:
    """Preamble, header block and body of a stretch of rows."""
    cut = [header_cells(r) for r in chunk]
    anchor = next((i for i, cells in enumerate(cut) if _anchor(cells)), None)
    first = next((i for i, (row, cells) in enumerate(zip(chunk, cut, strict=True)) if _first_body(row, cells)), len(chunk))
    columns: list[Column] = []
    start = first
    preamble = list(chunk[:first])
    if anchor is not None and anchor <= first + 1:
        top, bottom = _block(chunk, cut, anchor)
        columns = build_columns([cut[i] for i in range(top, bottom + 1)])
        start, preamble = bottom + 1, list(chunk[:anchor])
        preamble += chunk[anchor : bottom + 1]
    end = next((i for i in range(start, len(chunk)) if signed(chunk[i])), len(chunk))
    body = list(chunk[start:end])
    # a second header inside the body starts another table (not a statement title): stop before it
    again = next((i for i, row in enumerate(body) if i > 3 and _anchor(header_cells(row))), None)
    if again is not None and columns and len(columns) != len(build_columns([header_cells(body[again])])):
        body, end = body[:again], start
    return Layout(preamble, columns, body, end < len(chunk))


def _anchor(cells: Sequence[Cell]) -> bool:
    """Whether a row is the main header row."""
    timed, fixed, rest = _headers(cells)
    if any(c.amountlike for c in cells):
        return False
    return (timed >= 2 and rest <= max(2, timed)) or (timed >= 1 and fixed >= 1 and rest <= 3)


def _first_body(row: Run, cells: Sequence[Cell]) -> bool:
    """Whether a row belongs to the table's body."""
    if _anchor(cells) or parse_header(row.key) or _headerish(cells):
        return False
    if any(c.amountlike for c in cells) and not signed(row):
        return True
    words = [c for c in cells if not c.numeric]
    return bool(words) and not _headers(words)[1] and name_of("".join(c.text for c in words[:1])).known and "表" not in row.key


def _block(chunk: Sequence[Run], cut: Sequence[Sequence[Cell]], anchor: int) -> tuple[int, int]:
    """First and last row of the header block around its main row."""
    top = bottom = anchor
    height = max(0.006, chunk[anchor].box[3] - chunk[anchor].box[1])
    while top > 0 and anchor - top < 2 and chunk[top].box[1] - chunk[top - 1].box[3] < 1.3 * height:
        # a lone 项目 set halfway up a header of two levels parts the scopes from the times
        if not _headerish(cut[top - 1]) or (len(cut[top - 1]) < 2 and not _headers(cut[top - 1])[1]):
            break
        top -= 1
    while bottom + 1 < len(chunk) and bottom - anchor < 3 and chunk[bottom + 1].box[1] - chunk[bottom].box[3] < 1.6 * height:
        if not _headerish(cut[bottom + 1]) or _first_body(chunk[bottom + 1], cut[bottom + 1]):
            break
        bottom += 1
    return top, bottom


def _headerish(cells: Sequence[Cell]) -> bool:
    """Whether all cells of a row can be parts of headers; among scopes (合并 | 公司) one may be misread."""
    scopes = sum(bool((h := parse_header(c.text)) and h.scope and not h.timed) for c in cells)
    if scopes >= 2 and scopes == len(cells) - 1 and not any(c.numeric for c in cells):
        return True
    return bool(cells) and all(
        (
            parse_header(c.text) is not None
            or c.text.strip("()") in ("年", "月", "日", "已重述", "经重述", "调整后", "人民币元", "元", "万元")
        )
        and not c.amountlike
        for c in cells
    )


def _begin(title: Title | None, layout: Layout, open_: Statement | None, last: Statement | None, near: bool) -> Statement | None:
    """A new statement, or None when the rows continue the open one or are none."""
    if title is not None:
        if not layout.body or not (layout.columns or _family(layout, title.kind)):
            return None
        if open_ is not None and title.continued and open_.kind == title.kind:
            return open_
        preamble = read_preamble(layout.preamble)
        return Statement(title.kind, title.scope, title.text, preamble)
    if not layout.columns or not near or any(c.kind == "other" for c in layout.columns):
        return None
    if any(_NOT_ACTUAL.search(row.key) for row in layout.preamble):
        return None
    names = known_names(read_body(layout.body, layout.columns))
    keys = {name_of(n).key for n in names}
    for kind, wanted, family in (("balance", BALANCE_KEYS, BALANCE_NAMES), ("income", INCOME_KEYS, INCOME_NAMES)):
        if len(keys & wanted) >= 3 and len(names & family) >= 6:
            if open_ is not None and open_.kind == kind:
                return None
            if last is not None and last.kind == kind:
                return last
            scope = last.scope if last is not None else None
            return Statement(kind, scope, "", read_preamble(layout.preamble), inferred=True)  # type: ignore[arg-type]
    return None


def _family(layout: Layout, kind: Kind) -> bool:
    """Whether rows without a header still are a statement of this kind."""
    wanted = BALANCE_NAMES if kind == "balance" else INCOME_NAMES
    words = {name_of("".join(c.text for c in cells_of(r) if not c.numeric)).name for r in layout.body}
    return len(words & wanted) >= 4 and any(_bodylike(r) for r in layout.body)


def _goes_on(statement: Statement, layout: Layout) -> bool:
    """Whether rows without a title continue the open statement."""
    if statement.kind in ("cash", "equity"):
        return any(_bodylike(r) for r in layout.body)
    wanted = BALANCE_NAMES if statement.kind == "balance" else INCOME_NAMES
    columns = layout.columns or list(statement.parts[-1].columns)
    if any(c.kind == "other" for c in columns):
        return False
    names = known_names(read_body(layout.body, columns))
    return len(names & wanted) >= 2 or (len(names & wanted) >= 1 and len(layout.body) < 12)


def _part(statement: Statement, layout: Layout, page: Page, slope: float) -> Part | None:
    """The rows read under their own header, or the one inherited from the page before."""
    columns = layout.columns
    if columns and not any(c.timed for c in columns) and statement.parts:
        columns = []
    if not columns and statement.parts:
        columns = list(statement.parts[-1].columns)
    sure = True
    if not columns:
        columns, sure = _guess(layout.body), False
    if statement.kind in ("cash", "equity"):
        return Part(tuple(columns), (), page)
    entries = restored(read_body(layout.body, columns), slope)
    if not entries:
        return None
    if not sure:
        columns = [replace(c, sure=0.5) for c in columns]
    return Part(tuple(columns), tuple(entries), page)


def _guess(body: Sequence[Run]) -> list[Column]:
    """Columns of a table without any header: only where each row has two figures, this year's first.

    Marked unsure; such figures never pass as checked.
    """
    pairs = [[c for c in cells_of(r) if c.amountlike] for r in body]
    pairs = [p for p in pairs if p]
    if not pairs or max(map(len, pairs)) != 2:
        return []
    both = [p for p in pairs if len(p) == 2]
    if len(both) < 3:
        return []
    strips = [(min(p[k].left for p in both), max(p[k].right for p in both)) for k in (0, 1)]
    if strips[0][1] > strips[1][0]:
        return []
    return [
        Column(strips[0][0], strips[0][1], "figure", "", when="current", sure=0.5),
        Column(strips[1][0], strips[1][1], "figure", "", when="prior", sure=0.5),
    ]
