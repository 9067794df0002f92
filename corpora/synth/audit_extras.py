"""Pages of audit reports beside opinion and statements: cover, contents, cash flow statement, notes."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from corpora.synth import dates, names, statements
from corpora.synth import markup as m
from corpora.synth.engine import text
from corpora.synth.ledger import Accounts, Pair, Row
from corpora.synth.statement_marks import bold, marked, sized
from corpora.synth.statement_notes import rd_note, revenue_note


def cover(rng: Random, owner: names.Enterprise, fields: dict[str, Any], fonts: m.Fonts) -> str:
    """The cover: enterprise, title, number and firm, one under the other, as a ruled form, or firm first."""
    year = int(fields["fiscal_year"])
    title = rng.choice(("审计报告", "审 计 报 告", f"{year}年度审计报告", "财务报表审计报告"))
    firm = m.mark("firm", text(fields["firm"]))
    number = m.mark("report_no", text(fields["report_no"]))
    named = sized(m.mark("entity", text(owner.name)), 19, bold=True, font=fonts.title)
    head = sized(marked(title, year), rng.uniform(26, 32), bold=True, font=fonts.title)
    reported = date.fromisoformat(fields["report_date"])
    day = m.mark("report_date", text(dates.chinese(reported)))
    place = text(f"中国·{owner.city.removesuffix('市')}")
    kind = rng.choice(("plain", "plain", "form", "firm"))
    if kind == "form":
        rows: tuple[tuple[str, str], ...] = (
            ("被审计单位", m.mark("entity", text(owner.name))),
            ("报告文号", number),
            ("会计期间", marked(f"{year}年度", year)),
        )
        rows += (("审计机构", firm), ("报告日期", m.mark("report_date", text(dates.arabic(reported)))))
        lines = "".join(
            f"[{m.spread(a, 3.0)}{text('：')}][#block(width: 100%, stroke: (bottom: 0.6pt), inset: (bottom: 4pt))[{b}]]"
            for a, b in rows
        )
        form = f"#text(size: 13pt)[#grid(columns: (auto, 1fr), row-gutter: 0.7cm, align: bottom){lines}]"
        body = [m.gap(4), m.centred(head), "#v(1fr)", f"#pad(x: 1cm)[{form}]", m.gap(3)]
    elif kind == "firm":
        foreign = m.centred(m.styled("CERTIFIED PUBLIC ACCOUNTANTS", 11, tracking="2pt"))
        body = [m.gap(2), m.centred(sized(firm, 18, bold=True, font=fonts.title)), foreign, m.gap(4), m.centred(head)]
        body += [m.gap(1), m.centred(sized(number, 13)), m.gap(2), m.centred(named), "#v(1fr)"]
        body += [
            m.centred(text(f"电话：0591-8{rng.randint(1_000_000, 9_999_999)}  传真：0591-8{rng.randint(1_000_000, 9_999_999)}"))
        ]
    else:
        body = [m.gap(rng.uniform(3, 5)), m.centred(named), m.gap(1.2), m.centred(head), m.gap(1.0)]
        body += [m.centred(sized(number, 13)) if rng.random() < 0.7 else "", "#v(1fr)", m.centred(sized(firm, 15)), m.gap(0.3)]
        body += [m.centred(sized(rng.choice((place, day)), 12)), m.gap(1.5)]
    return m.page("\n\n".join(body))


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
    body = [head, table, statements.foot(rng, names.people(rng, 3), style, year)]
    return m.page(statements.in_font(style, "\n\n".join(body)), margin="(x: 1.8cm, y: 1.6cm)")


def _near(rng: Random, pair: Pair, low: float, high: float) -> Pair:
    return round(pair[0] * rng.uniform(low, high)), round(pair[1] * rng.uniform(low, high))


def _sum(*pairs: Pair) -> Pair:
    return sum(p[0] for p in pairs), sum(p[1] for p in pairs)


def notes(rng: Random, owner: names.Enterprise, book: Accounts, style: statements.Style, year: int, consolidated: bool) -> str:
    """A page of notes: the company, and 营业收入 and 研发费用 in detail where the standard asks for them."""
    unit = m.mark("statement_unit", text(statements.UNITS[style.unit][1][0]))
    intro = [
        m.centred(m.styled("财务报表附注", 15, bold=True)),
        m.centred(marked(f"{year}年度", year)),
        f"{text('（除特别说明外，金额单位为')}{unit}{text('）')}",
        m.styled("一、公司基本情况", bold=True),
        m.mark("entity", text(owner.name))
        + text(
            f"（以下简称“本公司”）成立于{dates.arabic(date.fromisoformat(owner.established))}，统一社会信用代码：{owner.uscc}，"
            f"注册资本{owner.capital_yuan / 10000:.2f}万元，法定代表人：{owner.legal_representative}。"
            f"住所：{owner.address}。经营范围：{owner.scope}。"
        ),
    ]
    if book.standard == "small":
        rule = "本公司编制的财务报表符合小企业会计准则的要求，真实、完整地反映了本公司的财务状况和经营成果。"
        return m.page("\n\n".join([*intro, m.styled("二、遵循小企业会计准则的声明", bold=True), text(rule)]))
    where = "合并财务报表" if consolidated else "财务报表"
    # The format of 2007 has no 研发费用; its notes have none either.
    research = [m.gap(0.4), rd_note(rng, book, style, rng.randint(39, 46), year)] if book.standard != "2007" else []
    body = [*intro, bold(text(f"五、{where}主要项目注释")), revenue_note(rng, book, style, rng.randint(24, 38), year), *research]
    return m.page("\n\n".join(body))
