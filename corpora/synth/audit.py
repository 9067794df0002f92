"""Audit reports with their statements, and bare (unaudited) statements."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from corpora.synth import audit_extras, dates, names, opinions, ornaments, seals, statements
from corpora.synth import markup as m
from corpora.synth.engine import SynthDocument, text
from corpora.synth.ledger import Accounts, Standard, accounts

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


def _standard(rng: Random, year: int) -> Standard:
    """小企业会计准则 for some, else the format in force for the year."""
    if rng.random() < 0.28:
        return "small"
    return "2019" if year >= 2019 else "2018"


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


def _figures(book: Accounts, year: int, notes: bool) -> Labels:
    """Row labels of a report: small firms print no 研发费用, and 主营业务收入 stands in the notes only."""
    if book.standard == "small":
        return row_labels(book, year, tuple(k for k in ROWS if k != "rd_expense"))
    return row_labels(book, year, (*ROWS, "main_revenue") if notes else ROWS)


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
) -> SynthDocument:
    """An audit report of ``owner`` for fiscal ``year``; anything not given is random.

    ``book`` are the deciding statements (consolidated where both exist), ``parent`` the parent company's.
    """
    year = year or rng.randint(2018, 2024)
    standard = standard or _standard(rng, year)
    small = standard == "small"
    style = style or statements.choose_style(rng, year, unit=unit, small=small)
    grain = statements.GRAINS[style.unit]
    consolidated = (not small and rng.random() < 0.25) if consolidated is None else consolidated
    book = book or accounts(rng, standard, grain=grain, consolidated=consolidated)
    if consolidated and parent is None:
        parent = accounts(
            rng,
            standard,
            grain=grain,
            revenue_yuan=int(book.figures["revenue"][0] / 100 * rng.uniform(0.5, 0.85)),
        )
    opinion = opinion or rng.choices(("unqualified", "qualified", "adverse", "disclaimer"), (82, 9, 3, 6))[0]
    firm = names.audit_firm(rng, owner.city.removesuffix("市") if rng.random() < 0.5 else "")
    notes = (not small or rng.random() < 0.3) if notes is None else notes
    auditors = names.people(rng, 2)
    reported = dates.between(rng, date(year + 1, 2, 10), date(year + 1, 4, 30))
    fields: Labels = {
        "report_no": _report_no(rng, firm, year),
        "firm": firm,
        "entity": owner.name,
        "fiscal_year": str(year),
        "opinion": opinion,
        "report_date": reported.isoformat(),
        "auditors": auditors,
        "statement_unit": style.unit,
        "consolidated": consolidated,
        **_figures(book, year, notes),
    }
    fonts = m.choose_fonts(rng, 10.8)
    assets = _assets(rng, firm, auditors, owner)
    pages = [_cover(rng, owner, firm, year, fields, fonts)] if cover else []
    pages += _body(rng, owner, fields, book, parent if consolidated else None, style, contents=cover)
    if notes:
        pages.append(_notes(rng, owner, book, style, year, consolidated, small))
    traits: list[str] = [standard, "two" if style.two_sided else "one", style.ruled, style.unit]
    traits += ["prior"] * style.prior_first + ["cons"] * consolidated
    return SynthDocument("audit_report", m.doc(fonts, *pages), fields, assets, "-".join(traits), "审计报告")


def _body(
    rng: Random,
    owner: names.Enterprise,
    fields: Labels,
    book: Accounts,
    parent: Accounts | None,
    style: statements.Style,
    *,
    contents: bool,
) -> list[str]:
    """Contents, opinion and statements; the parent company's follow the consolidated ones."""
    year, scope = int(fields["fiscal_year"]), "合并" if fields["consolidated"] else ""
    pages = [audit_extras.contents(rng, scope)] if contents and rng.random() < 0.4 else []
    pages += opinions.pages(rng, fields, small=book.standard == "small")
    pages += statement_pages(rng, owner, book, style, year, scope)
    if rng.random() < 0.4:
        pages.append(audit_extras.cash_flow(rng, owner, book, style, year, scope))
    if parent is not None:
        pages += statement_pages(rng, owner, parent, style, year, rng.choice(("母公司", "母公司", "")))
    return pages


def bare_statements(rng: Random, owner: names.Enterprise, *, year: int | None = None) -> SynthDocument:
    """Statements without any audit report (``financial_statements``): never proof by themselves."""
    year = year or rng.randint(2019, 2024)
    standard: Standard = rng.choice(("small", "2019"))
    style = statements.choose_style(rng, year, small=standard == "small")
    book = accounts(rng, standard, grain=statements.GRAINS[style.unit])
    fonts = m.choose_fonts(rng, 10.8)
    fields: Labels = {
        "entity": owner.name,
        "fiscal_year": str(year),
        "statement_unit": style.unit,
        **row_labels(book, year, ROWS if standard != "small" else tuple(k for k in ROWS if k != "rd_expense")),
    }
    pages = statement_pages(rng, owner, book, style, year, "")
    return SynthDocument(
        "financial_statements",
        m.doc(fonts, *pages),
        fields,
        _assets(rng, "", [], owner),
        f"{standard}-bare",
        "资产负债表",
    )


def _assets(rng: Random, firm: str, auditors: list[str], owner: names.Enterprise) -> dict[str, bytes]:
    assets = {
        "own.png": seals.round_seal(rng, owner.name),
        "sign.png": seals.signature(rng, (300, 110)),
        "sign2.png": seals.signature(rng, (300, 110)),
    }
    if firm:
        assets["firm.png"] = seals.round_seal(
            rng,
            firm.replace("（特殊普通合伙）", "").replace("（普通合伙）", ""),
            code=str(rng.randint(10**12, 10**13 - 1)),
        )
        assets["qr.png"] = ornaments.qr("https://example.invalid/acc/" + str(rng.randint(10**9, 10**10)))
        for k, name in enumerate(auditors):
            assets[f"cpa{k}.png"] = seals.cpa_stamp(rng, name, str(rng.randint(10**11, 10**12 - 1)))
    return assets


def _cover(rng: Random, owner: names.Enterprise, firm: str, year: int, fields: Labels, fonts: m.Fonts) -> str:
    lines = [
        m.gap(rng.uniform(3, 5)),
        m.centred(m.styled(owner.name, 19, bold=True, font=fonts.title)),
        m.gap(1.2),
        m.centred(
            m.styled(
                rng.choice(("审计报告", "审 计 报 告", f"{year}年度审计报告", "财务报表审计报告")),
                28,
                bold=True,
                font=fonts.title,
            )
        ),
        m.gap(1.0),
        m.centred(m.styled(fields["report_no"], 13)) if rng.random() < 0.7 else "",
        "#v(1fr)",
        m.centred(m.styled(firm, 15)),
        m.gap(0.3),
        m.centred(
            m.styled(
                rng.choice(
                    (
                        f"中国·{owner.city.removesuffix('市')}",
                        dates.chinese(date.fromisoformat(fields["report_date"])),
                        "",
                    )
                ),
                12,
            )
        ),
        m.gap(1.5),
    ]
    return m.page("\n\n".join(lines))


def statement_pages(
    rng: Random,
    owner: names.Enterprise,
    book: Accounts,
    style: statements.Style,
    year: int,
    scope: str,
) -> list[str]:
    """Pages of balance sheet and income statement; ``scope``: 合并, 母公司 or empty."""
    small = book.standard == "small"
    code = rng.choice((("会小企01表", "会小企02表") if small else ("会企01表", "会企02表"), ("", "")))
    people = names.people(rng, 3)
    end = statements.foot(rng, people, style)
    when = rng.choice((f"{year}年12月31日", f"{year} 年 12 月 31 日"))
    stamp = (
        m.place(m.picture("own.png", 3.9), rng.uniform(0, 10), rng.uniform(-3, -0.5), "bottom + left")
        if rng.random() < 0.45
        else ""
    )
    blocks = statements.balance_sheet(rng, book, style)
    shape = {"a3": {"paper": "a3", "flipped": True}, "a4-landscape": {"flipped": True}, "a4": {}}[style.paper]
    pages = []
    for k, block in enumerate(blocks):
        title = f"{scope}资产负债表" + ("" if k == 0 else rng.choice(("（续）", "(续)", "")))
        body = [
            statements.heading(rng, title, owner.name, when, style, code[0]),
            block,
            end if k == len(blocks) - 1 else "",
            stamp,
        ]
        pages.append(m.page("\n\n".join(body), margin="(x: 1.6cm, y: 1.5cm)", **shape))  # type: ignore[arg-type]
    title = f"{scope}" + rng.choice(("利润表", "利润表", "利 润 表")) if small or rng.random() < 0.9 else f"{scope}损益表"
    period = f"{year}年度" if rng.random() < 0.7 else f"{year}年1-12月"
    body = [
        statements.heading(rng, title, owner.name, period, style, code[1]),
        statements.income_statement(rng, book, style),
        end,
        stamp,
    ]
    pages.append(m.page("\n\n".join(body), margin="(x: 1.8cm, y: 1.6cm)"))
    return pages


def _notes(
    rng: Random,
    owner: names.Enterprise,
    book: Accounts,
    style: statements.Style,
    year: int,
    consolidated: bool,
    small: bool,
) -> str:
    unit = statements.UNITS[style.unit][1][0]
    intro = [
        m.centred(m.styled("财务报表附注", 15, bold=True)),
        m.centred(text(f"{year}年度")),
        text(f"（除特别说明外，金额单位为{unit}）"),
        m.styled("一、公司基本情况", bold=True),
        text(
            f"{owner.name}（以下简称“本公司”）成立于{dates.arabic(date.fromisoformat(owner.established))}，统一社会信用代码：{owner.uscc}，"
            f"注册资本{owner.capital_yuan / 10000:.2f}万元，法定代表人：{owner.legal_representative}。"
            f"住所：{owner.address}。经营范围：{owner.scope}。"
        ),
    ]
    if small:
        return m.page(
            "\n\n".join(
                [
                    *intro,
                    m.styled("二、遵循小企业会计准则的声明", bold=True),
                    text("本公司编制的财务报表符合小企业会计准则的要求，真实、完整地反映了本公司的财务状况和经营成果。"),
                ]
            )
        )
    where = "合并财务报表" if consolidated else "财务报表"
    return m.page(
        "\n\n".join(
            [
                *intro,
                m.styled(f"五、{where}主要项目注释", bold=True),
                statements.revenue_note(rng, book, style, rng.randint(24, 38)),
                m.gap(0.4),
                statements.rd_note(rng, book, style, rng.randint(39, 46)),
            ]
        )
    )
