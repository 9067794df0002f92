"""The money of a package: audit report, tax return, R&D audit, and what is declared from them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from corpora.packages import slips
from corpora.packages.expected import GROWTH, RATIOS, YUAN, Doubt, Figure, Scope, expect, known, parts, percent
from corpora.packages.plan import Plan
from corpora.synth import audit, ledger, rdaudit, statements, tax
from extractor.model import Verdict

# How often the statements of the year are in which state.
STATES: dict[str, int] = {
    "sound": 54,
    "qualified": 6,
    "tax_return": 6,
    "other_entity_tax": 6,
    "arithmetic": 7,
    "documents_disagree": 6,
    "adverse_opinion": 3,
    "disclaimer": 4,
    "unaudited": 3,
    "other_entity": 3,
    "draft": 3,
}
_BAD = frozenset({"adverse_opinion", "disclaimer", "unaudited", "other_entity", "draft"})
_UNITS = (("万元", 2),) * 15 + (("万元", 0), ("元", 2), ("元", 2), ("千元", 2), ("亿元", 4))
_USUAL = ("revenue", "main_revenue", "net_profit", "total_assets", "total_liabilities", "rd_expense")
# A tampered total leaves its neighbours in doubt as well; what the contract says of them is open.
_NEIGHBOURS = {
    "net_profit": ("income_tax", "total_profit"),
    "total_assets": ("total_liabilities", "owners_equity", "current_assets"),
}
_SLIP = 0.2
"""Share of the figures declared wrongly where the evidence is sound."""


@dataclass(frozen=True)
class Money:
    """What the statements of a package show. ``keys``: the printed rows; ``withheld``: rows that nobody declares."""

    state: str
    book: ledger.Accounts
    keys: tuple[str, ...]
    withheld: frozenset[str] = frozenset()


def plan_figures(rng: Random, plan: Plan) -> None:
    """The statements, whatever stands beside them, and the figures declared from all of it."""
    state = rng.choices(tuple(STATES), tuple(STATES.values()))[0]
    money = _report(rng, plan, state)
    more = _beside(rng, plan, money)
    money = replace(money, withheld=money.withheld | more)
    _declare(rng, plan, money)


def _report(rng: Random, plan: Plan, state: str) -> Money:
    """The audit report of the year (or bare statements) in the given state."""
    small = state not in ("documents_disagree", "tax_return") and rng.random() < 0.22
    standard: ledger.Standard = "small" if small else "2019"
    unit = rng.choices(("yuan", "ten_thousand_yuan", "thousand_yuan"), (86, 9, 5))[0]
    grain = statements.GRAINS[unit]
    consolidated = not small and state in ("sound", "qualified", "adverse_opinion", "disclaimer") and rng.random() < 0.3
    book = ledger.accounts(rng, standard, grain=grain, consolidated=consolidated)
    parent = None
    if consolidated:
        share = rng.uniform(0.55, 0.8)
        parent = ledger.accounts(rng, standard, grain=grain, revenue_yuan=int(book.figures["revenue"][0] / 100 * share))
    withheld: frozenset[str] = frozenset()
    doubts: dict[str, Doubt] = {}
    if state == "arithmetic":
        key = rng.choice(("net_profit", "total_assets"))
        book = tampered(rng, book, key, grain)
        withheld, doubts = frozenset(_NEIGHBOURS[key]), {key: "arithmetic"}
    own = state != "other_entity"
    keys = tuple(k for k in (*audit.ROWS, "main_revenue") if not (small and k in ("rd_expense", "main_revenue")))
    options = {"year": plan.year, "book": book}
    if state == "unaudited":
        keys = tuple(k for k in keys if k != "main_revenue")
        plan.add(audit.bare_statements, options=options, truth=_truth(book, plan.year, keys))
    else:
        opinion = {"qualified": "qualified", "adverse_opinion": "adverse", "disclaimer": "disclaimer"}.get(state, "unqualified")
        options |= {"standard": standard, "unit": unit, "consolidated": consolidated, "parent": parent}
        options |= {"opinion": opinion, "notes": not small, "brief": True}
        word = rng.choice(("征求意见稿", "初稿", "草稿")) if state == "draft" else ""
        plan.add(audit.make, None if own else plan.stranger, options=options, truth=_truth(book, plan.year, keys), word=word)
    if state != "draft":
        all_rows: Doubt | None = state if state in ("unaudited", "adverse_opinion", "disclaimer") else None  # type: ignore[assignment]
        step = {"yuan": 1, "ten_thousand_yuan": 10_000, "thousand_yuan": 100_000}[unit]
        scope: Scope | None = "consolidated" if consolidated else None
        plan.facts.figures += _printed(book, plan.year, keys, own, scope, all_rows, doubts, step)
        if parent is not None:
            plan.facts.figures += _printed(parent, plan.year, audit.ROWS, own, "parent", all_rows, {}, step)
    return Money(state, book, keys, withheld)


def _printed(
    book: ledger.Accounts,
    year: int,
    keys: tuple[str, ...],
    own: bool,
    scope: Scope | None,
    doubt: Doubt | None,
    doubts: dict[str, Doubt],
    step: int,
) -> list[Figure]:
    """The figures that statements show for two years; ``doubts`` are of single rows of this year. Nil is not shown."""
    return [
        Figure(key, str(year - k), book.figures[key][k], own, scope, doubt or (doubts.get(key) if k == 0 else None), step)
        for key in keys
        for k in (0, 1)
        if book.figures[key][k]
    ]


def _truth(book: ledger.Accounts, year: int, keys: tuple[str, ...]) -> dict[str, dict[str, float]]:
    """What the finished report must show."""
    return audit.row_labels(book, year, keys)


def tampered(rng: Random, book: ledger.Accounts, key: str, grain: int) -> ledger.Accounts:
    """``book`` with this year's ``net_profit`` or ``total_assets`` altered in its own row alone: the sums fail."""
    right = book.figures[key]
    off = max(10 * grain, round(abs(right[0]) * rng.uniform(0.04, 0.12) / grain) * grain)
    pair = (right[0] + off, right[1])
    rows = list(book.income if key == "net_profit" else book.assets)
    name = "净利润" if key == "net_profit" else "资产"
    at = next(
        k for k, row in enumerate(rows) if row.role == "total" and row.amounts == right and name in row.label.replace(" ", "")
    )
    rows[at] = replace(rows[at], amounts=pair)
    changed = {"income" if key == "net_profit" else "assets": tuple(rows)}
    return replace(book, figures={**book.figures, key: pair}, **changed)  # type: ignore[arg-type]


def _beside(rng: Random, plan: Plan, money: Money) -> frozenset[str]:
    """A tax return or an R&D audit beside the report; returns rows that had better not be declared."""
    year, book = plan.year, money.book
    revenue = book.figures["revenue"]
    if money.state in ("documents_disagree", "tax_return"):
        if money.state == "documents_disagree":
            revenue = (round(revenue[0] * rng.choice((0.93, 0.97, 1.04, 1.08))), revenue[1])
            plan.facts.figures.append(Figure("revenue", str(year), revenue[0]))
        shown = replace(book, figures={**book.figures, "revenue": revenue})
        plan.add(tax.make, options={"year": year, "book": shown}, truth={"revenue": {str(year): audit.yuan(revenue[0])}})
    elif money.state == "other_entity_tax":
        theirs = ledger.accounts(rng, "2019")
        fen = theirs.figures["revenue"][0]
        plan.add(tax.make, plan.stranger, options={"year": year, "book": theirs}, truth={"revenue": {str(year): audit.yuan(fen)}})
        plan.facts.figures.append(Figure("revenue", str(year), fen, own=False))
    elif money.state == "sound" and rng.random() < 0.18 and "rd_expense" in money.keys and not _grouped(plan):
        fen = book.figures["rd_expense"][0]
        truth = {"rd_expense": {str(year): audit.yuan(fen)}}
        plan.add(rdaudit.make, options={"year": year, "total_fen": fen}, truth=truth)
        plan.facts.figures.append(Figure("rd_expense", str(year), fen, step=10_000))
        # The R&D audit goes back up to three years, with figures of its own.
        return frozenset({"rd_expense/earlier", "rd_expense_growth"})
    return frozenset()


def _grouped(plan: Plan) -> bool:
    return any(f.scope == "consolidated" for f in plan.facts.figures)


def _declare(rng: Random, plan: Plan, money: Money) -> None:
    """Declare amounts of this year and the last, ratios, and sometimes a year that nothing shows."""
    bad = money.state in _BAD
    year = str(plan.year)
    own_slip = "draft" if money.state == "draft" else None
    free = [k for k in money.keys if k not in money.withheld and money.book.figures[k][0]]
    usual = [k for k in free if k in _USUAL]
    rest = [k for k in free if k not in _USUAL]
    chosen = rng.sample(usual, min(len(usual), 3 if bad else rng.choice((4, 5, 6))))
    chosen += rng.sample(rest, min(len(rest), 1 if bad else rng.choice((2, 3))))
    if money.state == "arithmetic":
        chosen += [k for k in ("net_profit", "total_assets") if k not in chosen and k in _doubted(plan)]
    for key in chosen:
        _amount(rng, plan, money, key, year, own_slip)
    earlier = [k for k in chosen if money.book.figures[k][1] and f"{k}/earlier" not in money.withheld]
    for key in earlier[: 1 if bad else rng.choice((1, 2))]:
        _amount(rng, plan, money, key, str(plan.year - 1), own_slip)
    ratios = [r for r in (*RATIOS, *GROWTH) if r not in money.withheld and not _uses(r, money.withheld)]
    rng.shuffle(ratios)
    done = 0
    for metric in ratios:
        if done < (1 if bad else 3):
            done += _ratio(rng, plan, money, metric, year, own_slip)
    if rng.random() < 0.25:
        _amount(rng, plan, money, rng.choice(("revenue", "net_profit")), str(plan.year - 2), "year_missing")


def _doubted(plan: Plan) -> set[str]:
    return {f.metric for f in plan.facts.figures if f.doubt == "arithmetic"}


def _uses(metric: str, withheld: frozenset[str]) -> bool:
    return bool(withheld & ({GROWTH[metric]} if metric in GROWTH else set(RATIOS[metric])))


def _amount(rng: Random, plan: Plan, money: Money, key: str, period: str, slip: str | None) -> None:
    """Declare one amount, right or (where the evidence is sound) with a slip in it."""
    pair = money.book.figures[key]
    fen = pair[0] if period == str(plan.year) else pair[1]
    unit, places = rng.choice(_UNITS)
    yuan = Decimal(fen) / 100
    right = slips.at(yuan / YUAN[unit], places, rng)
    theirs = any((f.metric, f.period, f.own) == (key, period, False) for f in plan.facts.figures)
    share = 0.6 if theirs else _SLIP  # a stranger's figure is there to be mistaken for one's own
    if slip is not None or rng.random() >= share or known(plan.facts.figures, key, period).fen is None:
        plan.declare(key, period, right, unit, slip)
        return
    found = {**slips.units(rng, yuan, unit, places), **slips.digits(rng, right)}
    found |= slips.mistaken({k: v / YUAN[unit] for k, v in _others(rng, plan, money, key, period).items()}, places)
    _slipped(rng, plan, key, period, unit, right, found)


def _others(rng: Random, plan: Plan, money: Money, key: str, period: str) -> dict[str, Decimal]:
    """What an amount may be mistaken for, in yuan."""
    pair = money.book.figures[key]
    found = {"other_year": pair[1] if period == str(plan.year) else pair[0]}
    items = [k for k in money.keys if k != key]
    found["other_item"] = money.book.figures[rng.choice(items)][0 if period == str(plan.year) else 1]
    for figure in plan.facts.figures:
        if (figure.metric, figure.period) == (key, period) and not figure.own:
            found["other_entity_figure"] = figure.fen
        if (figure.metric, figure.period, figure.scope) == (key, period, "parent"):
            found["parent_company"] = figure.fen
    return {kind: Decimal(fen) / 100 for kind, fen in found.items() if fen}


def _ratio(rng: Random, plan: Plan, money: Money, metric: str, period: str, slip: str | None) -> bool:
    """Declare one ratio; False where it has no meaning or the papers cannot show it by nature."""
    figures = money.book.figures
    key_top, key_base = (GROWTH[metric],) * 2 if metric in GROWTH else RATIOS[metric]
    if key_top not in money.keys or key_base not in money.keys:
        return False
    top, base = figures[key_top][0], figures[key_base][1 if metric in GROWTH else 0]
    if top == 0 or base <= 0:
        return False
    exact, places = percent(metric, top, base), rng.choice((2, 2, 2, 1))
    right = slips.at(exact, places, rng)
    sure = all(part.fen is not None for part in parts(plan.facts.figures, metric, period))
    if slip is not None or not sure or rng.random() >= _SLIP:
        return plan.declare(metric, period, right, "%", slip) is not None
    found = slips.digits(rng, right)
    found |= slips.mistaken(_mistaken(rng, plan, money, metric, top, base), places)
    found["fraction"] = slips.at(exact / 100, 4)
    return _slipped(rng, plan, metric, period, "%", right, found)


def _mistaken(rng: Random, plan: Plan, money: Money, metric: str, top: int, base: int) -> dict[str, Decimal]:
    """What a ratio may be mistaken for, in percent."""
    hundred = Decimal(100)
    if metric in GROWTH:
        return {"wrong_base": Decimal(top - base) / top * hundred, "not_subtracted": Decimal(top) / base * hundred}
    figures = money.book.figures
    key_top, key_base = RATIOS[metric]
    other = rng.choice([k for k in money.keys if k not in (key_top, key_base) and figures[k][0] > 0])
    found = {"wrong_denominator": Decimal(top) / figures[other][0] * hundred, "inverted": Decimal(base) / top * hundred}
    if figures[key_base][1] > 0:
        found["other_year"] = Decimal(figures[key_top][1]) / figures[key_base][1] * hundred
    parent = {f.metric: f.fen for f in plan.facts.figures if f.scope == "parent" and f.period == str(plan.year)}
    if parent.get(key_top) and parent.get(key_base, 0) > 0:
        found["parent_company"] = Decimal(parent[key_top]) / parent[key_base] * hundred
    return found


def _slipped(rng: Random, plan: Plan, metric: str, period: str, unit: str, right: Decimal, found: dict[str, Decimal]) -> bool:
    """Declare one of the wrong values; those that are right by chance, or open, are no slips."""
    wrong = {}
    for kind, value in found.items():
        answer = expect(plan.facts, metric, period, value, unit)
        if answer is not None and answer.verdict is Verdict.CONTRADICTED:
            wrong[kind] = value
    rare = [k for k in ("parent_company", "other_entity_figure") if k in wrong]
    if not wrong:
        return plan.declare(metric, period, right, unit) is not None
    kind = rng.choice(rare) if rare and rng.random() < 0.5 else rng.choice(sorted(wrong))
    return plan.declare(metric, period, wrong[kind], unit, kind) is not None
