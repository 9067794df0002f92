"""Pages of the annual corporate income tax return: A100000 and A107012 (extra deduction for R&D)."""

from __future__ import annotations

from random import Random
from typing import Any

from corpora.synth import forms, names, seals
from corpora.synth import markup as m
from corpora.synth.audit import yuan
from corpora.synth.engine import SynthDocument, text
from corpora.synth.ledger import Accounts, accounts
from corpora.synth.statement_marks import marked, sized

LAYOUTS = ("plain", "grouped", "printout")
HELD_OUT = frozenset({"printout"})
MAIN = "中华人民共和国企业所得税年度纳税申报表（A类）"
EXTRA = "研发费用加计扣除优惠明细表"
Rows = list[tuple[str, str]]
"""(name, amount as markup) of a form's numbered rows."""


def make(
    rng: Random,
    owner: names.Enterprise,
    *,
    year: int | None = None,
    book: Accounts | None = None,
    layout: str | None = None,
    layouts: str = "all",
) -> SynthDocument:
    """Cover, A100000 and A107012 of ``owner`` for ``year`` (版 2017, revised); figures from ``book``.

    Raises:
        UnknownLayoutError: no layout of that name.
    """
    layout = forms.pick(rng, LAYOUTS, HELD_OUT, layout, layouts)
    year = year or rng.randint(2019, 2024)
    book = book or accounts(rng)
    fields: dict[str, Any] = {
        "entity": owner.name,
        "fiscal_year": str(year),
        "revenue": {str(year): yuan(book.figures["revenue"][0])},
    }
    fonts = m.choose_fonts(rng, 10)
    sheets = [("A100000", MAIN, "金    额", _main(book, year))]
    rd = book.figures["rd_expense"][0]
    if rng.random() < 0.7:
        fields["rd_expense"] = {str(year): yuan(rd)}
        sheets.append(("A107012", EXTRA, "金额（数量）", _extra(rng, rd, year)))
    pages = [] if layout == "printout" else [_cover(owner, year, fonts)]
    for k, (code, title, head, rows) in enumerate(sheets):
        if layout == "printout":
            pages.append(_printout(owner, year, code, title, head, rows, f"{k + 1}/{len(sheets)}"))
        else:
            pages.append(_form(code, title, head, rows, grouped=layout == "grouped" and k == 0))
    assets = {"seal.png": seals.round_seal(rng, owner.name)}
    return SynthDocument(
        "tax_return",
        m.doc(fonts, *pages),
        fields,
        assets,
        f"{layout}-A100000",
        "企业所得税年度纳税申报表",
        held_out=layout in HELD_OUT,
    )


def _cover(owner: names.Enterprise, year: int, fonts: m.Fonts) -> str:
    rows = (
        marked(f"税款所属期间：{year}年01月01日 至 {year}年12月31日", year),
        text(f"纳税人识别号（统一社会信用代码）：{owner.uscc}"),
        marked(f"纳税人名称：{owner.name}", entity=owner.name),
        text("金额单位：人民币元（列至角分）"),
    )
    body = [
        m.gap(1.5),
        m.centred(m.styled("中华人民共和国企业所得税年度纳税申报表", 19, bold=True, font=fonts.title)),
        m.centred(m.styled("（A类，2017年版）", 14)),
        m.gap(1.2),
        *(r + m.gap(0.3) for r in rows),
        text("谨声明：本纳税申报表是根据国家税收法律法规及相关规定填报的，是真实的、可靠的、完整的。"),
        m.gap(1.0),
        m.right(m.sealed(text("纳税人（签章）："), "seal.png", 4.0, dx=1.0)),
        m.right(text(f"{year + 1}年05月20日")),
    ]
    return m.page("\n\n".join(body))


def _amount(fen: int | None) -> str:
    return "" if fen is None else text(f"{fen / 100:,.2f}" if fen else "0.00")


def _row(book: Accounts, name: str) -> int:
    """Amount of this year in the income statement's row of that name; nil where there is none."""
    found = (row.amounts[0] for row in book.income if row.amounts and row.label.split("（")[0].endswith(name))
    return next(found, 0)


def _main(book: Accounts, year: int) -> Rows:
    fig = {k: v[0] for k, v in book.figures.items()}
    tax, sales, finance = (_row(book, name) for name in ("税金及附加", "销售费用", "财务费用"))
    invest, extra, out = (_row(book, name) for name in ("投资收益", "营业外收入", "营业外支出"))
    # 管理费用 holds research here, and whatever else the form has no row for.
    admin: int | None = fig["revenue"] - fig["operating_cost"] - tax - sales - finance + invest - fig["operating_profit"]
    if admin is not None and admin < 0:
        admin = None
    relief = round(fig["rd_expense"] * 0.75)
    adjusted = fig["total_profit"] + 1_234_500 - relief
    base = max(0, adjusted)
    duty = round(base * 0.25)
    return [
        ("一、营业收入(填写A101010\\101020\\103000)", m.mark(f"revenue/{year}", _amount(fig["revenue"]))),
        ("减：营业成本(填写A102010\\102020\\103000)", _amount(fig["operating_cost"])),
        ("减：税金及附加", _amount(tax)),
        ("减：销售费用(填写A104000)", _amount(sales)),
        ("减：管理费用(填写A104000)", _amount(admin)),
        ("减：财务费用(填写A104000)", _amount(finance)),
        ("减：资产减值损失", _amount(0)),
        ("加：公允价值变动收益", _amount(0)),
        ("加：投资收益", _amount(invest)),
        ("二、营业利润(1-2-3-4-5-6-7+8+9)", _amount(fig["operating_profit"])),
        ("加：营业外收入(填写A101010\\101020\\103000)", _amount(extra)),
        ("减：营业外支出(填写A102010\\102020\\103000)", _amount(out)),
        ("三、利润总额（10+11-12）", _amount(fig["total_profit"])),
        ("减：境外所得（填写A108010）", _amount(0)),
        ("加：纳税调整增加额（填写A105000）", _amount(1_234_500)),
        ("减：纳税调整减少额（填写A105000）", _amount(0)),
        ("减：免税、减计收入及加计扣除（填写A107010）", _amount(relief)),
        ("加：境外应税所得抵减境内亏损（填写A108000）", _amount(0)),
        ("四、纳税调整后所得（13-14+15-16-17+18）", _amount(adjusted)),
        ("减：所得减免（填写A107020）", _amount(0)),
        ("减：弥补以前年度亏损（填写A106000）", _amount(0)),
        ("减：抵扣应纳税所得额（填写A107030）", _amount(0)),
        ("五、应纳税所得额（19-20-21-22）", _amount(base)),
        ("税率（25%）", text("25%")),
        ("六、应纳所得税额（23×24）", _amount(duty)),
        ("减：减免所得税额（填写A107040）", _amount(round(base * 0.10))),
        ("减：抵免所得税额（填写A107050）", _amount(0)),
        ("七、应纳税额（25-26-27）", _amount(duty - round(base * 0.10))),
    ]


def _extra(rng: Random, rd: int, year: int) -> Rows:
    staff, material, fixed = round(rd * 0.5), round(rd * 0.34), round(rd * 0.1)
    other = rd - staff - material - fixed
    return [
        ("本年可享受研发费用加计扣除项目数量", text(str(rng.randint(2, 12)))),
        ("一、自主研发、合作研发、集中研发（3+7+16+19+23+34）", _amount(rd)),
        ("（一）人员人工费用（4+5+6）", _amount(staff)),
        ("（二）直接投入费用（8+9+10+11+12+13+14+15）", _amount(material)),
        ("（三）折旧费用（17+18）", _amount(fixed)),
        ("（六）其他相关费用（24+25+26+27+28）", _amount(other)),
        ("二、委托研发（36+37+39）", _amount(0)),
        ("三、年度研发费用小计(2+36×80%+38)", m.mark(f"rd_expense/{year}", _amount(rd))),
        ("（一）本年费用化金额", _amount(rd)),
        ("（二）本年资本化金额", _amount(0)),
        ("八、加计扣除比例（%）", text("75.0000")),
        ("九、本年研发费用加计扣除总额（45-46-47）×49", _amount(round(rd * 0.75))),
    ]


def _form(code: str, title: str, head: str, rows: Rows, *, grouped: bool) -> str:
    """The printed form; ``grouped``: with the column 类别 that spans the rows of each part."""
    cells = "".join(f"[{m.centred(text(str(k + 1)))}],[{text(name)}],[{shown}],\n" for k, (name, shown) in enumerate(rows))
    columns, heads = "auto, 2.4fr, 1fr", ["行次", "项    目", head]
    if grouped:
        parts = (("利润总额计算", 13), ("应纳税所得额计算", 10), ("应纳税额计算", len(rows) - 23))
        lines = cells.strip().split("\n")
        at = 0
        for name, n in parts:
            # The column is narrow and its words run downwards.
            down = "#linebreak()".join(text(c) for c in name)
            numbered = f"table.cell(rowspan: {n}, align: center + horizon)[#set par(leading: 0.4em)\n{down}],"
            first, rest = lines[at].split(",", 1)
            lines[at] = f"{first},{numbered}{rest}"
            at += n
        cells, columns, heads = "\n".join(lines), "auto, auto, 2.4fr, 1fr", ["行次", "类别", "项    目", head]
    align = "(x, y) => if y == 0 { center } else if x == " + str(len(heads) - 1) + " { right } else { left }"
    table = f"#text(size: 9pt)[#table(columns: ({columns}), align: {align}, stroke: 0.6pt, inset: (x: 3pt, y: 3.6pt),\n"
    table += "".join(f"[{text(h)}]," for h in heads) + f"\n{cells})]"
    return m.page("\n\n".join([f"#align(left)[{text(code)}]", m.centred(m.styled(title, 15, bold=True)), table]))


def _printout(owner: names.Enterprise, year: int, code: str, title: str, head: str, rows: Rows, count: str) -> str:
    """As the electronic tax office prints it: taxpayer and period above every sheet, open rows, a page count."""
    period = marked(f"税款所属期起：{year}年01月01日    税款所属期止：{year}年12月31日", year)
    top = m.grid(
        "1fr, auto",
        f"{text('纳税人名称：')}{m.mark('entity', text(owner.name))}",
        text("金额单位：元（列至角分）"),
        text(f"纳税人识别号：{owner.uscc}"),
        text("申报状态：已申报"),
        period,
        text(f"打印日期：{year + 1}-06-02"),
        options="row-gutter: 6pt",
    )
    cells = [[m.centred(text(h)) for h in ("栏次", "项目名称", head.replace(" ", ""))]]
    cells += [[m.centred(text(str(k + 1))), text(name), shown] for k, (name, shown) in enumerate(rows)]
    body = [
        m.centred(sized(text(f"{code}  {title}"), 13, bold=True)),
        f"#text(size: 8.6pt)[{top}]",
        m.table(cells, ["auto", "3fr", "1.2fr"], ["center", "left", "right"], ruled="horizontal", size=8.6),
        m.right(m.styled(f"第 {count} 页", 8.5)),
    ]
    return m.page("\n\n".join(body), margin="(x: 1.4cm, y: 1.3cm)")
