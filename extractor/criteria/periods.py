"""What a metric comes to over a period: the right years, and how they are put together.

The year of ``as_of`` is Y. ``last_year`` is Y−1; two years are Y−2 and Y−1; compound growth over two years
begins with the value of Y−3 (two years before Y−1).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache

from extractor.criteria.known import CURRENT_YEAR, Known, Lookup, joined, weakest
from extractor.criteria.nodes import NO_QUALS, Quals
from extractor.criteria.vocabulary import PERIOD

# Amounts that cannot be negative: a known part of their sum is a lower bound.
_NEVER_NEGATIVE = frozenset(
    {
        "revenue",
        "main_revenue",
        "main_product_revenue",
        "total_income",
        "rd_expense",
        "equity_financing",
        "tax_paid",
        "output_value",
    }
)
_DIGITS = 60


@dataclass(frozen=True, slots=True)
class Span:
    """A period for one application: its years, and how (``each`` … ``cagr``; empty for a single time)."""

    at: str
    years: tuple[int, ...] = ()
    how: str = ""


def span_of(period: str, year: int, metric: str) -> Span:
    """The years that a period means for an application of ``year``."""
    return _span(period, year, metric in CURRENT_YEAR)


@lru_cache(maxsize=4096)
def _span(period: str, year: int, running: bool) -> Span:
    """The same; ``running``: the year of the application is the last of several."""
    match = PERIOD.fullmatch(period)
    assert match is not None  # checked when the policies were read
    if match["years"]:
        last = year if running else year - 1
        count = int(match["years"])
        return Span(period, tuple(range(last - count + 1, last + 1)), match["how"])
    if period == "last_year":
        return Span(str(year - 1))
    if match["year"]:
        return Span(match["year"])
    if match["since"]:
        return Span(period, tuple(range(int(match["since"]), year + 1)), "window")
    if match["first"]:
        return Span(period, tuple(range(int(match["first"]), int(match["last"]) + 1)), "window")
    return Span(period)


def over(lookup: Lookup, metric: str, span: Span, quals: Quals = NO_QUALS, *, strict: bool) -> Known | None:
    """What is known of a metric over a span that yields one figure (not ``each`` or ``any``)."""
    if not span.how:
        return lookup.known(metric, span.at, quals, strict=strict)
    key = (metric, span, quals, strict)
    if key not in lookup.memo:
        lookup.memo[key] = _find(lookup, metric, span, quals, strict)
    return lookup.memo[key]


def yearly(lookup: Lookup, metric: str, span: Span, quals: Quals, *, strict: bool) -> tuple[tuple[str, Known | None], ...]:
    """What is known of each year of a span."""
    return tuple((str(y), lookup.known(metric, str(y), quals, strict=strict)) for y in span.years)


def _find(lookup: Lookup, metric: str, span: Span, quals: Quals, strict: bool) -> Known | None:
    """Evidence first, worked out from its years, then as stated for the whole span; then the declaration."""
    work = _WORK[span.how]
    proven = work(lookup, metric, span, quals, True)
    if not _settled(proven):
        stated = lookup.known(metric, span.at, quals, strict=True)
        proven = stated if _settled(stated) or proven is None else proven
    if strict or _settled(proven):
        return proven
    said = work(lookup, metric, span, quals, False)
    if not _settled(said):
        stated = lookup.known(metric, span.at, quals, strict=False)
        said = stated if _settled(stated) or said is None else said
    return said or proven


def _settled(known: Known | None) -> bool:
    """Whether it is exact."""
    return known is not None and known.exact is not None


def _mean(lookup: Lookup, metric: str, span: Span, quals: Quals, strict: bool) -> Known | None:
    """The arithmetic mean of the yearly values, all of which must be known."""
    found = [lookup.known(metric, str(y), quals, strict=strict) for y in span.years]
    known = [k for k in found if k is not None and k.exact is not None]
    if len(known) < len(found):
        return None
    value = sum((k.exact or Fraction(0) for k in known), Fraction(0)) / len(known)
    return Known(value, value, weakest(known), joined(known))


def _sum(lookup: Lookup, metric: str, span: Span, quals: Quals, strict: bool) -> Known | None:
    """The sum of flows; of a ratio, the sum of numerators over that of denominators.

    Counts are given for the span as a whole (a stock at each year's end says nothing of what is new).
    """
    entry = lookup.metrics[metric]
    if entry.kind == "count":
        return _new(lookup, metric, span, quals, strict)
    if metric == "years_with_positive_net_assets_and_profit":
        return _positive_years(lookup, span, strict)
    if entry.kind == "ratio":
        return _summed_ratio(lookup, metric, span, strict) if not quals else None
    found = [lookup.known(metric, str(y), quals, strict=strict) for y in span.years]
    known = [k for k in found if k is not None and k.low is not None]
    if not known or (len(known) < len(found) and metric not in _NEVER_NEGATIVE):
        return None
    low = sum((k.low or Fraction(0) for k in known), Fraction(0))
    ends = [k.high for k in known if k.high is not None]
    high = sum(ends, Fraction(0)) if len(ends) == len(found) else None
    return Known(low, high, weakest(known), joined(known))


def _summed_ratio(lookup: Lookup, metric: str, span: Span, strict: bool) -> Known | None:
    """Σ numerator ÷ Σ denominator."""
    entry = lookup.metrics[metric]
    if entry.formula is None or any(back for _, back in entry.formula.names):
        return None
    parts: dict[tuple[str, int], Known] = {}
    for name, _ in entry.formula.names:
        total = _sum(lookup, name, span, NO_QUALS, strict)
        if total is None or total.exact is None:
            return None
        parts[name, 0] = total
    return lookup.worked_out(entry, span.at, parts)


def _positive_years(lookup: Lookup, span: Span, strict: bool) -> Known | None:
    """In how many years net assets and net profit were both positive."""
    sure, open_, used = 0, 0, []
    for year in span.years:
        both = [lookup.exactly(m, str(year), strict=strict) for m in ("net_assets", "net_profit")]
        known = [k for k in both if k is not None]
        used += known
        if any((k.exact or 0) <= 0 for k in known):
            continue
        sure, open_ = (sure + 1, open_) if len(known) == 2 else (sure, open_ + 1)
    return Known(Fraction(sure), Fraction(sure + open_), weakest(used), joined(used)) if used else None


def _new(lookup: Lookup, metric: str, span: Span, quals: Quals, strict: bool) -> Known | None:
    """What was newly obtained in the years, by the dates of the counted papers: a lower bound."""
    if quals.levels or quals.systems:
        return None
    found = [lookup.known(metric, f"granted_{y}", strict=strict) for y in span.years]
    known = [k for k in found if k is not None]
    if not known:
        return None
    low = sum((k.low or Fraction(0) for k in known), Fraction(0))
    if quals.scope:
        note = f"须确认其中哪些属于“{quals.text}”"
        return Known(Fraction(0), None, weakest(known), joined(known), note=note)
    return Known(low, None, weakest(known), joined(known))


def _window(lookup: Lookup, metric: str, span: Span, quals: Quals, strict: bool) -> Known | None:
    """From a day to another: counts by their dates; anything else is given for the window as a whole."""
    return _new(lookup, metric, span, quals, strict) if lookup.metrics[metric].kind == "count" else None


def _compound(lookup: Lookup, metric: str, span: Span, quals: Quals, strict: bool) -> Known | None:
    """(value of the last year ÷ value N years before)^(1/N) − 1, in percent."""
    entry = lookup.metrics[metric]
    base = entry.formula.growth_of if entry.formula is not None and not quals else None
    if base is None:
        return None
    last, count = span.years[-1], len(span.years)
    ends = [lookup.exactly(base, str(y), strict=strict) for y in (last, last - count)]
    known = [k for k in ends if k is not None]
    if len(known) < 2:
        return None
    after, before = (k.exact or Fraction(0) for k in known)
    if before <= 0:
        lookup.notes[metric, span.at] = "基期为零或负数，增长率没有意义"
        return None
    if after < 0:
        # From a profit to a loss: no rate, but surely worse than losing all.
        return Known(None, Fraction(-100), weakest(known), joined(known))
    value = (_root(after / before, count) - 1) * 100
    return Known(value, value, weakest(known), joined(known))


def _root(value: Fraction, degree: int) -> Fraction:
    """The root, exact where it is a short decimal."""
    with localcontext() as context:
        context.prec = _DIGITS
        root = (Decimal(value.numerator) / Decimal(value.denominator)) ** (Decimal(1) / degree)
        short = Fraction(round(root, 20))
    return short if short**degree == value else Fraction(root)


_WORK: dict[str, Callable[[Lookup, str, Span, Quals, bool], Known | None]] = {
    "avg": _mean,
    "sum": _sum,
    "cagr": _compound,
    "window": _window,
}
