"""Special audit reports on R&D expenses (研发费用专项审计报告)."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from corpora.synth import audit, dates, forms, names, opinions, seals, statements
from corpora.synth import markup as m
from corpora.synth.engine import SynthDocument, text
from corpora.synth.statement_marks import bold, marked

LAYOUTS = ("projects", "items", "wide")
HELD_OUT = frozenset({"wide"})
Amounts = dict[int, list[int]]
"""Fen by year, one amount per project."""

ITEMS = (
    "人员人工费用",
    "直接投入费用",
    "折旧费用与长期待摊费用",
    "无形资产摊销费用",
    "设计费用",
    "装备调试费用与试验费用",
    "委托外部研究开发费用",
    "其他费用",
)
WEIGHTS = (46, 30, 8, 2, 1, 3, 5, 5)


def make(
    rng: Random,
    owner: names.Enterprise,
    *,
    year: int | None = None,
    total_fen: int | None = None,
    layout: str | None = None,
    layouts: str = "all",
) -> SynthDocument:
    """A special audit report on the R&D expenses of up to three years ending with ``year``.

    Raises:
        UnknownLayoutError: no layout of that name.
    """
    layout = forms.pick(rng, LAYOUTS, HELD_OUT, layout, layouts)
    year = year or rng.randint(2018, 2024)
    firm = names.audit_firm(rng, owner.city.removesuffix("市"))
    years = tuple(range(year, year - rng.choice((1, 2, 3)), -1))
    projects = [f"{names.invention_title(rng).removeprefix('一种')}的研发" for _ in range(rng.randint(2, 5))]
    unit = rng.choice(("yuan", "yuan", "ten_thousand_yuan"))
    if total_fen is not None and total_fen % statements.GRAINS[unit]:
        unit = "yuan"
    grain = statements.GRAINS[unit]
    last = total_fen or rng.randint(90, 900) * 1_000_000 + (rng.randrange(10**6) if grain == 1 else 0)
    amounts: Amounts = {}
    for k, y in enumerate(years):
        total = last if k == 0 else round(last * rng.uniform(0.6, 0.95) ** k / grain) * grain
        head = [round(total / len(projects) * rng.uniform(0.6, 1.1) / grain) * grain for _ in projects[:-1]]
        amounts[y] = [*head, total - sum(head)]
    reported = dates.between(rng, date(year + 1, 2, 1), date(year + 1, 6, 20))
    fields: dict[str, Any] = {
        "report_no": f"{firm[:2]}专审字[{year + 1}]第{rng.randint(1, 999):03d}号",
        "firm": firm,
        "entity": owner.name,
        "rd_expense": {str(y): audit.yuan(sum(amounts[y])) for y in years},
        "rd_projects": projects,
    }
    auditors = names.people(rng, 2)
    fonts = m.choose_fonts(rng, 10.8)
    assets = {
        "firm.png": seals.round_seal(rng, firm.split("（")[0]),
        "sign.png": seals.signature(rng),
        "sign2.png": seals.signature(rng),
        **{f"cpa{k}.png": seals.cpa_stamp(rng, n, str(rng.randint(10**11, 10**12 - 1))) for k, n in enumerate(auditors)},
    }
    pages = [_opinion(rng, owner, firm, fields, years, auditors, reported)]
    if layout == "wide":
        pages += [_wide(rng, owner, projects, amounts, y, unit) for y in years]
    elif layout == "items":
        pages.append(_items(rng, owner, projects, amounts, years, unit))
    else:
        pages.append(_table(rng, owner, projects, amounts, years, unit))
    return SynthDocument(
        "rd_audit_report",
        m.doc(fonts, *pages),
        fields,
        assets,
        f"{layout}-{len(years)}y-{unit}",
        "研发费用专项审计报告",
        held_out=layout in HELD_OUT,
    )


def _opinion(
    rng: Random,
    owner: names.Enterprise,
    firm: str,
    fields: dict[str, Any],
    years: tuple[int, ...],
    auditors: list[str],
    reported: date,
) -> str:
    span = f"{years[-1]}年度至{years[0]}年度" if len(years) > 1 else f"{years[0]}年度"
    title = rng.choice(("研究开发费用专项审计报告", "研发费用专项审计报告", f"{span}研究开发费用结构明细表专项审计报告"))
    audited = f"我们审计了后附的{owner.name}（以下简称“贵公司”）{span}研究开发费用结构明细表（以下简称“明细表”）。"
    body = [
        m.centred(m.styled(title, 17, bold=True)),
        f"#align(right)[{m.mark('report_no', text(fields['report_no']))}]",
        bold(marked(f"{owner.name}：", entity=owner.name)),
        "#h(2em)" + marked(audited, entity=owner.name),
        m.styled("一、管理层的责任", bold=True),
        f"#h(2em){text('按照《高新技术企业认定管理办法》及《高新技术企业认定管理工作指引》的规定编制明细表是贵公司管理层的责任。')}",
        m.styled("二、注册会计师的责任", bold=True),
        f"#h(2em){text('我们的责任是在实施审计工作的基础上对明细表发表审计意见。')}",
        m.styled("三、审计意见", bold=True),
        f"#h(2em){text(f'我们认为，贵公司明细表在所有重大方面公允反映了贵公司{span}研究开发费用的发生情况。')}",
        opinions.signature(rng, firm, auditors, reported),
    ]
    return m.page("#set par(leading: 0.9em, spacing: 1.1em)\n" + "\n\n".join(body))


def _money(fen: int, unit: str) -> str:
    return text(f"{fen / statements.UNITS[unit][0]:,.2f}")


def _total(amounts: Amounts, year: int, unit: str) -> str:
    return m.mark(f"rd_expense/{year}", bold(_money(sum(amounts[year]), unit)))


def _split(rng: Random, total: int, grain: int) -> list[int]:
    """``total`` over the kinds of expense; the first takes the rest."""
    rest = [round(total * w / sum(WEIGHTS) * rng.uniform(0.7, 1.2) / grain) * grain for w in WEIGHTS[1:]]
    return [total - sum(rest), *rest]


def _head(owner: names.Enterprise, unit: str, title: str) -> list[str]:
    who = text("编制单位：") + m.mark("entity", text(owner.name))
    return [
        m.centred(m.styled(title, 15, bold=True)),
        m.grid("1fr, 1fr", who, m.right(text("单位：" + statements.UNITS[unit][1][0]))),
    ]


def _table(rng: Random, owner: names.Enterprise, projects: list[str], amounts: Amounts, years: tuple[int, ...], unit: str) -> str:
    """Projects down, years across."""
    head = [m.centred(text(h)) for h in ("序号", rng.choice(("研发项目名称", "项目名称")), *(f"{y}年度" for y in years))]
    rows = [head] + [
        [text(f"RD{k + 1:02d}"), m.mark("rd_projects", text(p)), *(_money(amounts[y][k], unit) for y in years)]
        for k, p in enumerate(projects)
    ]
    rows.append(["", m.centred(m.styled("合计", bold=True)), *(_total(amounts, y, unit) for y in years)])
    widths, align = ["auto", "2fr"] + ["1fr"] * len(years), ["center", "left"] + ["right"] * len(years)
    return m.page("\n\n".join([*_head(owner, unit, "研究开发费用结构明细表"), m.table(rows, widths, align, size=9.5)]))


def _items(rng: Random, owner: names.Enterprise, projects: list[str], amounts: Amounts, years: tuple[int, ...], unit: str) -> str:
    """Kinds of expense down and years across, and a list of the projects below."""
    kinds = {y: _split(rng, sum(amounts[y]), statements.GRAINS[unit]) for y in years}
    rows = [[m.centred(text(h)) for h in ("科目", *(f"{y}年度" for y in years))]]
    rows += [[text(f"{k + 1}、{name}"), *(_money(kinds[y][k], unit) for y in years)] for k, name in enumerate(ITEMS)]
    rows.append([m.styled("研究开发费用合计", bold=True), *(_total(amounts, y, unit) for y in years)])
    listed = [[m.centred(text(h)) for h in ("编号", "研究开发项目", "起止年度")]]
    listed += [
        [text(f"RD{k + 1:02d}"), m.mark("rd_projects", text(p)), text(f"{years[-1]}—{years[0]}")] for k, p in enumerate(projects)
    ]
    body = [
        *_head(owner, unit, "研究开发费用情况表"),
        m.table(rows, ["1.6fr"] + ["1fr"] * len(years), ["left"] + ["right"] * len(years), ruled="three", size=9.5),
        m.gap(0.6),
        m.styled("研究开发项目清单", 11, bold=True),
        m.table(listed, ["auto", "3fr", "1fr"], ["center", "left", "center"], ruled="three", size=9.5),
    ]
    return m.page("\n\n".join(body))


def _wide(rng: Random, owner: names.Enterprise, projects: list[str], amounts: Amounts, year: int, unit: str) -> str:
    """One year on a landscape page: projects down, kinds of expense across, the total last."""
    parts = [_split(rng, amount, statements.GRAINS[unit]) for amount in amounts[year]]
    rows = [[m.centred(text(h)) for h in ("编号", "项目名称", *ITEMS, "合计")]]
    for k, (name, split) in enumerate(zip(projects, parts, strict=True)):
        cells = [text(f"RD{k + 1:02d}"), m.mark("rd_projects", text(name)), *(_money(v, unit) for v in split)]
        rows.append([*cells, _money(amounts[year][k], unit)])
    sums = [_money(sum(column), unit) for column in zip(*parts, strict=True)]
    rows.append(["", m.centred(m.styled("合计", bold=True)), *sums, _total(amounts, year, unit)])
    widths, align = ["auto", "1.4fr", *(["auto"] * 9)], ["center", "left", *(["right"] * 9)]
    body = [*_head(owner, unit, f"{year}年度研发支出明细表"), m.table(rows, widths, align, size=8.2)]
    return m.page("\n\n".join(body), flipped=True, margin="(x: 1.4cm, y: 1.6cm)")
