"""The verdict that a declared figure must get, from what was put into the package.

Follows ``docs/contract.md`` and ``docs/verdicts.md``, and shares no code with the cross-check: it knows the
truth, not a reading of it. Where the contract leaves the verdict open, the answer is None.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from itertools import product
from typing import Literal, NamedTuple

from extractor.model import Verdict

Doubt = Literal["unaudited", "adverse_opinion", "disclaimer", "arithmetic"]
Scope = Literal["consolidated", "parent"]

RATIOS: dict[str, tuple[str, str]] = {
    "main_revenue_ratio": ("main_revenue", "revenue"),
    "debt_ratio": ("total_liabilities", "total_assets"),
    "rd_expense_ratio": ("rd_expense", "revenue"),
    "rd_expense_to_main_revenue_ratio": ("rd_expense", "main_revenue"),
    "operating_profit_margin": ("operating_profit", "revenue"),
    "net_profit_margin": ("net_profit", "revenue"),
}
GROWTH: dict[str, str] = {
    "revenue_growth": "revenue",
    "main_revenue_growth": "main_revenue",
    "net_profit_growth": "net_profit",
    "rd_expense_growth": "rd_expense",
}
YUAN = {"元": 1, "千元": 1_000, "万元": 10_000, "亿元": 100_000_000}


@dataclass(frozen=True)
class Figure:
    """One printed amount. ``step``: how finely it is printed; both in fen."""

    metric: str
    period: str
    fen: int
    own: bool = True
    scope: Scope | None = None
    doubt: Doubt | None = None
    step: int = 1


@dataclass(frozen=True)
class Right:
    """One certificate. ``ended``: a notice or register copy says so; ``sound``: its check digit is right."""

    metric: str
    number: str
    since: date
    until: date | None = None
    own: bool = True
    ended: bool = False
    sound: bool = True


@dataclass(frozen=True)
class Headcount:
    """One social-security list: the total as printed, the rows below it (None: it lists nobody)."""

    total: int
    rows: int | None
    own: bool = True


@dataclass
class Facts:
    """Everything that a package's papers prove or seem to prove at ``as_of``."""

    as_of: date
    figures: list[Figure] = field(default_factory=list)
    rights: list[Right] = field(default_factory=list)
    lists: list[Headcount] = field(default_factory=list)
    founded: list[tuple[date, bool]] = field(default_factory=list)
    """Days of establishment on the licences: (day, own)."""


class Answer(NamedTuple):
    """A verdict; ``why`` names what in the evidence decides it whatever was declared (None: the value does)."""

    verdict: Verdict
    why: str | None = None


@dataclass(frozen=True)
class Known:
    """What is known of an amount: ``fen`` where it is sure, else the answer that follows."""

    fen: int | None = None
    step: int = 1
    answer: Answer | None = None
    scope: Scope | None = None


def years_between(start: date, end: date) -> int:
    """Whole years from ``start`` to ``end``."""
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def agrees(said: Decimal, evidence: Decimal) -> bool:
    """Whether the evidence, rounded or truncated to the decimals of ``said`` as written, equals it."""
    unit = Decimal(1).scaleb(int(said.as_tuple().exponent))
    return said in (evidence.quantize(unit, ROUND_HALF_UP), evidence.quantize(unit, ROUND_DOWN))


def known(figures: Iterable[Figure], metric: str, period: str) -> Known:
    """What the papers say about one amount of one year."""
    every = [f for f in figures if (f.metric, f.period) == (metric, period)]
    own = [f for f in every if f.own]
    if not own:
        return Known(answer=Answer(Verdict.WRONG_ENTITY, "other_entity") if every else Answer(Verdict.MISSING, "not_shown"))
    deciding = [f for f in own if f.scope == "consolidated"] or [f for f in own if f.scope is None] or own
    doubts = [f.doubt for f in deciding if f.doubt is not None]
    if doubts:
        return Known(answer=Answer(Verdict.UNSURE, doubts[0]))
    finest = min(deciding, key=lambda f: f.step)
    if any(abs(f.fen - finest.fen) > max(f.step, finest.step) for f in deciding):
        return Known(answer=Answer(Verdict.UNSURE, "documents_disagree"))
    return Known(finest.fen, finest.step, scope=deciding[0].scope)


def money(facts: Facts, metric: str, period: str, said: Decimal, unit: str) -> Answer | None:
    """The verdict on an amount declared in ``unit``; None where the print is too coarse to say."""
    found = known(facts.figures, metric, period)
    if found.fen is None:
        return found.answer
    factor = Decimal(YUAN[unit] * 100)
    if agrees(said, found.fen / factor):
        return Answer(Verdict.SUPPORTED)
    return None if found.step > 1 and abs(said * factor - found.fen) <= found.step else Answer(Verdict.CONTRADICTED)


def ratio(facts: Facts, metric: str, period: str, said: Decimal) -> Answer | None:
    """The verdict on a ratio or a growth rate in percent; None without meaning or within the print's coarseness."""
    top, base = parts(facts.figures, metric, period)
    for verdict in (Verdict.MISSING, Verdict.WRONG_ENTITY, Verdict.UNSURE):
        for part in (top, base):
            if part.answer is not None and part.answer.verdict is verdict:
                return part.answer
    if top.fen is None or base.fen is None or base.fen <= 0 or top.scope != base.scope:
        return None
    exact = percent(metric, top.fen, base.fen)
    if agrees(said, exact):
        return Answer(Verdict.SUPPORTED)
    ends = [percent(metric, a, b) for a, b in product(_ends(top), _ends(base)) if b > 0]
    margin = Decimal(1).scaleb(int(said.as_tuple().exponent)) if max(top.step, base.step) > 1 else Decimal(0)
    near = min(ends) - margin <= said <= max(ends) + margin and margin > 0
    return None if near else Answer(Verdict.CONTRADICTED)


def parts(figures: Iterable[Figure], metric: str, period: str) -> tuple[Known, Known]:
    """Numerator and denominator of a ratio; for growth, this year's amount and last year's."""
    kept = list(figures)
    if metric in GROWTH:
        return known(kept, GROWTH[metric], period), known(kept, GROWTH[metric], str(int(period) - 1))
    top, base = RATIOS[metric]
    return known(kept, top, period), known(kept, base, period)


def percent(metric: str, top: int, base: int) -> Decimal:
    """The ratio or the growth rate in percent."""
    return Decimal(top - base if metric in GROWTH else top) / Decimal(base) * 100


def _ends(part: Known) -> tuple[int, ...]:
    assert part.fen is not None
    return (part.fen,) if part.step == 1 else (part.fen - part.step, part.fen, part.fen + part.step)


def in_force(right: Right, day: date) -> bool:
    """Whether a certificate holds on ``day``; first and last day inclusive."""
    return not right.ended and right.since <= day and (right.until is None or right.until >= day)


def count(facts: Facts, metric: str, said: int) -> Answer | None:
    """The verdict on a number of papers; None where several reasons for none compete."""
    papers = list({r.number: r for r in facts.rights if r.metric == metric}.values())
    own = [r for r in papers if r.own]
    valid = [r for r in own if in_force(r, facts.as_of)]
    n = sum(r.sound for r in valid)
    if said <= n:
        return Answer(Verdict.SUPPORTED)
    unsound = len(valid) - n
    if unsound:
        return Answer(Verdict.UNSURE, "false_check_digit") if unsound >= said - n else None
    if n:
        return Answer(Verdict.CONTRADICTED)
    if not papers:
        return Answer(Verdict.MISSING, "not_shown")
    if not own:
        return Answer(Verdict.WRONG_ENTITY, "other_entity")
    over = [r for r in own if r.ended or (r.until is not None and r.until < facts.as_of)]
    return Answer(Verdict.EXPIRED) if len(over) == len(papers) else None


def valid_until(facts: Facts, number: str, said: date) -> Answer | None:
    """The verdict on a certificate's last day."""
    same = [r for r in facts.rights if r.number == number]
    if not same:
        return Answer(Verdict.MISSING, "not_shown")
    right = same[0]
    if not right.own:
        return Answer(Verdict.WRONG_ENTITY, "other_entity")
    if right.until is None or right.ended or not right.sound or right.since > facts.as_of:
        return None
    over = right.until < facts.as_of
    if right.until != said:
        return None if over else Answer(Verdict.CONTRADICTED)
    return Answer(Verdict.EXPIRED, "expired") if over else Answer(Verdict.SUPPORTED)


def employees(facts: Facts, said: int) -> Answer | None:
    """The verdict on a headcount at the deadline; every list is of the month before."""
    own = [paper for paper in facts.lists if paper.own]
    if not own:
        return Answer(Verdict.WRONG_ENTITY, "other_entity") if facts.lists else Answer(Verdict.MISSING, "not_shown")
    if any(paper.rows is not None and paper.rows != paper.total for paper in own):
        return Answer(Verdict.UNSURE, "headcount_rows")
    if len({paper.total for paper in own}) > 1:
        return Answer(Verdict.UNSURE, "documents_disagree")
    return Answer(Verdict.SUPPORTED if own[0].total == said else Verdict.CONTRADICTED)


def founded(facts: Facts, said: int | date) -> Answer | None:
    """The verdict on the years since establishment, or on the day itself."""
    own = {day for day, mine in facts.founded if mine}
    if not own:
        return Answer(Verdict.WRONG_ENTITY, "other_entity") if facts.founded else Answer(Verdict.MISSING, "not_shown")
    if len(own) > 1:
        return Answer(Verdict.UNSURE, "documents_disagree")
    day = own.pop()
    right = day if isinstance(said, date) else years_between(day, facts.as_of)
    return Answer(Verdict.SUPPORTED if right == said else Verdict.CONTRADICTED)


def expect(facts: Facts, metric: str, period: str, said: Decimal | date, unit: str) -> Answer | None:
    """The verdict on any declared figure; None where the contract leaves it open."""
    if metric.startswith("certificate_valid_until:") or metric == "registration_date":
        assert isinstance(said, date)
        return founded(facts, said) if metric == "registration_date" else valid_until(facts, metric.split(":", 1)[1], said)
    assert isinstance(said, Decimal)
    if metric in RATIOS or metric in GROWTH:
        return ratio(facts, metric, period, said)
    if unit in YUAN:
        return money(facts, metric, period, said, unit)
    if metric in ("rd_staff", "rd_staff_ratio"):
        return Answer(Verdict.MISSING, "rd_staff")
    if metric == "employees":
        return employees(facts, int(said))
    return founded(facts, int(said)) if metric == "registered_years" else count(facts, metric, int(said))


def numbers(rights: Sequence[Right], metric: str, day: date) -> list[str]:
    """The numbers of the own certificates that count on ``day``."""
    return sorted({r.number for r in rights if r.metric == metric and r.own and r.sound and in_force(r, day)})
