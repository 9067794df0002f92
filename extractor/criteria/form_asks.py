"""Which figures decide a condition: metric, period, and the parts from which a figure can be worked out.

Mirrors how ``periods`` and ``known`` look figures up: whatever would settle a condition is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from extractor.criteria.load import PolicyBook
from extractor.criteria.nodes import NO_QUALS, Leaf, Metric, Quals
from extractor.criteria.periods import Span, span_of
from extractor.criteria.vocabulary import FOREIGN_MONEY

_FROM_REGISTRATION = frozenset({"registered_years", "full_fiscal_years"})
_SIZE_PARTS = ("employees", "revenue", "total_assets")
_POSITIVE_YEARS = "years_with_positive_net_assets_and_profit"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure to ask for. ``at``: a year, ``now``, ``cumulative``, ``since_2019`` or ``2018-2020_sum``.

    ``for_whom``: the metric that can be worked out from it; empty where the figure itself is asked for.
    """

    metric: str
    at: str
    quals: Quals = NO_QUALS
    unit: str = ""
    for_whom: str = ""


def figures_of(leaf: Leaf, book: PolicyBook, year: int) -> Iterator[Figure]:
    """The figures that decide a leaf in an application of ``year``; self-tests and scores have none of their own."""
    for metric in () if leaf.ladders else leaf.metrics:
        for found in figures_over(book, metric, leaf.period, leaf.quals, year):
            foreign = leaf.unit == FOREIGN_MONEY and found.metric == metric
            yield Figure(found.metric, found.at, found.quals, FOREIGN_MONEY, found.for_whom) if foreign else found


def figures_over(book: PolicyBook, metric: str, period: str, quals: Quals, year: int) -> Iterator[Figure]:
    """The figures that decide what a metric comes to over a period."""
    entry, span = book.metrics[metric], span_of(period, year, metric)
    years = [str(y) for y in span.years]
    if not span.how:
        yield from _figure(book, metric, span.at, quals)
    elif span.how == "window" or (entry.kind == "flag" and span.how == "any"):
        yield _own(entry, _code(span), quals)
    elif span.how == "sum":
        yield from _summed(book, entry, span, quals)
    elif span.how == "cagr":
        base = entry.formula.growth_of if entry.formula is not None and not quals else None
        if base is None:
            yield _own(entry, _code(span), quals)
            return
        for end in (span.years[-1] - len(span.years), span.years[-1]):
            yield from _for(metric, _figure(book, base, str(end), NO_QUALS))
    else:
        for when in years:
            yield from _figure(book, metric, when, quals)


def _summed(book: PolicyBook, entry: Metric, span: Span, quals: Quals) -> Iterator[Figure]:
    """A sum: money by years, a ratio by the sums of its parts, counts as newly obtained in the whole span."""
    years = [str(y) for y in span.years]
    names = [n for n, back in entry.formula.names if not back] if entry.formula is not None else []
    plain = entry.formula is not None and len(names) == len(entry.formula.names)
    if entry.key == _POSITIVE_YEARS:
        names, plain = ["net_assets", "net_profit"], True
    if entry.kind == "money":
        for when in years:
            yield from _figure(book, entry.key, when, quals)
    elif entry.kind != "count" and plain and not quals:
        for name in names:
            for when in years:
                yield from _for(entry.key, _figure(book, name, when, NO_QUALS))
    else:
        yield _own(entry, _code(span), quals)


def _figure(book: PolicyBook, metric: str, at: str, quals: Quals) -> Iterator[Figure]:
    """The figure itself, and the parts of which it may be worked out instead."""
    entry = book.metrics[metric]
    if metric in _FROM_REGISTRATION and not quals:
        yield from _for(metric, _figure(book, "registration_date", "now", NO_QUALS))
        return
    yield _own(entry, at, quals)
    if quals:
        return
    if metric == "sme_size_class" and at.isdigit():
        for part in _SIZE_PARTS:
            yield from _for(metric, _figure(book, part, at, NO_QUALS))
        yield from _for(metric, _figure(book, "industry_tag", "now", NO_QUALS))
    names = entry.formula.names if entry.formula is not None else ()
    if at.isdigit() or all(not back for _, back in names):
        for name, back in names:
            yield from _for(metric, _figure(book, name, str(int(at) - back) if back else at, NO_QUALS))


def _own(entry: Metric, at: str, quals: Quals) -> Figure:
    return Figure(entry.key, at, quals, entry.unit)


def _for(metric: str, figures: Iterator[Figure]) -> Iterator[Figure]:
    """The figures as parts of another."""
    for found in figures:
        yield Figure(found.metric, found.at, found.quals, found.unit, metric)


def _code(span: Span) -> str:
    """The span with its years: what it means does not change with the deadline."""
    if span.how == "window":
        return span.at
    return f"{span.years[0]}-{span.years[-1]}_{span.how}"
