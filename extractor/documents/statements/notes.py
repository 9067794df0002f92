"""Detail in the notes (附注): 主营业务收入 within 营业收入, and the 研发费用 table.

A note table is trusted as far as its own sum holds and its total is the statement's figure; the total
also tells whether it belongs to the consolidated or the parent statements.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from extractor.documents.rows import Run, rows
from extractor.documents.statements.cells import Amount
from extractor.documents.statements.gate import UNPROVEN
from extractor.documents.statements.headers import Column, resolve
from extractor.documents.statements.misplaced import OFF
from extractor.documents.statements.reader import lay_out
from extractor.documents.statements.table import Entry, read_body
from extractor.documents.statements.titles import unit_of_row
from extractor.model import Field, Page
from extractor.values.chinese import squeeze
from extractor.values.money import UNIT_FACTORS

_NUMBER = r"(?:附?注?释?[\d一二三四五六七八九十()（）、.．]{0,9})"
_REVENUE = re.compile(
    _NUMBER + r"(?:主营业务收入|营业收入|营业总收入)(?:[和及、与/](?:主营业务成本|营业成本|营业总成本|成本))?"
    r"(?:情况|明细|明细情况|列示如下|构成)?(?:\(.{1,6}\))?[:]?"
)
_RD = re.compile(_NUMBER + r"(?:研发费用|研究开发费用?|研究与开发费用?)(?:情况|明细|明细情况)?[:]?")
_NEXT = re.compile(
    r"(?:\d{1,3}[、.．](?!\d)|[(（][一二三四五六七八九十]{1,3}[)）]|[一二三四五六七八九十]{1,3}[、.])[\u4e00-\u9fff]{2,}"
)
_MAIN = ("主营业务", "主营业务收入", "主营业务收入小计", "主营业务小计", "主营业务收入合计")
_OTHER = ("其他业务", "其他业务收入", "其他业务收入小计", "其他业务小计", "其他业务收入合计")
_TOTAL = ("合计", "营业收入合计", "营业收入", "总计", "收入合计")


@dataclass(frozen=True)
class NoteTable:
    """A table of the notes: its columns and rows, in ``factor`` yuan."""

    columns: tuple[Column, ...]
    entries: tuple[Entry, ...]
    unit: str | None
    page: Page

    def row(self, names: Sequence[str]) -> Entry | None:
        """The first row with figures whose whole label is one of ``names``."""
        return next((e for e in self.entries if e.name.name in names and e.amounts), None)

    def amount(self, entry: Entry, period: str, context: str) -> Amount | None:
        """The figure of a row for a period; of 收入 | 成本 the 收入 column."""
        hits = [i for i, c in enumerate(self.columns) if resolve(c, "income", context) == period and i in entry.amounts]
        leafs = [i for i in hits if self.columns[i].leaf in ("收入", "金额")] or [
            i for i in hits if self.columns[i].leaf != "成本"
        ]
        return entry.amounts[leafs[0]] if len(leafs) == 1 else None


def note_tables(
    pages: Sequence[Page], heading: re.Pattern[str], word: str, enough: Callable[[NoteTable], bool]
) -> list[NoteTable]:
    """Tables under a note heading; ``word``: text without which a page is not looked at."""
    out: list[NoteTable] = []
    for number, page in enumerate(pages):
        if not any(word in squeeze(line.text) for line in page.lines):
            continue
        page_rows = rows(page)
        for i, row in enumerate(page_rows):
            if not heading.fullmatch(squeeze(row.text)):
                continue
            chunk = _until_next(page_rows[i + 1 : i + 60])
            table = _table(chunk, page, ())
            if table is None or not enough(table):
                table = _over_page(chunk, page, pages[number + 1] if number + 1 < len(pages) else None)
            if table is not None and enough(table):
                out.append(table)
    return out


def _until_next(chunk: Sequence[Run]) -> list[Run]:
    """The rows up to the next numbered heading after some figures."""
    out: list[Run] = []
    figures = False
    for row in chunk:
        key = squeeze(row.text)
        figures |= bool(re.search(r"\d[,，]\d{3}|\d\.\d{2}", key))
        if figures and _NEXT.match(key) and not re.search(r"\d[,，]\d{3}", key):
            break
        out.append(row)
    return out


def _table(chunk: Sequence[Run], page: Page, inherited: Sequence[Column]) -> NoteTable | None:
    """The table in a stretch of rows."""
    layout = lay_out(chunk)
    columns = layout.columns or list(inherited)
    if not any(c.timed for c in columns):
        return None
    entries = read_body(layout.body, columns)
    unit = next((u[0] for r in layout.preamble if (u := unit_of_row(r))), None)
    return NoteTable(tuple(columns), tuple(entries), unit, page)


def _over_page(chunk: Sequence[Run], page: Page, following: Page | None) -> NoteTable | None:
    """A table that goes on at the top of the next page, or starts there."""
    if following is None:
        return None
    first = _table(chunk, page, ())
    more = _until_next(rows(following)[:60])
    second = _table(more, following, first.columns if first else ())
    if second is None or first is None:
        return second
    return NoteTable(first.columns, (*first.entries, *second.entries), first.unit, page)


def main_revenue(
    pages: Sequence[Page], revenue: Field | None, others: Sequence[Field], unit: str | None, context: str
) -> Field | None:
    """主营业务收入 from the notes, by period.

    ``revenue``: the deciding statement's 营业收入; ``others``: those of other scopes, whose tables are passed over.
    """
    tables = note_tables(pages, _REVENUE, "主营业务", lambda t: t.row(_MAIN) is not None)
    picked = _of_scope(tables, revenue, others, unit, context)
    if picked is None:
        return None
    table, confirmed = picked
    return _by_period(table, context, unit, lambda p: _main_of(table, p, context, unit, revenue, confirmed))


def _of_scope(
    tables: Sequence[NoteTable], revenue: Field | None, others: Sequence[Field], unit: str | None, context: str
) -> tuple[NoteTable, bool] | None:
    """The table whose total is the deciding statement's revenue (True), else the first that is nobody else's."""
    for table in tables:
        if _total(table, context, unit) and _same(_total(table, context, unit), revenue, context):
            return table, True
    for table in tables:
        if not any(_same(_total(table, context, unit), f, context) for f in others):
            return table, False
    return None


def _factor(table: NoteTable, unit: str | None) -> Decimal:
    return Decimal(UNIT_FACTORS[table.unit or unit or "yuan"])


def _total(table: NoteTable, context: str, unit: str | None) -> Decimal | None:
    """The total of the current period in yuan."""
    entry = table.row(_TOTAL)
    amount = table.amount(entry, context, context) if entry else None
    if amount is None or amount.value is None:
        return None
    return amount.value * _factor(table, unit)


def _same(total: Decimal | None, field: Field | None, period: str) -> bool:
    """Whether a total is a field's figure for a period, within half a yuan."""
    if total is None or field is None:
        return False
    reading = (field.periods or {}).get(period)
    return reading is not None and reading.value is not None and abs(Decimal(str(reading.value)) - total) <= Decimal("0.5")


def _by_period(table: NoteTable, context: str, unit: str | None, one: Callable[[str], Field | None]) -> Field | None:
    """A field from the readings of all periods that the table heads."""
    periods = sorted({p for c in table.columns if (p := resolve(c, "income", context))}, reverse=True)
    found = {p: f for p in periods if (f := one(p)) is not None}
    if not found:
        return None
    lead = found.get(context) or next(iter(found.values()))
    return Field(
        value={p: f.value for p, f in found.items() if f.value is not None} or None,
        raw=lead.raw,
        confidence=min(f.confidence for f in found.values()),
        evidence=lead.evidence,
        periods=found,
        method="note_table",
        gate=lead.gate,
        note=lead.note,
        scope=lead.scope,
    )


def _main_of(
    table: NoteTable, period: str, context: str, unit: str | None, revenue: Field | None, confirmed: bool
) -> Field | None:
    """主营业务收入 of one period; sure when 主营+其他=合计 and the total is the statement's revenue."""
    main, other, total = (table.row(n) for n in (_MAIN, _OTHER, _TOTAL))
    amount = table.amount(main, period, context) if main else None
    if amount is None or main is None:
        return None
    rest = table.amount(other, period, context) if other else None
    whole = table.amount(total, period, context) if total else None
    factor = _factor(table, unit)
    scope = revenue.scope if revenue and confirmed else None
    if amount.value is None:
        return Field(
            value=None, raw=amount.raw, confidence=0.0, evidence=(amount.evidence,), method="note_table", note=amount.note
        )
    value = amount.value * factor
    statement = (revenue.periods or {}).get(period) if revenue else None
    if statement is not None and statement.gate != "ok" and re.search(f"{UNPROVEN}|{OFF}", statement.note or ""):
        # the note's own sum says more than a figure whose sums do not come out
        statement = None
    gate: Literal["ok", "failed", "unchecked"] = "unchecked"
    note, confidence = None, amount.confidence
    sums = whole is not None and whole.value is not None and (rest is None or rest.value is not None)
    if whole is not None and sums and whole.value is not None:
        added = amount.value + (rest.value or Decimal(0) if rest else Decimal(0))
        holds = abs(added - whole.value) <= Decimal(1).scaleb(-max(amount.decimals, whole.decimals)) * Decimal("1.5")
        equal = statement is not None and _same(whole.value * factor, revenue, period)
        if holds and (equal or statement is None):
            gate = "ok" if equal else "unchecked"
        else:
            gate, confidence = "failed", min(confidence, 0.4)
            note = "附注中主营业务与其他业务之和不等于合计" if not holds else "附注营业收入合计与利润表营业收入不一致"
    elif statement is not None and _same(value, revenue, period):
        gate = "ok"
    if gate == "unchecked" and _apart(table):
        confidence, note = min(confidence, 0.6), f"{OFF}：附注表中的合计或项目名称没有读到"
    return Field(
        value=float(value),
        raw=amount.raw,
        confidence=round(confidence, 3),
        evidence=(amount.evidence,),
        method="note_table",
        gate=gate,
        note=note,
        scope=scope,
    )


def _apart(table: NoteTable) -> bool:
    """Whether figures without a label, or a total without figures, show that rows of the table may be apart."""
    return any(not e.label or (e.name.name in _TOTAL and not e.amounts) for e in table.entries)


def rd_expense(pages: Sequence[Page], unit: str | None, context: str) -> list[Field]:
    """The totals of the 研发费用 tables in the notes, by period; to confirm the statement's row or stand in for it."""
    out: list[Field] = []
    for table in note_tables(pages, _RD, "研", lambda t: t.row(_TOTAL) is not None):
        field = _by_period(table, context, unit, lambda p, t=table: _rd_of(t, p, context, unit))  # type: ignore[misc]
        if field:
            out.append(field)
    return out


def _rd_of(table: NoteTable, period: str, context: str, unit: str | None) -> Field | None:
    """The total of one period; sure when it is the sum of the rows above it."""
    total = table.row(_TOTAL)
    amount = table.amount(total, period, context) if total else None
    if amount is None or total is None:
        return None
    if amount.value is None:
        return Field(
            value=None, raw=amount.raw, confidence=0.0, evidence=(amount.evidence,), method="note_table", note=amount.note
        )
    above = table.entries[: table.entries.index(total)]
    parts = [a.value for e in above if not e.name.sub and (a := table.amount(e, period, context)) and a.value is not None]
    holds = len(parts) >= 2 and sum(parts, Decimal(0)) == amount.value
    note, confidence = None, amount.confidence
    if not holds and amount.origin != "text" and _apart(table):
        note, confidence = f"{OFF}：附注表中的合计或项目名称没有读到", min(confidence, 0.6)
    elif not holds and amount.origin != "text" and len(parts) >= 2:
        note, confidence = f"{UNPROVEN}：附注研发费用合计与各项之和不一致", min(confidence, 0.85)
    return Field(
        value=float(amount.value * _factor(table, unit)),
        raw=amount.raw,
        confidence=round(confidence, 3),
        evidence=(amount.evidence,),
        method="note_table",
        gate="ok" if holds else "unchecked",
        note=note,
    )
