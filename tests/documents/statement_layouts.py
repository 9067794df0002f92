"""Statements made by hand in many layouts; all names and numbers are invented.

Figures are in cents so that sums are exact; ``balance``/``income`` give consistent rows.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extractor.model import Line, Page
from tests.documents.conftest import text_width

Row = tuple[str, int | None, int | None]
"""Label, current and prior figure in cents; None: a blank row (heading or nil)."""

ENTITY = "江州青禾精密机械有限公司"
SIZE = 0.011


@dataclass(frozen=True)
class Layout:
    """How a statement is printed."""

    prior_first: bool = False
    line_numbers: bool = False
    notes: bool = False
    heads: tuple[str, str] = ("期末余额", "年初余额")
    date: str = "2022年12月31日"
    unit: str = "单位：元"
    factor: int = 1
    decimals: int = 2
    brackets: bool = False
    dash: bool = False
    pitch: float = 0.018
    spaced: bool = False
    entity: str = ENTITY
    label_width: float = 0.34
    centred: bool = False


def balance(seed: int = 1) -> list[Row]:
    """A consistent balance sheet (企业会计准则)."""
    rng = random.Random(seed)

    def one() -> tuple[int, int]:
        return rng.randint(10_000_00, 90_000_000_00), rng.randint(10_000_00, 90_000_000_00)

    cash, receivable, stock, fixed, intangible = (one() for _ in range(5))
    payable, tax, loan = (one() for _ in range(3))
    current = _sum(cash, receivable, stock)
    rest = _sum(fixed, intangible)
    assets = _sum(current, rest)
    liabilities_current = _sum(payable, tax)
    liabilities = _sum(liabilities_current, loan)
    equity = (assets[0] - liabilities[0], assets[1] - liabilities[1])
    capital = (5_000_000_00, 5_000_000_00)
    kept = (equity[0] - capital[0], equity[1] - capital[1])
    return [
        ("流动资产：", None, None),
        ("货币资金", *cash),
        ("交易性金融资产", None, None),
        ("应收账款", *receivable),
        ("存货", *stock),
        ("流动资产合计", *current),
        ("非流动资产：", None, None),
        ("固定资产", *fixed),
        ("无形资产", *intangible),
        ("非流动资产合计", *rest),
        ("资产总计", *assets),
        ("流动负债：", None, None),
        ("应付账款", *payable),
        ("应交税费", *tax),
        ("流动负债合计", *liabilities_current),
        ("非流动负债：", None, None),
        ("长期借款", *loan),
        ("非流动负债合计", *loan),
        ("负债合计", *liabilities),
        ("所有者权益（或股东权益）：", None, None),
        ("实收资本（或股本）", *capital),
        ("未分配利润", *kept),
        ("所有者权益（或股东权益）合计", *equity),
        ("负债和所有者权益（或股东权益）总计", *assets),
    ]


def income(seed: int = 1, *, rd: bool = True, loss: bool = False) -> list[Row]:
    """A consistent income statement; with ``loss`` the current year ends below zero."""
    rng = random.Random(seed + 100)
    revenue = (rng.randint(50_000_000_00, 90_000_000_00), rng.randint(50_000_000_00, 90_000_000_00))
    cost = (rng.randint(30_000_000_00, 40_000_000_00), rng.randint(30_000_000_00, 40_000_000_00))
    if loss:
        cost = (cost[0] + 60_000_000_00, cost[1])
    other = [(rng.randint(100_000_00, 2_000_000_00), rng.randint(100_000_00, 2_000_000_00)) for _ in range(5)]
    taxes, sales, admin, research, finance = other
    research = research if rd else (0, 0)
    gain = (rng.randint(10_000_00, 900_000_00), rng.randint(10_000_00, 900_000_00))
    operating = tuple(revenue[k] - cost[k] - taxes[k] - sales[k] - admin[k] - research[k] - finance[k] + gain[k] for k in (0, 1))
    outside = [(rng.randint(1_000_00, 90_000_00), rng.randint(1_000_00, 90_000_00)) for _ in range(2)]
    total = tuple(operating[k] + outside[0][k] - outside[1][k] for k in (0, 1))
    tax = tuple(abs(total[k]) * 15 // 100 for k in (0, 1))
    net = tuple(total[k] - tax[k] for k in (0, 1))
    rows: list[Row] = [
        ("一、营业收入", *revenue),
        ("减：营业成本", *cost),
        ("税金及附加", *taxes),
        ("销售费用", *sales),
        ("管理费用", *admin),
        *([("研发费用", *research)] if rd else []),
        ("财务费用", *finance),
        ("加：其他收益", *gain),
        ("二、营业利润（亏损以“－”号填列）", operating[0], operating[1]),
        ("加：营业外收入", *outside[0]),
        ("减：营业外支出", *outside[1]),
        ("三、利润总额（亏损总额以“－”号填列）", total[0], total[1]),
        ("减：所得税费用", tax[0], tax[1]),
        ("四、净利润（净亏损以“－”号填列）", net[0], net[1]),
        ("（一）持续经营净利润", net[0] - 7, net[1] - 7),
        ("（二）终止经营净利润", 7, 7),
    ]
    return rows


def _sum(*pairs: tuple[int, int]) -> tuple[int, int]:
    return sum(p[0] for p in pairs), sum(p[1] for p in pairs)


def money(cents: int | None, layout: Layout) -> str:
    """A figure as printed."""
    if cents is None or (cents == 0 and layout.dash):
        return "-" if layout.dash else ""
    value = cents / 100 / layout.factor
    text = f"{abs(value):,.{layout.decimals}f}"
    if value < 0:
        return f"({text})" if layout.brackets else f"-{text}"
    return text


def line(text: str, left: float, top: float, *, right: float | None = None, size: float = SIZE) -> Line:
    """One line; ``right`` aligns it to the right."""
    width = text_width(text, size)
    left = right - width if right is not None else left
    return Line(text=text, box=(left, top, left + width, top + size), confidence=0.99, origin="ocr")


def head(title: str, layout: Layout, top: float = 0.05) -> list[Line]:
    """Title, date, entity and unit."""
    shown = " ".join(title) if layout.spaced else title
    lines = [line(shown, 0.5 - text_width(shown, 0.018) / 2, top, size=0.018), line(layout.date, 0.44, top + 0.025)]
    if layout.entity:
        lines.append(line(f"编制单位：{layout.entity}", 0.06, top + 0.045))
    if layout.unit:
        lines.append(line(layout.unit, 0, top + 0.045, right=0.94))
    return lines


def table(
    rows: Sequence[Row], layout: Layout, top: float, *, left: float = 0.06, right: float = 0.94, first: str = "项目"
) -> list[Line]:
    """A table: header row and body."""
    width = right - left
    label = layout.label_width * width / 0.88
    extra = [("行次", layout.line_numbers), ("附注", layout.notes)]
    narrow = [name for name, there in extra if there]
    x = left + label
    lines = [line(first, left + label / 2 - 0.02, top)]
    places: dict[str, tuple[float, float]] = {}
    for name in narrow:
        places[name] = (x, x + 0.05 * width / 0.88)
        lines.append(line(name, x + 0.008, top))
        x += 0.055 * width / 0.88
    each = (right - x) / 2
    order = (1, 0) if layout.prior_first else (0, 1)
    spans = {k: (x + n * each, x + (n + 1) * each) for n, k in enumerate(order)}
    for k in (0, 1):
        a, b = spans[k]
        lines.append(line(layout.heads[k], (a + b) / 2 - text_width(layout.heads[k], SIZE) / 2, top))
    for n, (text, *figures) in enumerate(rows, 1):
        y = top + n * layout.pitch
        indent = 0.0 if text.endswith(("：", "计")) or text[0] in "一二三四五" else 0.02
        lines.append(line(text, left + indent, y))
        if "行次" in places:
            lines.append(line(str(n), places["行次"][0] + 0.012, y))
        if "附注" in places and figures[0] is not None and n % 3 == 0:
            lines.append(line(f"五、{n}", places["附注"][0], y))
        for k in (0, 1):
            shown = money(figures[k], layout) if not text.endswith("：") else ""
            if shown:
                a, b = spans[k]
                centre = (a + b) / 2 - text_width(shown, SIZE) / 2
                lines.append(line(shown, centre, y) if layout.centred else line(shown, 0, y, right=b - 0.01))
    return lines


def page(lines: Sequence[Line], number: int = 1, **kw: object) -> Page:
    """A page of lines in reading order."""
    order = sorted(lines, key=lambda ln: (round(ln.box[1], 2), ln.box[0]))
    return Page(**{"file": 0, "page": number, "width": 1131, "height": 1600, "source": "ocr", "lines": tuple(order)} | kw)  # type: ignore[arg-type]


def balance_page(layout: Layout, rows: Sequence[Row] | None = None, title: str = "资产负债表", number: int = 1) -> Page:
    """A one-page balance sheet."""
    return page([*head(title, layout), *table(rows or balance(), layout, 0.13)], number)


def income_page(layout: Layout, rows: Sequence[Row] | None = None, title: str = "利润表", number: int = 2) -> Page:
    """A one-page income statement; the period heads are those of the income statement."""
    if layout.heads == ("期末余额", "年初余额"):
        layout = replace(layout, heads=("本期金额", "上期金额"), date="2022年度")
    return page([*head(title, layout), *table(rows or income(), layout, 0.13)], number)


def two_sided_page(layout: Layout, rows: Sequence[Row] | None = None, number: int = 1) -> Page:
    """资产 | 负债和所有者权益 side by side."""
    rows = list(rows or balance())
    cut = next(i for i, r in enumerate(rows) if r[0] == "资产总计")
    assets, claims = rows[: cut + 1], rows[cut + 1 :]
    last = max(len(assets), len(claims))
    # totals stand on one line
    assets = [*assets[:-1], *[("", None, None)] * (last - len(assets)), assets[-1]]
    claims = [*claims[:-1], *[("", None, None)] * (last - len(claims)), claims[-1]]
    narrow = replace(layout, label_width=0.36)
    lines = head("资产负债表", layout)
    lines += [
        ln
        for ln in table([(t or " ", a, b) for t, a, b in assets], narrow, 0.13, left=0.03, right=0.495, first="资产")
        if ln.text.strip()
    ]
    lines += [
        ln
        for ln in table([(t or " ", a, b) for t, a, b in claims], narrow, 0.13, left=0.505, right=0.975, first="负债和所有者权益")
        if ln.text.strip()
    ]
    return page(lines, number, width=1600, height=1131)


def value(rows: Sequence[Row], label: str, period: int) -> float:
    """The figure of a row in yuan, ``period`` 0 current, 1 prior."""
    row = next(r for r in rows if label in r[0])
    cents = row[1 + period]
    assert cents is not None
    return cents / 100
