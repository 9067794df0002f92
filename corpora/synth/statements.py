"""Print financial statements: headings, balance sheet, income statement, signature line."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

from corpora.synth import markup as m
from corpora.synth import statement_lines as lines
from corpora.synth import statement_unseen
from corpora.synth.engine import text
from corpora.synth.ledger import Accounts, Row
from corpora.synth.statement_english import english
from corpora.synth.statement_forms import choose_style
from corpora.synth.statement_lines import Line, Sheet
from corpora.synth.statement_marks import marked, sized
from corpora.synth.statement_style import GRAINS, UNITS, Style, in_font, money, unit_for
from corpora.synth.statement_tables import Half, draw, numbered

__all__ = [
    "GRAINS",
    "UNITS",
    "Style",
    "balance_sheet",
    "choose_style",
    "flow_table",
    "foot",
    "heading",
    "in_font",
    "income_statement",
    "money",
    "together",
    "unit_for",
]
FOREIGN_UNITS = {
    "yuan": "RMB Yuan",
    "thousand_yuan": "RMB'000",
    "ten_thousand_yuan": "RMB 10,000",
    "million_yuan": "RMB million",
}
PORTRAIT, LANDSCAPE = 22.5, 14.8
"""Height (cm) left for a table on an A4 page below the heading."""


def unit_line(rng: Random, style: Style) -> str:
    """The line that names the unit, the unit itself marked."""
    long, short = UNITS[style.unit][1]
    before, unit, after = rng.choice(
        (
            ("单位：", long, ""),
            ("单位：", short, ""),
            ("金额单位：", long, ""),
            ("货币单位：", long, ""),
            ("单位:", short, ""),
            ("（金额单位：", long, "）"),
        )
    )
    foreign = f"  Unit: {FOREIGN_UNITS[style.unit]}" if style.bilingual else ""
    return text(before) + m.mark("statement_unit", text(unit)) + (text(after + foreign) if after or foreign else "")


def _title(title: str, style: Style) -> str:
    tracking = "2pt" if style.title_size < 16 else "5pt"
    made = sized(text(title), style.title_size, bold=True, tracking=tracking)
    if style.bilingual and (words := english(re.sub(r"（续）|\(续\)| ", "", title))):
        made += "#linebreak()" + sized(text(words.upper()), style.title_size * 0.7, bold=True)
    return made


def heading(rng: Random, title: str, entity: str, when: str, style: Style, code: str) -> str:
    """Title, preparer, date and unit lines above a statement; ``when`` begins with the fiscal year."""
    if style.printout or style.annual:
        return statement_unseen.heading(rng, title, entity, when, style, code)
    found = re.match(r"\D*(\d{4})", when)
    period, unit = marked(when, int(found[1]) if found else None), unit_line(rng, style)
    label = rng.choice(("编制单位：", "编制单位:", "公司名称：", "编制单位："))
    label += "Prepared by: " if style.bilingual else ""
    who = text(label) + m.mark("entity", text(entity))
    code_line = f"#align(right)[{m.styled(code, style.size)}]\n\n" if code else ""
    name = _title(title, style)
    size = style.size + 0.6

    def row(*cells: str, columns: str, align: str) -> str:
        return f"#text(size: {size:.1f}pt)[{m.grid(columns, *cells, options=f'align: {align}, column-gutter: 4pt')}]"

    if style.top == "stack":
        return f"{m.centred(name)}\n\n{code_line}{m.centred(sized(period, size + 0.6))}\n\n" + row(
            who, unit, columns="1.6fr, 1fr", align="(left, right)"
        )
    if style.top == "entity":
        owner = sized(m.mark("entity", text(entity)), style.title_size * 0.86, bold=True)
        return f"{m.centred(owner)}\n\n{m.centred(name)}\n\n{code_line}" + row(
            "", period, unit, columns="1fr, 1fr, 1fr", align="(left, center, right)"
        )
    if style.top == "left":
        return (
            f"{name}\n\n#line(length: 100%, stroke: 1.2pt)\n{code_line}"
            + row(period, unit, columns="1fr, 1fr", align="(left, right)")
            + f"\n\n#text(size: {size:.1f}pt)[{who}]"
        )
    if style.top == "boxed":
        box = f"#table(columns: (2fr, 1.2fr, 1.1fr), inset: 3.5pt, stroke: 0.4pt, [{who}], [{period}], [{unit}])"
        return f"{m.centred(name)}\n\n{code_line}#text(size: {size:.1f}pt)[{box}]"
    return f"{m.centred(name)}\n\n{code_line}" + row(who, period, unit, columns="1.6fr, 1fr, 1fr", align="(left, center, right)")


def foot(rng: Random, people: list[str], style: Style, year: int) -> str:
    """The signature line under a statement of fiscal ``year``."""
    if style.printout or style.annual:
        return statement_unseen.foot(rng, people, style, year)
    labels = rng.choice(
        (
            ("法定代表人：", "主管会计工作负责人：", "会计机构负责人："),
            ("企业负责人：", "财务负责人：", "制表人："),
            ("单位负责人：", "主管会计工作的负责人：", "会计主管："),
        )
    )
    shown = people if rng.random() < 0.5 else ["", "", ""]
    cells = "".join(f"[{text(a + b)}]" for a, b in zip(labels, shown, strict=True))
    return f"#v(0.2cm)\n#text(size: {style.size + 0.4:.1f}pt)[#grid(columns: (1fr, 1fr, 1fr)){cells}]"


def _sheet(rows: tuple[Row, ...], company: tuple[Row, ...] | None, style: Style, year: int | None) -> Sheet:
    if company is None:
        return lines.two_years(rows, style.heads, style, year)
    return lines.group_and_company(rows, company, style.heads, style, year)


def balance_sheet(
    rng: Random, book: Accounts, style: Style, year: int | None = None, company: Accounts | None = None
) -> list[str]:
    """Markup blocks of the balance sheet, one for each page.

    ``year``: the fiscal year of the marks (None: no marks); ``company``: the parent company's accounts,
    for a style that prints both.
    """
    assets = _sheet(book.assets, company.assets if company else None, style, year)
    claims = _sheet(book.claims, company.claims if company else None, style, year)
    other = rng.choice(("负债和所有者权益", "负债和所有者权益（或股东权益）", "负债及所有者权益", "负债和股东权益"))
    if style.two_sided:
        depth = max(len(assets.lines), len(claims.lines))
        left = Half(rng.choice(("资产", "资  产", "资    产", "项目")), assets, _bottomed(assets.lines, depth))
        right = Half(other, claims, _bottomed(claims.lines, depth), numbered(left))
        return [draw((left, right), style, _height(style))]
    first = rng.choice(("项目", "资产", "项    目"))
    upper = Half(first, assets, assets.lines)
    lower = Half(first if "项" in first else other, claims, claims.lines, numbered(upper), 1 + _notes(upper))
    if style.split:
        return [draw((half,), style, PORTRAIT) for half in (upper, lower)]
    whole = Half(rng.choice(("项目", "项    目")), assets, (*assets.lines, *claims.lines))
    return [draw((whole,), style, PORTRAIT + 1)]


def _height(style: Style) -> float:
    """Room (cm) for a two-sided balance sheet."""
    if style.paper == "a4":
        return PORTRAIT * (0.55 if style.together else 1)
    return LANDSCAPE * (1.4 if style.paper == "a3" else 1)


def _notes(half: Half) -> int:
    return sum(line is not None and line.role == "item" and any(line.amounts) for line in half.lines)


def _bottomed(rows: tuple[Line, ...], depth: int) -> tuple[Line | None, ...]:
    """``rows`` with blanks before the last one, so that the grand totals stand side by side."""
    return (*rows[:-1], *([None] * (depth - len(rows))), rows[-1])


def income_statement(
    rng: Random,
    book: Accounts,
    style: Style,
    year: int | None = None,
    company: Accounts | None = None,
    month: Accounts | None = None,
) -> str:
    """Markup of the income statement; ``year``, ``company`` as of ``balance_sheet``, ``month``: December's accounts."""
    if month is not None:
        return _flows(rng, lines.month_and_year(book, month, style, year), style)
    if company is not None:
        return _flows(rng, lines.group_and_company(book.income, company.income, style.flows, style, year), style)
    return flow_table(rng, list(book.income), style, year)


def flow_table(rng: Random, flow: list[Row], style: Style, year: int | None = None) -> str:
    """A one-column statement of flows (income, cash) over two periods."""
    return _flows(rng, lines.two_years(flow, style.flows, style, year), style)


def _flows(rng: Random, sheet: Sheet, style: Style) -> str:
    single = replace(style, two_sided=False)
    size = style.size if len(sheet.heads) > 2 else max(style.size, 8.8)
    half = Half(rng.choice(("项目", "项  目", "项    目")), sheet, sheet.lines, note=rng.randint(28, 36))
    if style.together:
        return draw((half,), single, 8.0 if style.paper == "a4" else _height(style), size=style.size)
    return draw((half,), single, PORTRAIT - 1.5, size=size)


def together(heads: tuple[str, str], tables: tuple[str, str], end: str, style: Style) -> str:
    """A page with both statements, each under its heading: above each other, or side by side on A3."""
    parts = [f"{head}\n\n{table}" for head, table in zip(heads, tables, strict=True)]
    if style.paper == "a3":
        parts = [m.grid("1.8fr, 1fr", *parts, options="column-gutter: 1cm")]
    return in_font(style, "\n\n#v(0.25cm)\n".join([*parts, end]))
