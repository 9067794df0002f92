"""Special audit reports on R&D expenses (研发费用专项审计报告)."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from corpora.synth import audit, dates, names, opinions, seals, statements
from corpora.synth import markup as m
from corpora.synth.engine import SynthDocument, text

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


def make(rng: Random, owner: names.Enterprise, *, year: int | None = None, total_fen: int | None = None) -> SynthDocument:
    """A special audit report on the R&D expenses of up to three years ending with ``year``."""
    year = year or rng.randint(2018, 2024)
    firm = names.audit_firm(rng, owner.city.removesuffix("市"))
    years = tuple(range(year, year - rng.choice((1, 2, 3)), -1))
    projects = [f"{names.invention_title(rng).removeprefix('一种')}的研发" for _ in range(rng.randint(2, 5))]
    unit = rng.choice(("yuan", "yuan", "ten_thousand_yuan"))
    grain = statements.GRAINS[unit]
    last = total_fen or rng.randint(90, 900) * 1_000_000 + (rng.randrange(10**6) if grain == 1 else 0)
    amounts: dict[int, list[int]] = {}
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
    pages = [
        _opinion(rng, owner, firm, fields, years, auditors, reported),
        _table(rng, owner, projects, amounts, years, unit),
    ]
    return SynthDocument(
        "rd_audit_report",
        m.doc(fonts, *pages),
        fields,
        assets,
        f"{len(years)}y-{unit}",
        "研发费用专项审计报告",
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
    body = [
        m.centred(m.styled(title, 17, bold=True)),
        f"#align(right)[{text(fields['report_no'])}]",
        m.styled(f"{owner.name}：", bold=True),
        f"#h(2em){text(f'我们审计了后附的{owner.name}（以下简称“贵公司”）{span}研究开发费用结构明细表（以下简称“明细表”）。')}",
        m.styled("一、管理层的责任", bold=True),
        f"#h(2em){text('按照《高新技术企业认定管理办法》及《高新技术企业认定管理工作指引》的规定编制明细表是贵公司管理层的责任。')}",
        m.styled("二、注册会计师的责任", bold=True),
        f"#h(2em){text('我们的责任是在实施审计工作的基础上对明细表发表审计意见。')}",
        m.styled("三、审计意见", bold=True),
        f"#h(2em){text(f'我们认为，贵公司明细表在所有重大方面公允反映了贵公司{span}研究开发费用的发生情况。')}",
        opinions.signature(rng, firm, auditors, reported),
    ]
    return m.page("#set par(leading: 0.9em, spacing: 1.1em)\n" + "\n\n".join(body))


def _table(
    rng: Random,
    owner: names.Enterprise,
    projects: list[str],
    amounts: dict[int, list[int]],
    years: tuple[int, ...],
    unit: str,
) -> str:
    divisor, labels = statements.UNITS[unit]
    head = [m.centred(text(h)) for h in ("序号", rng.choice(("研发项目名称", "项目名称")), *(f"{y}年度" for y in years))]
    rows = [head] + [
        [text(f"RD{k + 1:02d}"), text(p), *(text(f"{amounts[y][k] / divisor:,.2f}") for y in years)]
        for k, p in enumerate(projects)
    ]
    rows.append(
        [
            "",
            m.centred(m.styled("合计", bold=True)),
            *(m.styled(f"{sum(amounts[y]) / divisor:,.2f}", bold=True) for y in years),
        ]
    )
    body = [
        m.centred(m.styled("研究开发费用结构明细表", 15, bold=True)),
        m.grid("1fr, 1fr", text("编制单位：" + owner.name), m.right(text("单位：" + labels[0]))),
        m.table(
            rows,
            ["auto", "2fr"] + ["1fr"] * len(years),
            ["center", "left"] + ["right"] * len(years),
            size=9.5,
        ),
    ]
    return m.page("\n\n".join(body))
