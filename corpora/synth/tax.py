"""Pages of the annual corporate income tax return: A100000 and A107012 (extra deduction for R&D)."""

from __future__ import annotations

from random import Random
from typing import Any

from corpora.synth import markup as m
from corpora.synth import names, seals
from corpora.synth.audit import yuan
from corpora.synth.engine import SynthDocument, text
from corpora.synth.ledger import Accounts, accounts


def make(rng: Random, owner: names.Enterprise, *, year: int | None = None, book: Accounts | None = None) -> SynthDocument:
    """Cover, A100000 and A107012 of ``owner`` for ``year`` (版 2017, revised); figures from ``book``."""
    year = year or rng.randint(2019, 2024)
    book = book or accounts(rng)
    fig = {k: v[0] for k, v in book.figures.items()}
    fields: dict[str, Any] = {
        "entity": owner.name,
        "fiscal_year": str(year),
        "revenue": {str(year): yuan(fig["revenue"])},
    }
    fonts = m.choose_fonts(rng, 10)
    pages = [_cover(owner, year, fonts), _main(fig)]
    if rng.random() < 0.7:
        fields["rd_expense"] = {str(year): yuan(fig["rd_expense"])}
        pages.append(_extra(rng, fig["rd_expense"]))
    assets = {"seal.png": seals.round_seal(rng, owner.name)}
    return SynthDocument("tax_return", m.doc(fonts, *pages), fields, assets, "A100000", "企业所得税年度纳税申报表")


def _cover(owner: names.Enterprise, year: int, fonts: m.Fonts) -> str:
    rows = (
        (f"税款所属期间：{year}年01月01日 至 {year}年12月31日"),
        f"纳税人识别号（统一社会信用代码）：{owner.uscc}",
        f"纳税人名称：{owner.name}",
        "金额单位：人民币元（列至角分）",
    )
    body = [
        m.gap(1.5),
        m.centred(m.styled("中华人民共和国企业所得税年度纳税申报表", 19, bold=True, font=fonts.title)),
        m.centred(m.styled("（A类，2017年版）", 14)),
        m.gap(1.2),
        *(text(r) + m.gap(0.3) for r in rows),
        text("谨声明：本纳税申报表是根据国家税收法律法规及相关规定填报的，是真实的、可靠的、完整的。"),
        m.gap(1.0),
        m.right(m.sealed(text("纳税人（签章）："), "seal.png", 4.0, dx=1.0)),
        m.right(text(f"{year + 1}年05月20日")),
    ]
    return m.page("\n\n".join(body))


def _amount(fen: int) -> str:
    return f"{fen / 100:,.2f}" if fen else "0.00"


def _main(fig: dict[str, int]) -> str:
    rows = (
        ("一、营业收入(填写A101010\\101020\\103000)", fig["revenue"]),
        ("减：营业成本(填写A102010\\102020\\103000)", fig["operating_cost"]),
        ("减：税金及附加", None),
        ("减：销售费用(填写A104000)", None),
        ("减：管理费用(填写A104000)", None),
        ("减：财务费用(填写A104000)", None),
        ("减：资产减值损失", 0),
        ("加：公允价值变动收益", 0),
        ("加：投资收益", None),
        ("二、营业利润", fig["operating_profit"]),
        ("加：营业外收入(填写A101010\\101020\\103000)", None),
        ("减：营业外支出(填写A102010\\102020\\103000)", None),
        ("三、利润总额（10+11-12）", fig["total_profit"]),
        ("减：境外所得（填写A108010）", 0),
        ("加：纳税调整增加额（填写A105000）", 1_234_500),
        ("减：纳税调整减少额（填写A105000）", 0),
        ("减：免税、减计收入及加计扣除（填写A107010）", round(fig["rd_expense"] * 0.75)),
        ("四、纳税调整后所得", max(0, fig["total_profit"] - round(fig["rd_expense"] * 0.75) + 1_234_500)),
        ("五、应纳税所得额", max(0, fig["total_profit"] - round(fig["rd_expense"] * 0.75) + 1_234_500)),
        ("税率（25%）", None),
        ("六、应纳所得税额", fig["income_tax"]),
    )
    cells = [[m.centred(text(h)) for h in ("行次", "项    目", "金    额")]] + [
        [text(str(k + 1)), text(name), text("" if v is None else _amount(v))] for k, (name, v) in enumerate(rows)
    ]
    return m.page(
        "\n\n".join(
            [
                f"#align(left)[{text('A100000')}]",
                m.centred(m.styled("中华人民共和国企业所得税年度纳税申报表（A类）", 15, bold=True)),
                m.table(cells, ["auto", "2.4fr", "1fr"], ["center", "left", "right"], size=9.2),
            ]
        )
    )


def _extra(rng: Random, rd: int) -> str:
    staff, material, fixed = round(rd * 0.5), round(rd * 0.34), round(rd * 0.1)
    other = rd - staff - material - fixed
    rows = (
        ("本年可享受研发费用加计扣除项目数量", str(rng.randint(2, 12))),
        ("一、自主研发、合作研发、集中研发（3+7+16+19+23+34）", _amount(rd)),
        ("（一）人员人工费用（4+5+6）", _amount(staff)),
        ("（二）直接投入费用（8+9+10+11+12+13+14+15）", _amount(material)),
        ("（三）折旧费用（17+18）", _amount(fixed)),
        ("（六）其他相关费用（24+25+26+27+28）", _amount(other)),
        ("二、委托研发（36+37+39）", "0.00"),
        ("三、年度研发费用小计(2+36×80%+38)", _amount(rd)),
        ("（一）本年费用化金额", _amount(rd)),
        ("（二）本年资本化金额", "0.00"),
        ("八、加计扣除比例（%）", "75.0000"),
        ("九、本年研发费用加计扣除总额（45-46-47）×49", _amount(round(rd * 0.75))),
    )
    cells = [[m.centred(text(h)) for h in ("行次", "项    目", "金额（数量）")]] + [
        [text(str(k + 1)), text(a), text(b)] for k, (a, b) in enumerate(rows)
    ]
    return m.page(
        "\n\n".join(
            [
                f"#align(left)[{text('A107012')}]",
                m.centred(m.styled("研发费用加计扣除优惠明细表", 15, bold=True)),
                m.table(cells, ["auto", "2.4fr", "1fr"], ["center", "left", "right"], size=9.2),
            ]
        )
    )
