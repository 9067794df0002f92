"""Balance sheets and income statements."""

from __future__ import annotations

from random import Random

from corpora.training import invent as v
from corpora.training.paper import Entry, Grid, Paper
from corpora.training.pen import Rich, rich
from corpora.training.wordings import tables, words

_ROWS = tables("accounts", "rows")
_ROWS_EN = {
    "revenue": "Operating revenue",
    "main_revenue": "Revenue from main business",
    "operating_cost": "Operating costs",
    "rd_expense": "R&D expenses",
    "operating_profit": "Operating profit",
    "total_profit": "Total profit",
    "income_tax": "Income tax expense",
    "net_profit": "Net profit",
    "current_assets": "Total current assets",
    "total_assets": "Total assets",
    "current_liabilities": "Total current liabilities",
    "total_liabilities": "Total liabilities",
    "owners_equity": "Total owners' equity",
}
_PROFIT = (
    "revenue",
    "main_revenue",
    "operating_cost",
    "rd_expense",
    "operating_profit",
    "total_profit",
    "income_tax",
    "net_profit",
)
_BALANCE = ("current_assets", "total_assets", "current_liabilities", "total_liabilities", "owners_equity")
PROFIT_MORE = words("accounts", "profit_more")
_BALANCE_MORE = words("accounts", "balance_more")
_UNITS = {"元": 1.0, "人民币元": 1.0, "千元": 1e3, "万元": 1e4, "人民币万元": 1e4, "百万元": 1e6}
_CURRENT_FLOW = words("accounts", "current_flow")
_PRIOR_FLOW = words("accounts", "prior_flow")
_CURRENT_STOCK = words("accounts", "current_stock")
_PRIOR_STOCK = words("accounts", "prior_stock")


_STATEMENT_LABELS = tables("statements", "statement_labels")


def statement(rng: Random, kind: str = "financial_statements") -> Paper:
    """A balance sheet or an income statement, or both."""
    year, entity = rng.randint(2014, 2024), v.company(rng)
    flow = rng.random() < 0.5
    paper = Paper(kind, name="statement", ordered=True)
    scope = rng.choices(("", "合并", "母公司"), (44, 48, 8) if kind == "audit_report" else (85, 10, 5))[0]
    title = (
        v.choose(rng, "利润表|利润表|利 润 表|损益表|利润及利润分配表")
        if flow
        else v.choose(rng, "资产负债表|资产负债表|资 产 负 债 表|资产负债表（续）")
    )
    paper.title = rich((scope, "consolidated") if scope == "合并" and kind == "audit_report" else scope, title)
    unit = rng.choice(tuple(_UNITS))
    day = v.choose(rng, "年12月31日|-12-31|.12.31| 年 12 月 31 日") if not flow else v.choose(rng, "年度|年1-12月|年12月| 年度")
    paper.entries = [
        Entry(v.choose(rng, _STATEMENT_LABELS["entity"]), rich((entity, "entity"))),
        Entry("", rich((str(year), "fiscal_year"), day))
        if rng.random() < 0.65
        else Entry(v.choose(rng, _STATEMENT_LABELS["fiscal_year"]), rich((str(year), "fiscal_year"), day)),
        Entry(v.choose(rng, _STATEMENT_LABELS["statement_unit"]), rich((unit, "statement_unit"))),
    ]
    if rng.random() < 0.2:
        paper.entries.pop(rng.randrange(3))
    _statement_grid(rng, paper, year, flow, unit, tagged=scope != "母公司")
    paper.foot = [
        rich(label + v.person(rng))
        for label in rng.sample(
            ("法定代表人：", "主管会计工作负责人：", "会计机构负责人：", "制表人：", "企业负责人：", "财务负责人："),
            rng.choice((0, 2, 3)),
        )
    ]
    return paper


def _figure(rng: Random, key: str, unit: str, tagged: bool, scale: float) -> Rich:
    if rng.random() < 0.05:
        return rich(v.choose(rng, "|-|—"))
    value = scale * rng.uniform(0.02, 1.2) ** 2 / _UNITS[unit]
    shown = v.amount(value, 0 if unit == "千元" else 2)
    if key in ("total_profit", "net_profit", "operating_profit", "income_tax") and rng.random() < 0.12:
        shown = v.choose(rng, "-{}|({})|（{}）|－{}").format(shown)
    return rich((shown, key if tagged else ""))


def _statement_grid(rng: Random, paper: Paper, year: int, flow: bool, unit: str, *, tagged: bool) -> None:
    keys = _PROFIT if flow else _BALANCE
    kept = [k for k in keys if rng.random() < (0.7 if k == "main_revenue" else 0.9)]
    fillers = v.sample(rng, PROFIT_MORE if flow else _BALANCE_MORE, 3, 14)
    tongues = rng.random() < 0.1
    names: list[tuple[str, str]] = [(key, v.choose(rng, _ROWS[key]) + (" " + _ROWS_EN[key] if tongues else "")) for key in kept]
    for filler in fillers:
        names.insert(rng.randint(0, len(names)), ("", filler))
    current = v.choose(rng, _CURRENT_FLOW if flow else _CURRENT_STOCK).format(y=year)
    prior = v.choose(rng, _PRIOR_FLOW if flow else _PRIOR_STOCK).format(p=year - 1)
    months = [current, prior] if rng.random() < 0.8 else [prior, current]
    if rng.random() < 0.15:
        months = months[:1]
    extra = v.choose(rng, "||行次|附注|注释|项次")
    two = not flow and rng.random() < 0.35
    scale = v.money(rng, 3e5, 2e9)
    rows = [_statement_row(rng, k, key, name, extra, len(months), unit, tagged, scale) for k, (key, name) in enumerate(names)]
    head = (v.choose(rng, "项目|项 目|资产|项       目"), *((extra,) if extra else ()), *months)
    widths = (13.0, *((2.5,) if extra else ()), *(8.0 for _ in months))
    if two:
        half = (len(rows) + 1) // 2
        blank: tuple[Rich, ...] = tuple(() for _ in head)
        right = [*rows[half:], *[blank] * (2 * half - len(rows))]
        rows = [a + b for a, b in zip(rows[:half], right, strict=True)]
        other = v.choose(rng, "负债和所有者权益|负债及所有者权益|负债和股东权益")
        head, widths = (*head, other, *head[1:]), widths * 2
    paper.grids = [Grid(tuple(head), tuple(rows), widths, "right")]


def _statement_row(
    rng: Random, k: int, key: str, name: str, extra: str, figures: int, unit: str, tagged: bool, scale: float
) -> tuple[Rich, ...]:
    cells: list[Rich] = [rich(name)]
    if extra:
        cells.append(
            rich(str(k + 1) if extra != "附注" else rng.choice(("", f"五、{rng.randint(1, 30)}", f"六.{rng.randint(1, 30)}")))
        )
    if name.endswith("："):
        return (*cells, *(rich() for _ in range(figures)))
    for _ in range(figures):
        cells.append(_figure(rng, key, unit, tagged, scale) if key or rng.random() < 0.75 else rich())
    return tuple(cells)
