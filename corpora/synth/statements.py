"""Print financial statements: balance sheet (one or two columns wide), income statement, notes tables."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Literal

from corpora.synth import markup as m
from corpora.synth.engine import text
from corpora.synth.ledger import Accounts, Pair, Row

UNITS = {
    "yuan": (100, ("人民币元", "元")),
    "thousand_yuan": (100_000, ("人民币千元", "千元")),
    "ten_thousand_yuan": (1_000_000, ("人民币万元", "万元")),
    "million_yuan": (100_000_000, ("人民币百万元", "百万元")),
}
GRAINS = {"yuan": 1, "thousand_yuan": 100_000, "ten_thousand_yuan": 10_000, "million_yuan": 1_000_000}


@dataclass(frozen=True)
class Style:
    """How statements are printed. ``heads``: balance sheet headers (this, last); ``flows``: income ones."""

    heads: tuple[str, str]
    flows: tuple[str, str]
    prior_first: bool
    two_sided: bool
    line_numbers: bool
    note_column: bool
    ruled: Literal["grid", "three", "horizontal", "none"]
    unit: str
    decimals: int
    negative: Literal["minus", "paren", "fullparen"]
    nil: str
    size: float
    paper: str


def choose_style(rng: Random, year: int, *, unit: str | None = None, small: bool = False) -> Style:
    """A random way of printing for a fiscal ``year``."""
    unit = unit or rng.choices(tuple(UNITS), (84, 5, 10, 1))[0]
    dated = (f"{year}年12月31日", f"{year - 1}年12月31日")
    heads = rng.choice(
        (
            ("期末余额", "年初余额"),
            ("期末余额", "上年年末余额"),
            ("期末数", "年初数"),
            dated,
            ("期末余额", "期初余额"),
        )
    )
    flows = rng.choice(
        (
            ("本期金额", "上期金额"),
            ("本年金额", "上年金额"),
            (f"{year}年度", f"{year - 1}年度"),
            ("本年累计数", "上年同期数"),
        )
    )
    if small:
        heads, flows = (
            ("期末余额", "年初余额"),
            rng.choice((("本年累计金额", "上年金额"), ("本年累计金额", "上年累计金额"))),
        )
    two = rng.random() < 0.6
    return Style(
        heads=heads,
        flows=flows,
        prior_first=not small and rng.random() < 0.2,
        two_sided=two,
        line_numbers=small or rng.random() < 0.35,
        note_column=not small and not two and rng.random() < 0.5,
        ruled=rng.choices(("grid", "three", "horizontal", "none"), (60, 18, 12, 10))[0],
        unit=unit,
        decimals=0 if unit == "thousand_yuan" else 2,
        negative=rng.choices(("minus", "paren", "fullparen"), (70, 15, 15))[0],
        nil=rng.choice(("", "", "-", "—", "0.00")),
        size=rng.uniform(7.2, 8.2) if two else rng.uniform(8.6, 9.8),
        paper=rng.choice(("a4-landscape", "a4", "a3")) if two else "a4",
    )


def money(fen: int, style: Style) -> str:
    """An amount as printed in the style's unit."""
    if fen == 0:
        return style.nil
    divisor = UNITS[style.unit][0]
    shown = f"{abs(fen) / divisor:,.{style.decimals}f}"
    if fen > 0:
        return shown
    return {"minus": f"-{shown}", "paren": f"({shown})", "fullparen": f"（{shown}）"}[style.negative]


def _order(pair: tuple[str, str], style: Style) -> tuple[str, str]:
    return (pair[1], pair[0]) if style.prior_first else pair


def _amounts(amounts: Pair | None, style: Style) -> tuple[str, str]:
    if amounts is None:
        return "", ""
    return _order((money(amounts[0], style), money(amounts[1], style)), style)


def _label(row: Row) -> str:
    pad = {"item": "　", "sub": "　　", "heading": "", "total": ""}[row.role]
    if row.label.startswith(("减：", "加：")):
        pad = ""
    total_pad = "　　" if row.role == "total" and not row.label.startswith(("一", "二", "三", "四", "五", "六")) else ""
    return m.styled(pad + total_pad + row.label, bold=row.role in ("total", "heading"))


def _cells(row: Row | None, style: Style, number: int | None, note: str) -> list[str]:
    if row is None:
        return [""] * (3 + style.line_numbers + style.note_column)
    figures = [m.styled(v, bold=row.role == "total") if v else "" for v in _amounts(row.amounts, style)]
    extra = [text(str(number)) if number is not None and row.amounts is not None else ""] if style.line_numbers else []
    extra += [text(note)] if style.note_column else []
    return [_label(row), *extra, *figures]


def _header(first: str, pair: tuple[str, str], style: Style) -> list[str]:
    names = [
        first,
        *(["行次"] if style.line_numbers else []),
        *(["附注"] if style.note_column else []),
        *_order(pair, style),
    ]
    return [m.centred(m.styled(name, bold=True)) for name in names]


def _columns(style: Style) -> tuple[list[str], list[str]]:
    extra = int(style.line_numbers) + int(style.note_column)
    widths = ["1.45fr" if style.two_sided else "1.8fr", *(["auto"] * extra), "1fr", "1fr"]
    return widths, ["left + horizon", *(["center + horizon"] * extra), "right + horizon", "right + horizon"]


def heading(rng: Random, title: str, entity: str, when: str, style: Style, code: str) -> str:
    """Title, preparer, date and unit lines above a statement."""
    unit = rng.choice(
        (
            f"单位：{UNITS[style.unit][1][rng.randrange(2)]}",
            f"金额单位：{UNITS[style.unit][1][0]}",
            f"货币单位：{UNITS[style.unit][1][0]}",
        )
    )
    who = rng.choice(("编制单位：", "编制单位:", "公司名称：")) + entity
    code_line = f"#align(right)[{m.styled(code, style.size)}]\n\n" if code else ""
    return (
        f"{m.centred(m.styled(title, 15, bold=True, tracking='2pt'))}\n\n{code_line}"
        f"#text(size: {style.size + 0.6:.1f}pt)["
        + m.grid("1.6fr, 1fr, 1fr", text(who), text(when), text(unit), options="align: (left, center, right)")
        + "]"
    )


def foot(rng: Random, people: list[str], style: Style) -> str:
    """The signature line under a statement."""
    labels = rng.choice(
        (
            ("法定代表人：", "主管会计工作负责人：", "会计机构负责人："),
            ("企业负责人：", "财务负责人：", "制表人："),
            ("单位负责人：", "主管会计工作的负责人：", "会计主管："),
        )
    )
    shown = people if rng.random() < 0.5 else ["", "", ""]
    cells = "".join(f"[{text(a + b)}]" for a, b in zip(labels, shown, strict=True))
    return f"#v(0.3cm)\n#text(size: {style.size + 0.4:.1f}pt)[#grid(columns: (1fr, 1fr, 1fr)){cells}]"


def balance_sheet(rng: Random, book: Accounts, style: Style) -> list[str]:
    """Markup blocks of the balance sheet: one when two-sided, one or two (continued) otherwise."""
    widths, align = _columns(style)
    if style.two_sided:
        depth = max(len(book.assets), len(book.claims))
        left = [*book.assets[:-1], *([None] * (depth - len(book.assets))), book.assets[-1]]
        right = [*book.claims[:-1], *([None] * (depth - len(book.claims))), book.claims[-1]]
        rows = [
            _header(rng.choice(("资产", "资  产", "项目")), style.heads, style)
            + _header(
                rng.choice(("负债和所有者权益", "负债和所有者权益（或股东权益）", "负债及所有者权益")),
                style.heads,
                style,
            )
        ]
        for k, (a, b) in enumerate(zip(left, right, strict=True)):
            rows.append(_cells(a, style, k + 1, "") + _cells(b, style, depth + k + 1, ""))
        return [m.table(rows, widths * 2, align * 2, ruled=style.ruled, size=style.size, inset="(x: 2.5pt, y: 2.6pt)")]
    first = [_header(rng.choice(("项目", "资产", "项    目")), style.heads, style)]
    first += [
        _cells(r, style, k + 1, f"五、{k}" if r.amounts and any(r.amounts) and r.role == "item" else "")
        for k, r in enumerate(book.assets)
    ]
    second = [_header(rng.choice(("项目", "负债和所有者权益", "负债及股东权益")), style.heads, style)]
    second += [
        _cells(
            r,
            style,
            len(book.assets) + k + 1,
            f"五、{k + 14}" if r.amounts and any(r.amounts) and r.role == "item" else "",
        )
        for k, r in enumerate(book.claims)
    ]
    return [
        m.table(part, widths, align, ruled=style.ruled, size=style.size, inset="(x: 3pt, y: 3.4pt)") for part in (first, second)
    ]


def income_statement(rng: Random, book: Accounts, style: Style) -> str:
    """Markup of the income statement."""
    return flow_table(rng, list(book.income), style)


def flow_table(rng: Random, flow: list[Row], style: Style) -> str:
    """A one-column statement of flows (income, cash) over two periods."""
    single = replace(style, two_sided=False, size=max(style.size, 8.8))
    widths, align = _columns(single)
    rows = [_header(rng.choice(("项目", "项  目")), style.flows, single)]
    for k, row in enumerate(flow):
        noted = row.role == "item" and row.amounts is not None and any(row.amounts)
        rows.append(_cells(row, single, k + 1, f"五、{k + 30}" if noted else ""))
    return m.table(rows, widths, align, ruled=style.ruled, size=single.size, inset="(x: 3pt, y: 3.2pt)")


def revenue_note(rng: Random, book: Accounts, style: Style, number: int) -> str:
    """The note 营业收入和营业成本: main and other, this and last year (income and cost)."""
    fig = book.figures
    other: Pair = (fig["revenue"][0] - fig["main_revenue"][0], fig["revenue"][1] - fig["main_revenue"][1])
    main_cost: Pair = (round(fig["operating_cost"][0] * 0.96), round(fig["operating_cost"][1] * 0.95))
    other_cost: Pair = (fig["operating_cost"][0] - main_cost[0], fig["operating_cost"][1] - main_cost[1])
    plain = replace(style, nil="-")
    this, last = _order(style.flows if "累计" not in style.flows[0] else ("本期金额", "上期金额"), plain)
    if rng.random() < 0.5:
        rows = [
            [m.centred(text(c)) for c in ("项目", f"{this}（收入）", f"{this}（成本）", f"{last}（收入）", f"{last}（成本）")]
        ]
        for name, income, cost in (
            ("主营业务", fig["main_revenue"], main_cost),
            ("其他业务", other, other_cost),
            ("合计", fig["revenue"], fig["operating_cost"]),
        ):
            a, b = _amounts(income, plain)
            c, d = _amounts(cost, plain)
            rows.append([text(name), text(a), text(c), text(b), text(d)])
        widths = ["1fr", "1.3fr", "1.3fr", "1.3fr", "1.3fr"]
    else:
        rows = [[m.centred(text(c)) for c in ("项目", this, last)]]
        for name, income in (
            ("主营业务收入", fig["main_revenue"]),
            ("其他业务收入", other),
            ("营业收入合计", fig["revenue"]),
            ("主营业务成本", main_cost),
            ("其他业务成本", other_cost),
            ("营业成本合计", fig["operating_cost"]),
        ):
            rows.append([text(name), *(text(v) for v in _amounts(income, plain))])
        widths = ["1.2fr", "1fr", "1fr"]
    table = m.table(
        rows,
        widths,
        ["left + horizon"] + ["right + horizon"] * (len(widths) - 1),
        ruled=style.ruled,
        size=9.2,
    )
    return f"{m.styled(f'{number}、营业收入和营业成本', 10.5, bold=True)}\n\n{table}"


def rd_note(rng: Random, book: Accounts, style: Style, number: int) -> str:
    """The note 研发费用 with its detail."""
    plain = replace(style, nil="-")
    heads = _order(style.flows if "累计" not in style.flows[0] else ("本期金额", "上期金额"), plain)
    rows = [[m.centred(text(c)) for c in ("项目", *heads)]]
    rows += [[text(name), *(text(v) for v in _amounts(pair, plain))] for name, pair in book.rd_detail]
    rows.append(
        [
            m.centred(text(rng.choice(("合计", "合  计")))),
            *(text(v) for v in _amounts(book.figures["rd_expense"], plain)),
        ]
    )
    table = m.table(
        rows,
        ["1.2fr", "1fr", "1fr"],
        ["left + horizon", "right + horizon", "right + horizon"],
        ruled=style.ruled,
        size=9.2,
    )
    return f"{m.styled(f'{number}、研发费用', 10.5, bold=True)}\n\n{table}"
