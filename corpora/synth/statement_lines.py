"""The lines of a statement as they will be printed: amounts column by column, each with its field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpora.synth.ledger import Accounts, Row
from corpora.synth.statement_style import Style


@dataclass(frozen=True)
class Line:
    """One printed line. ``amounts`` in fen, one per column (None: blank); ``keys``: ``revenue/2020`` or empty."""

    label: str
    role: str
    amounts: tuple[int | None, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """The lines of one statement and the headers of its columns; ``upper``: (text, columns) above them."""

    lines: tuple[Line, ...]
    heads: tuple[str, ...]
    upper: tuple[tuple[str, int], ...] = ()


def two_years(rows: Sequence[Row], heads: tuple[str, str], style: Style, year: int | None) -> Sheet:
    """Columns of this and last year, in the style's order; ``year=None``: the rows are of another entity, no fields."""
    order = (1, 0) if style.prior_first else (0, 1)
    return Sheet(tuple(_line(row, order, year) for row in rows), (heads[order[0]], heads[order[1]]))


def _key(row: Row, back: int, year: int | None) -> str:
    return f"{row.key}/{year - back}" if row.key and year is not None else ""


def _line(row: Row, order: tuple[int, int], year: int | None) -> Line:
    amounts = tuple(None if row.amounts is None else row.amounts[k] for k in order)
    return Line(row.label, row.role, amounts, tuple(_key(row, k, year) for k in order))


def group_and_company(
    rows: Sequence[Row], company: Sequence[Row], heads: tuple[str, str], style: Style, year: int | None
) -> Sheet:
    """Four columns: group and company, this and last year; the fields are the group's.

    ``style.scopes_outside``: 合并 | 公司 stand over the years, else each year over 合并 | 公司.
    """
    assert style.scopes is not None
    years = (1, 0) if style.prior_first else (0, 1)
    pairs = [(s, k) for s in (0, 1) for k in years] if style.scopes_outside else [(s, k) for k in years for s in (0, 1)]
    own = iter(company)
    lines = []
    for row in rows:
        theirs = None if _only_group(row) else next(own)
        amounts: list[int | None] = []
        for scope, k in pairs:
            source = (row, theirs)[scope]
            amounts.append(source.amounts[k] if source is not None and source.amounts is not None else None)
        lines.append(Line(row.label, row.role, tuple(amounts), tuple(_key(row, k, year) if s == 0 else "" for s, k in pairs)))
    if style.scopes_outside:
        named = tuple((name, 2) for name in style.scopes)
        return Sheet(tuple(lines), tuple(heads[k] for _, k in pairs), named)
    return Sheet(tuple(lines), tuple(style.scopes[s] for s, _ in pairs), tuple((heads[k], 2) for k in years))


def _only_group(row: Row) -> bool:
    return row.label.startswith(("归属于母公司", "少数股东"))


def month_and_year(book: Accounts, month: Accounts, style: Style, year: int | None) -> Sheet:
    """本月数 | 本年累计数, and last year where the style has three columns; ``month``: December's accounts."""
    head = "本月金额" if "金额" in style.flows[0] else "本月数"
    lines = []
    for row, now in zip(book.income, month.income, strict=True):
        amounts = [None if now.amounts is None else now.amounts[0], *(row.amounts or (None, None))]
        keys = ["", _key(row, 0, year), _key(row, 1, year)]
        lines.append(Line(row.label, row.role, tuple(amounts), tuple(keys)))
    sheet = Sheet(tuple(lines), (head, *style.flows))
    order = {"two": (1, 0) if style.line_numbers else (0, 1), "three": (0, 1, 2)}[style.monthly]
    return Sheet(
        tuple(
            Line(line.label, line.role, tuple(line.amounts[k] for k in order), tuple(line.keys[k] for k in order))
            for line in sheet.lines
        ),
        tuple(sheet.heads[k] for k in order),
    )
