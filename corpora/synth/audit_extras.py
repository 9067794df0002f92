"""Pages of audit reports that hold no labelled figure: table of contents, cash flow statement."""

from __future__ import annotations

from random import Random

from corpora.synth import markup as m
from corpora.synth import names, statements
from corpora.synth.engine import text
from corpora.synth.ledger import Accounts, Pair, Row


def contents(rng: Random, scope: str) -> str:
    """The table of contents."""
    page = 1
    lines = [
        m.gap(1.5),
        m.centred(m.styled(rng.choice(("目  录", "目录", "目    次")), 18, bold=True)),
        m.gap(0.8),
    ]
    sheets = [
        f"{scope}资产负债表",
        f"{scope}利润表",
        f"{scope}现金流量表",
        f"{scope}所有者权益变动表",
        "财务报表附注",
    ]
    for name in ("一、审计报告", "二、已审财务报表", *sheets, "三、会计师事务所营业执照及执业证书"):
        indent = "" if name[1] == "、" else "#h(2em)"
        number = "" if name == "二、已审财务报表" else f"{page}—{page + 1}" if rng.random() < 0.4 else str(page)
        lines.append(f"{indent}{text(name)}#box(width: 1fr, repeat[.]){text(number)}")
        page += rng.randint(1, 2)
    return m.page("\n\n".join(lines))


def cash_flow(rng: Random, owner: names.Enterprise, book: Accounts, style: statements.Style, year: int, scope: str) -> str:
    """The cash flow statement: amounts near those of the other statements, as a trap for loose matching."""
    sales = _near(rng, book.figures["revenue"], 1.02, 1.13)
    other = _near(rng, book.figures["revenue"], 0.01, 0.03)
    bought = _near(rng, book.figures["operating_cost"], 0.9, 1.05)
    wages, taxes = (_near(rng, book.figures["revenue"], lo, hi) for lo, hi in ((0.1, 0.14), (0.03, 0.06)))
    inflow, outflow = _sum(sales, other), _sum(bought, wages, taxes)
    spent = _near(rng, book.figures["revenue"], 0.02, 0.06)
    net: Pair = (inflow[0] - outflow[0], inflow[1] - outflow[1])
    rows = [
        Row("一、经营活动产生的现金流量：", None, "heading"),
        Row("销售商品、提供劳务收到的现金", sales),
        Row("收到其他与经营活动有关的现金", other),
        Row("经营活动现金流入小计", inflow, "total"),
        Row("购买商品、接受劳务支付的现金", bought),
        Row("支付给职工以及为职工支付的现金", wages),
        Row("支付的各项税费", taxes),
        Row("经营活动现金流出小计", outflow, "total"),
        Row("经营活动产生的现金流量净额", net, "total"),
        Row("二、投资活动产生的现金流量：", None, "heading"),
        Row("购建固定资产、无形资产和其他长期资产支付的现金", spent),
        Row("投资活动产生的现金流量净额", (-spent[0], -spent[1]), "total"),
        Row("三、现金及现金等价物净增加额", (net[0] - spent[0], net[1] - spent[1]), "total"),
    ]
    head = statements.heading(rng, f"{scope}现金流量表", owner.name, f"{year}年度", style, "")
    table = statements.flow_table(rng, rows, style)
    return m.page(
        "\n\n".join([head, table, statements.foot(rng, names.people(rng, 3), style)]),
        margin="(x: 1.8cm, y: 1.6cm)",
    )


def _near(rng: Random, pair: Pair, low: float, high: float) -> Pair:
    return round(pair[0] * rng.uniform(low, high)), round(pair[1] * rng.uniform(low, high))


def _sum(*pairs: Pair) -> Pair:
    return sum(p[0] for p in pairs), sum(p[1] for p in pairs)
