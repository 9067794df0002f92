"""Audit reports with their statements, and bare (unaudited) statements."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

from corpora.synth import audit_extras, dates, names, opinions, ornaments, seals, statement_forms, statements
from corpora.synth import markup as m
from corpora.synth.engine import SynthDocument
from corpora.synth.ledger import Accounts, Standard, accounts

LAYOUTS = statement_forms.LAYOUTS
HELD_OUT = statement_forms.HELD_OUT
Labels = dict[str, Any]
ROWS = (
    "revenue",
    "operating_cost",
    "rd_expense",
    "operating_profit",
    "total_profit",
    "income_tax",
    "net_profit",
    "current_assets",
    "total_assets",
    "current_liabilities",
    "total_liabilities",
    "owners_equity",
)


def yuan(fen: int) -> float:
    """Fen as yuan."""
    return round(fen / 100, 2)


def row_labels(book: Accounts, year: int, keys: tuple[str, ...] = ROWS) -> Labels:
    """The labels of statement rows, per period, in yuan; nil amounts are not labelled (often left blank)."""
    found: Labels = {}
    for key in keys:
        pair = book.figures.get(key, (0, 0))
        shown = {str(year - k): yuan(pair[k]) for k in (0, 1) if pair[k]}
        if shown:
            found[key] = shown
    return found


def _printed(book: Accounts, year: int, pages: list[str]) -> Labels:
    """The labels of those rows and periods that stand on the pages, found by their marks."""
    marked = {found[1] for page in pages for found in re.finditer(r'"field:(\w+/\d{4})"', page)}
    found: Labels = {}
    for key, values in row_labels(book, year, (*ROWS, "main_revenue")).items():
        if shown := {period: value for period, value in values.items() if f"{key}/{period}" in marked}:
            found[key] = shown
    return found


def _report_no(rng: Random, firm: str, year: int) -> str:
    stem = firm[:2] + rng.choice(("审", "会审", "专审", "会"))
    left, right = rng.choice((("[", "]"), ("〔", "〕"), ("（", "）"), ("【", "】"), ("(", ")")))
    number = rng.choice(
        (
            f"{rng.randint(1, 999):03d}",
            f"{rng.randint(1000, 9999)}",
            f"{rng.randint(1, 99)}-{rng.randint(1, 300)}",
        )
    )
    return f"{stem}字{left}{year + 1}{right}第{number}号" if rng.random() < 0.7 else f"{stem}{left}{year + 1}{right}{number}号"


def _standard(rng: Random, year: int, layout: str, consolidated: bool | None) -> Standard:
    """小企业会计准则 for some, else the format in force for the year, among those that the layout shows."""
    may = statement_forms.FORMS[layout].standards
    if "small" in may and not consolidated and (len(may) == 1 or rng.random() < 0.25):
        return "small"
    usual: Standard = "2019" if year >= 2019 else "2018"
    return usual if usual in may else rng.choice([s for s in may if s != "small"])


def make(
    rng: Random,
    owner: names.Enterprise,
    *,
    year: int | None = None,
    standard: Standard | None = None,
    opinion: str | None = None,
    unit: str | None = None,
    consolidated: bool | None = None,
    book: Accounts | None = None,
    parent: Accounts | None = None,
    style: statements.Style | None = None,
    notes: bool | None = None,
    cover: bool = True,
    brief: bool = False,
    layout: str | None = None,
    layouts: str = "all",
) -> SynthDocument:
    """An audit report of ``owner`` for fiscal ``year``; anything not given is random.

    ``book`` are the deciding statements (consolidated where both exist), ``parent`` the parent company's.
    ``brief``: two to six pages, without contents and cash flow statement, and every row of the statements
    with both years.

    Raises:
        UnknownLayoutError: no layout of that name, or none that shows such accounts.
    """
    year = year or rng.randint(2018, 2024)
    standard = standard or (book.standard if book else None)
    if book is not None and unit is None:
        unit = statements.unit_for(book.figures)
    standard, consolidated, style = _settle(rng, year, standard, consolidated, style, unit, brief, layout, layouts)
    form, small, grain = statement_forms.FORMS[style.layout], standard == "small", statements.GRAINS[style.unit]
    book = book or accounts(rng, standard, grain=grain, consolidated=consolidated)
    if consolidated and parent is None:
        parent = _parent(rng, book, grain)
    notes = (rng.random() < (0.3 if small else 0.6 if brief else 1)) if notes is None else notes
    fields = _fields(rng, owner, year, opinion, style.unit, consolidated, form)
    opinion_form = fields.pop("opinion_form")
    fonts = m.choose_fonts(rng, 10.8)
    scope, pages = "合并" if consolidated else "", []
    if cover and (not brief or (not consolidated and rng.random() < 0.3)):
        pages.append(audit_extras.cover(rng, owner, fields, fonts))
    if cover and not brief and rng.random() < 0.4:
        pages.append(audit_extras.contents(rng, scope))
    pages += opinions.pages(rng, fields, small=small, form=opinion_form)
    pages += _statements(rng, owner, book, parent if consolidated else None, style, year, brief)
    if notes:
        pages.append(audit_extras.notes(rng, owner, book, style, year, consolidated))
    fields |= _printed(book, year, pages)
    traits = [style.layout, standard, style.unit, opinion_form, *(["prior"] * style.prior_first), *(["cons"] * consolidated)]
    return SynthDocument(
        "audit_report",
        m.doc(fonts, *pages),
        fields,
        _assets(rng, fields, owner),
        "-".join(traits),
        "审计报告",
        held_out=style.layout in HELD_OUT,
    )


def _settle(
    rng: Random,
    year: int,
    standard: Standard | None,
    consolidated: bool | None,
    style: statements.Style | None,
    unit: str | None,
    brief: bool,
    layout: str | None,
    layouts: str,
) -> tuple[Standard, bool, statements.Style]:
    """Decide what was left open: the accounting format, consolidated or not, and the style (with its layout's name)."""
    if style is None:
        if consolidated is None and layout is None and standard != "small":
            consolidated = True if rng.random() < 0.18 else None
        layout = statement_forms.choose_layout(rng, layout, layouts, standard=standard, consolidated=consolidated, short=brief)
        standard = standard or _standard(rng, year, layout, consolidated)
        style = statement_forms.choose_style(rng, year, unit=unit, small=standard == "small", layout=layout)
    style = replace(style, layout=style.layout or ("account" if style.two_sided else "report"))
    form = statement_forms.FORMS[style.layout]
    standard = standard or _standard(rng, year, style.layout, consolidated)
    if consolidated is None:
        may = standard != "small" and True in form.group and not (brief and form.long)
        consolidated = False not in form.group or (may and rng.random() < 0.1)
    if brief and style.monthly:
        style = statement_forms.with_last_year(style)
    if brief and consolidated and not (style.scopes or style.bilingual):
        style = replace(style, split=False)
    return standard, consolidated, style


def _fields(
    rng: Random,
    owner: names.Enterprise,
    year: int,
    opinion: str | None,
    unit: str,
    consolidated: bool,
    form: statement_forms.Form,
) -> Labels:
    """The labels beside the rows of the statements, and ``opinion_form``, the form of the opinion page."""
    opinion = opinion or rng.choices(("unqualified", "qualified", "adverse", "disclaimer"), (82, 9, 3, 6))[0]
    firm = names.audit_firm(rng, owner.city.removesuffix("市") if rng.random() < 0.5 else "")
    opinion_form = opinions.choose_form(rng, form.opinions, opinion)
    return {
        "report_no": _report_no(rng, firm, year),
        "firm": firm,
        "entity": owner.name,
        "fiscal_year": str(year),
        "opinion": opinion,
        "report_date": dates.between(rng, date(year + 1, 2, 10), date(year + 1, 4, 30)).isoformat(),
        "auditors": names.people(rng, 2),
        "statement_unit": unit,
        "consolidated": consolidated,
        **({"report_code": opinions.report_code(rng, owner.city)} if opinion_form == "barcode" else {}),
        "opinion_form": opinion_form,
    }


def _parent(rng: Random, book: Accounts, grain: int) -> Accounts:
    """The parent company's own accounts: a part of the group's."""
    share = rng.uniform(0.5, 0.85)
    return accounts(rng, book.standard, grain=grain, revenue_yuan=int(book.figures["revenue"][0] / 100 * share))


def _statements(
    rng: Random,
    owner: names.Enterprise,
    book: Accounts,
    parent: Accounts | None,
    style: statements.Style,
    year: int,
    brief: bool,
) -> list[str]:
    """All statements; the parent company's follow the consolidated ones or stand beside them."""
    if parent is not None and style.scopes is not None:
        return statement_pages(rng, owner, book, style, year, "合并及公司", company=parent)
    scope = "合并" if parent is not None else ""
    pages = statement_pages(rng, owner, book, style, year, scope)
    if not brief and rng.random() < 0.4:
        pages.append(audit_extras.cash_flow(rng, owner, book, style, year, scope))
    if parent is not None:
        other = rng.choice(("母公司", "母公司", ""))
        pages += statement_pages(rng, owner, parent, style, year, other, labelled=False)
    return pages


def bare_statements(
    rng: Random,
    owner: names.Enterprise,
    *,
    year: int | None = None,
    book: Accounts | None = None,
    brief: bool = False,
    layout: str | None = None,
    layouts: str = "all",
) -> SynthDocument:
    """Statements without any audit report (``financial_statements``): never proof by themselves.

    ``book``: the accounts to show; both years are then printed of every row, as with ``brief``.
    """
    year = year or rng.randint(2019, 2024)
    layout = statement_forms.choose_layout(rng, layout, layouts, standard=book.standard if book else None, consolidated=False)
    standard = book.standard if book else _standard(rng, year, layout, False)
    unit = statements.unit_for(book.figures) if book else None
    style = statement_forms.choose_style(rng, year, unit=unit, small=standard == "small", layout=layout)
    if (brief or book) and style.monthly:
        style = statement_forms.with_last_year(style)
    book = book or accounts(rng, standard, grain=statements.GRAINS[style.unit])
    fonts = m.choose_fonts(rng, 10.8)
    pages = statement_pages(rng, owner, book, style, year, "")
    fields: Labels = {
        "entity": owner.name,
        "fiscal_year": str(year),
        "statement_unit": style.unit,
        **_printed(book, year, pages),
    }
    return SynthDocument(
        "financial_statements",
        m.doc(fonts, *pages),
        fields,
        _assets(rng, {}, owner),
        f"{layout}-{standard}-{style.unit}-bare",
        "资产负债表",
        held_out=layout in HELD_OUT,
    )


def _assets(rng: Random, fields: Labels, owner: names.Enterprise) -> dict[str, bytes]:
    assets = {
        "own.png": seals.round_seal(rng, owner.name),
        "sign.png": seals.signature(rng, (300, 110)),
        "sign2.png": seals.signature(rng, (300, 110)),
    }
    if fields:
        name = fields["firm"].replace("（特殊普通合伙）", "").replace("（普通合伙）", "")
        assets["firm.png"] = seals.round_seal(rng, name, code=str(rng.randint(10**12, 10**13 - 1)))
        assets["qr.png"] = ornaments.qr("https://example.invalid/acc/" + str(rng.randint(10**9, 10**10)))
        assets["bars.png"] = ornaments.bars(str(rng.randint(10**9, 10**10)))
        for k, person in enumerate(fields["auditors"]):
            assets[f"cpa{k}.png"] = seals.cpa_stamp(rng, person, str(rng.randint(10**11, 10**12 - 1)))
    return assets


def statement_pages(
    rng: Random,
    owner: names.Enterprise,
    book: Accounts,
    style: statements.Style,
    year: int,
    scope: str,
    *,
    company: Accounts | None = None,
    labelled: bool = True,
) -> list[str]:
    """Pages of balance sheet and income statement.

    ``scope``: 合并, 母公司, 合并及公司 or empty; ``company``: the parent's accounts, printed beside the
    group's; ``labelled=False``: the amounts are not those of the labels and get no marks.
    """
    small = book.standard == "small"
    codes = rng.choice((("会小企01表", "会小企02表") if small else ("会企01表", "会企02表"), ("", "")))
    if style.layout == "small_form" or style.printout:
        codes = ("会小企01表", "会小企02表") if small else ("会企01表", "会企02表")
    end = statements.foot(rng, names.people(rng, 3), style, year)
    when = rng.choice((f"{year}年12月31日", f"{year} 年 12 月 31 日"))
    period = f"{year}年度" if rng.random() < 0.7 else f"{year}年12月" if style.monthly else f"{year}年1-12月"
    stamp = (
        m.place(m.picture("own.png", 3.9), rng.uniform(0, 10), rng.uniform(-3, -0.5), "bottom + left")
        if rng.random() < 0.45
        else ""
    )
    marks = year if labelled else None
    month = _month(rng, book, style) if style.monthly else None
    blocks = statements.balance_sheet(rng, book, style, marks, company)
    flows = statements.income_statement(rng, book, style, marks, company, month)
    profit = f"{scope}" + (rng.choice(("利润表", "利润表", "利 润 表")) if small or rng.random() < 0.9 else "损益表")
    shape = {"a3": {"paper": "a3", "flipped": True}, "a4-landscape": {"flipped": True}, "a4": {}}[style.paper]
    sheet = f"{scope}资产负债表"
    if style.together:
        tops = [(sheet, when, codes[0]), (profit, period, codes[1])]
        heads = [statements.heading(rng, title, owner.name, day, style, code) for title, day, code in tops]
        inner = statements.together((heads[0], heads[1]), (blocks[0], flows), end + stamp, style)
        return [m.page(inner, margin="(x: 1.5cm, y: 1.2cm)", **shape)]  # type: ignore[arg-type]
    pages = []
    for k, block in enumerate(blocks):
        title = sheet + ("" if k == 0 else rng.choice(("（续）", "(续)", "")))
        head = statements.heading(rng, title, owner.name, when, style, codes[0])
        body = [head, block, end if k == len(blocks) - 1 else "", stamp]
        inner = statements.in_font(style, "\n\n".join(body))
        pages.append(m.page(inner, margin="(x: 1.6cm, y: 1.5cm)", **shape))  # type: ignore[arg-type]
    head = statements.heading(rng, profit, owner.name, period, style, codes[1])
    inner = statements.in_font(style, "\n\n".join([head, flows, end, stamp]))
    pages.append(m.page(inner, margin="(x: 1.8cm, y: 1.6cm)"))
    return pages


def _month(rng: Random, book: Accounts, style: statements.Style) -> Accounts:
    """December's accounts: about a twelfth of the year's."""
    sales = int(book.figures["revenue"][0] / 1200 * rng.uniform(0.7, 1.5))
    return accounts(rng, book.standard, grain=statements.GRAINS[style.unit], revenue_yuan=sales)
