"""Invent a firm's accounts that add up: income statement and balance sheet for two years.

Amounts are integers in fen (0.01 yuan), multiples of ``grain``, so that statements in 千元 or 万元
still add up as printed. Formats: 财会〔2019〕6号, 财会〔2018〕15号, the one before (财会〔2006〕18号, "2007"),
小企业会计准则 (财会〔2011〕17号).
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from corpora.synth.ledger_items import CURRENT_ASSETS, CURRENT_DEBTS, FIXED_ASSETS, FIXED_DEBTS

Standard = Literal["2019", "2018", "2007", "small"]
Pair = tuple[int, int]
"""(this year, last year) in fen."""


@dataclass(frozen=True)
class Row:
    """One printed row. ``role``: item, sub (其中), heading, total. ``amounts`` None: nothing printed."""

    label: str
    amounts: Pair | None = None
    role: str = "item"
    key: str = ""


@dataclass(frozen=True)
class Accounts:
    """Income statement, the two sides of the balance sheet, figures by field key (fen), and note details."""

    standard: Standard
    income: tuple[Row, ...]
    assets: tuple[Row, ...]
    claims: tuple[Row, ...]
    figures: dict[str, Pair]
    rd_detail: tuple[tuple[str, Pair], ...]


def _scaled(rng: Random, value: int, low: float, high: float, grain: int) -> int:
    return max(grain, round(value * rng.uniform(low, high) / grain) * grain)


def _pair(rng: Random, base: Pair, low: float, high: float, grain: int) -> Pair:
    return _scaled(rng, base[0], low, high, grain), _scaled(rng, base[1], low, high, grain)


def _add(*pairs: Pair) -> Pair:
    return sum(p[0] for p in pairs), sum(p[1] for p in pairs)


def _neg(pair: Pair) -> Pair:
    return -pair[0], -pair[1]


def _split(rng: Random, total: Pair, weights: list[float], grain: int) -> list[Pair]:
    """Split both years' totals over items; the heaviest item takes the rest, so that none falls below nil."""
    heaviest = weights.index(max(weights))
    out: list[Pair] = []
    for k, weight in enumerate(weights):
        share = 0 if k == heaviest else weight / sum(weights)
        now, before = (round(t * share * rng.uniform(0.7, 1.15) / grain) * grain for t in total)
        out.append((now, before))
    out[heaviest] = (total[0] - sum(p[0] for p in out), total[1] - sum(p[1] for p in out))
    return out


def accounts(
    rng: Random,
    standard: Standard = "2019",
    *,
    revenue_yuan: int | None = None,
    grain: int = 1,
    consolidated: bool = False,
    loss: bool = False,
) -> Accounts:
    """Invent accounts. ``revenue_yuan``: about this much this year; ``grain`` in fen (1 = to the cent)."""
    top = (revenue_yuan or rng.randint(12_000_000, 480_000_000)) * 100
    current = _scaled(rng, top, 0.97, 1.03, grain) + (rng.randrange(100) if grain == 1 else 0)
    growth = rng.uniform(0.78, 1.35)
    last = _scaled(rng, current, 1 / growth, 1 / growth, grain) + (rng.randrange(100) if grain == 1 else 0)
    figures: dict[str, Pair] = {"revenue": (current, last)}
    income = _income(rng, standard, figures, grain, consolidated, loss)
    assets = _assets(rng, standard, figures, grain)
    claims = _claims(rng, standard, figures, grain, consolidated)
    return Accounts(
        standard,
        tuple(income),
        tuple(assets),
        tuple(claims),
        figures,
        _rd_detail(rng, figures["rd_expense"], grain),
    )


def _rd_detail(rng: Random, total: Pair, grain: int) -> tuple[tuple[str, Pair], ...]:
    names = ("人员人工费用", "直接投入费用", "折旧费用", "委托外部研发费用", "其他相关费用")
    return tuple(zip(names, _split(rng, total, [48, 32, 9, 6, 5], grain), strict=True))


def _income(rng: Random, standard: Standard, fig: dict[str, Pair], grain: int, consolidated: bool, loss: bool) -> list[Row]:
    revenue = fig["revenue"]
    fig["main_revenue"] = _pair(rng, revenue, 0.9, 0.995, grain)
    cost = _pair(rng, revenue, 0.84, 0.9, grain) if loss else _pair(rng, revenue, 0.55, 0.76, grain)
    tax = _pair(rng, revenue, 0.004, 0.01, grain)
    sales, admin, rd = (_pair(rng, revenue, lo, hi, grain) for lo, hi in ((0.02, 0.06), (0.04, 0.08), (0.031, 0.082)))
    finance = _pair(rng, revenue, 0.004, 0.012, grain)
    interest, earned = _pair(rng, finance, 0.9, 1.2, grain), _pair(rng, finance, 0.05, 0.15, grain)
    grant, invest = _pair(rng, revenue, 0.002, 0.008, grain), _pair(rng, revenue, 0.0005, 0.004, grain)
    credit, impair = (
        _neg(_pair(rng, revenue, 0.0005, 0.004, grain)),
        _neg(_pair(rng, revenue, 0.0003, 0.002, grain)),
    )
    disposal = (0, _scaled(rng, revenue[1], 0.0001, 0.0008, grain))
    small = standard == "small"
    if standard == "2007":
        admin = _add(admin, rd)  # research stood within 管理费用
    plus = {"small": [invest], "2007": [invest, credit, impair]}.get(standard, [grant, invest, credit, impair, disposal])
    minus = [cost, tax, sales, admin, finance] + ([] if standard in ("small", "2007") else [rd])
    operating = _add(revenue, *plus, *(_neg(x) for x in minus))
    extra, out = _pair(rng, revenue, 0.0005, 0.004, grain), _pair(rng, revenue, 0.0002, 0.002, grain)
    total = _add(operating, extra, _neg(out))
    duty = (max(0, round(total[0] * 0.15 / grain) * grain), max(0, round(total[1] * 0.15 / grain) * grain))
    net = _add(total, _neg(duty))
    fig.update(
        operating_cost=cost,
        operating_profit=operating,
        total_profit=total,
        income_tax=duty,
        net_profit=net,
        rd_expense=rd,
    )
    if small:
        return _small_income(rng, fig, tax, sales, admin, finance, interest, invest, extra, out, grant, grain)
    rows = [
        Row("一、营业收入", revenue, "total", "revenue"),
        Row("减：营业成本", cost, key="operating_cost"),
        Row("营业税金及附加" if standard == "2007" else "税金及附加", tax),
        Row("销售费用", sales),
        Row("管理费用", admin),
    ]
    if standard == "2007":
        rows += [Row("财务费用", finance), Row("资产减值损失", _neg(_add(credit, impair)))]
        rows += [Row("加：公允价值变动收益（损失以“-”号填列）", (0, 0)), Row("投资收益（损失以“-”号填列）", invest)]
    else:
        rows += [Row("研发费用", rd, key="rd_expense"), Row("财务费用", finance)]
        rows += [Row("其中：利息费用", interest, "sub"), Row("利息收入", earned, "sub")]
        rows += _gains(standard, grant, invest, credit, impair, disposal)
    rows += [
        Row("二、营业利润（亏损以“-”号填列）", operating, "total", "operating_profit"),
        Row("加：营业外收入", extra),
        Row("减：营业外支出", out),
        Row("三、利润总额（亏损总额以“-”号填列）", total, "total", "total_profit"),
        Row("减：所得税费用", duty, key="income_tax"),
        Row("四、净利润（净亏损以“-”号填列）", net, "total", "net_profit"),
    ]
    if standard != "2007":
        rows += [
            Row("（一）持续经营净利润（净亏损以“-”号填列）", net, "sub"),
            Row("（二）终止经营净利润（净亏损以“-”号填列）", (0, 0), "sub"),
        ]
    if consolidated:
        minority = _pair(rng, net, 0.02, 0.08, grain) if min(net) > 0 else (0, 0)
        rows += [
            Row("归属于母公司所有者的净利润", _add(net, _neg(minority)), "sub"),
            Row("少数股东损益", minority, "sub"),
        ]
    return [*rows, Row("五、其他综合收益的税后净额", (0, 0), "total"), Row("六、综合收益总额", net, "total")]


def _gains(standard: Standard, grant: Pair, invest: Pair, credit: Pair, impair: Pair, disposal: Pair) -> list[Row]:
    """The rows between the costs and the operating profit."""
    loss = "（损失以“-”号填列）"
    income = [
        Row("加：其他收益", grant),
        Row(f"投资收益{loss}", invest),
        Row("其中：对联营企业和合营企业的投资收益", (0, 0), "sub"),
    ]
    if standard == "2018":
        return [
            Row("资产减值损失", _neg(_add(credit, impair))),
            *income,
            Row(f"公允价值变动收益{loss}", (0, 0)),
            Row(f"资产处置收益{loss}", disposal),
        ]
    return [
        *income,
        Row(f"净敞口套期收益{loss}", (0, 0)),
        Row(f"公允价值变动收益{loss}", (0, 0)),
        Row(f"信用减值损失{loss}", credit),
        Row(f"资产减值损失{loss}", impair),
        Row(f"资产处置收益{loss}", disposal),
    ]


def _small_income(
    rng: Random,
    fig: dict[str, Pair],
    tax: Pair,
    sales: Pair,
    admin: Pair,
    finance: Pair,
    interest: Pair,
    invest: Pair,
    extra: Pair,
    out: Pair,
    grant: Pair,
    grain: int,
) -> list[Row]:
    study = fig["rd_expense"] = _pair(rng, admin, 0.3, 0.6, grain)
    return [
        Row("一、营业收入", fig["revenue"], "total", "revenue"),
        Row("减：营业成本", fig["operating_cost"], key="operating_cost"),
        Row("税金及附加", tax),
        Row("其中：城市维护建设税", _pair(rng, tax, 0.3, 0.4, grain), "sub"),
        Row("教育费附加、矿产资源补偿税、排污费", _pair(rng, tax, 0.1, 0.2, grain), "sub"),
        Row("销售费用", sales),
        Row("其中：商品维修费", (0, 0), "sub"),
        Row("广告费和业务宣传费", _pair(rng, sales, 0.1, 0.3, grain), "sub"),
        Row("管理费用", admin),
        Row("其中：开办费", (0, 0), "sub"),
        Row("业务招待费", _pair(rng, admin, 0.02, 0.06, grain), "sub"),
        Row("研究费用", study, "sub"),
        Row("财务费用", finance),
        Row("其中：利息费用（收入以“-”号填列）", interest, "sub"),
        Row("加：投资收益（损失以“-”号填列）", invest),
        Row("二、营业利润（亏损以“-”号填列）", fig["operating_profit"], "total", "operating_profit"),
        Row("加：营业外收入", extra),
        Row("其中：政府补助", _pair(rng, extra, 0.3, 0.9, grain), "sub"),
        Row("减：营业外支出", out),
        Row("其中：坏账损失", (0, 0), "sub"),
        Row("三、利润总额（亏损总额以“-”号填列）", fig["total_profit"], "total", "total_profit"),
        Row("减：所得税费用", fig["income_tax"], key="income_tax"),
        Row("四、净利润（净亏损以“-”号填列）", fig["net_profit"], "total", "net_profit"),
    ]


def _block(rng: Random, items: tuple[tuple[str, int], ...], total: Pair, grain: int) -> list[Row]:
    filled = [(name, weight) for name, weight in items if weight and (weight > 4 or rng.random() < 0.7)]
    shares = dict(zip((n for n, _ in filled), _split(rng, total, [w for _, w in filled], grain), strict=True))
    return [Row(name, shares.get(name, (0, 0))) for name, _ in items]


def _assets(rng: Random, standard: Standard, fig: dict[str, Pair], grain: int) -> list[Row]:
    current = fig["current_assets"] = _pair(rng, fig["revenue"], 0.55, 0.8, grain)
    fixed = _pair(rng, fig["revenue"], 0.28, 0.5, grain)
    fig["total_assets"] = _add(current, fixed)
    return [
        Row("流动资产：", None, "heading"),
        *_block(rng, CURRENT_ASSETS[standard], current, grain),
        Row("流动资产合计", current, "total", "current_assets"),
        Row("非流动资产：", None, "heading"),
        *_block(rng, FIXED_ASSETS[standard], fixed, grain),
        Row("非流动资产合计", fixed, "total"),
        Row(rng.choice(("资产总计", "资产总计", "资产合计", "资  产  总  计")), fig["total_assets"], "total", "total_assets"),
    ]


def _claims(rng: Random, standard: Standard, fig: dict[str, Pair], grain: int, consolidated: bool) -> list[Row]:
    total = fig["total_assets"]
    debts = fig["total_liabilities"] = _pair(rng, total, 0.3, 0.62, grain)
    current = fig["current_liabilities"] = _pair(rng, debts, 0.78, 0.93, grain)
    fixed = _add(debts, _neg(current))
    equity = fig["owners_equity"] = _add(total, _neg(debts))
    capital = _scaled(rng, min(equity), 0.3, 0.45, grain)
    reserve, surplus = _scaled(rng, min(equity), 0.05, 0.12, grain), _pair(rng, equity, 0.02, 0.06, grain)
    small = standard == "small"
    owners = [
        Row("实收资本（或股本）" if small or rng.random() < 0.7 else "股本", (capital, capital)),
        *([] if small else [Row("其他权益工具", (0, 0))]),
        Row("资本公积", (reserve, reserve)),
        *([] if small else [Row("减：库存股", (0, 0)), Row("其他综合收益", (0, 0))]),
        Row("盈余公积", surplus),
    ]
    parts = [p for p in ((capital, capital), (reserve, reserve), surplus)]
    rest = _add(equity, *(_neg(p) for p in parts))
    if consolidated:
        minority = _pair(rng, rest, 0.03, 0.08, grain)
        kept = _add(rest, _neg(minority))
        owners += [
            Row("未分配利润", kept),
            Row("归属于母公司所有者权益合计", _add(*parts, kept), "total"),
            Row("少数股东权益", minority),
        ]
    else:
        owners.append(Row("未分配利润", rest))
    holder = rng.choice(("所有者权益（或股东权益）", "所有者权益", "股东权益"))
    return [
        Row("流动负债：", None, "heading"),
        *_block(rng, CURRENT_DEBTS[standard], current, grain),
        Row("流动负债合计", current, "total", "current_liabilities"),
        Row("非流动负债：", None, "heading"),
        *_block(rng, FIXED_DEBTS[standard], fixed, grain),
        Row("非流动负债合计", fixed, "total"),
        Row("负债合计", debts, "total", "total_liabilities"),
        Row(f"{holder}：", None, "heading"),
        *owners,
        Row(f"{holder}合计", equity, "total", "owners_equity"),
        Row(f"负债和{holder}总计", total, "total"),
    ]
