"""One condition against the facts: met, not met or undetermined, and by which figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from extractor.criteria.kleene import MET, NOT_MET, OPEN, Status, at_least
from extractor.criteria.known import Known, Lookup, joined, weakest
from extractor.criteria.nodes import Leaf
from extractor.criteria.periods import Span, over, span_of, yearly
from extractor.criteria.tags import overlaps
from extractor.criteria.vocabulary import FOREIGN_MONEY


@dataclass(slots=True, eq=False)
class Judged:
    """A leaf's answer. ``parts``: the single years or the counted metrics, each with what is known of it."""

    status: Status
    known: Known | None = None
    parts: tuple[tuple[str, Known | None], ...] = ()


UNKNOWN = Judged(OPEN)


def judge(lookup: Lookup, leaf: Leaf, *, strict: bool) -> Judged:
    """Hold a leaf against the facts; ``strict``: against evidence alone."""
    if leaf.unit == FOREIGN_MONEY:
        return _foreign_money(lookup, leaf, strict)
    if leaf.summed:
        return _summed(lookup, leaf, strict)
    metric = leaf.metrics[0]
    if lookup.silent(metric):
        return UNKNOWN
    span = span_of(leaf.period, lookup.year, metric)
    if span.how in ("each", "any"):
        return _each_year(lookup, leaf, metric, span, strict)
    known = over(lookup, metric, span, leaf.quals, strict=strict)
    if known is None:
        return UNKNOWN
    if span.how and span.how != "window":
        return Judged(compare(leaf, known), known, yearly(lookup, metric, span, leaf.quals, strict=strict))
    return Judged(compare(leaf, known), known)


def _each_year(lookup: Lookup, leaf: Leaf, metric: str, span: Span, strict: bool) -> Judged:
    """Every year, or one of them; a figure for the span as a whole answers, too."""
    whole = lookup.known(metric, span.at, leaf.quals, strict=strict)
    parts = yearly(lookup, metric, span, leaf.quals, strict=strict)
    statuses: list[Status] = [OPEN if k is None else compare(leaf, k) for _, k in parts]
    status = at_least(len(parts) if span.how == "each" else 1, statuses)
    if status == OPEN and whole is not None and all(k is None for _, k in parts):
        return Judged(compare(leaf, whole), whole)
    decisive = _decisive(status, statuses, parts)
    if not decisive:
        return Judged(status, None, parts)
    lows, highs = [k.low for k in decisive], [k.high for k in decisive]
    low = None if None in lows else min(v for v in lows if v is not None)
    high = None if None in highs else max(v for v in highs if v is not None)
    return Judged(status, Known(low, high, weakest(decisive), joined(decisive)), parts)


def _decisive(status: Status, statuses: list[Status], parts: tuple[tuple[str, Known | None], ...]) -> list[Known]:
    """The years on which the answer rests."""
    pairs = [(s, k) for s, (_, k) in zip(statuses, parts, strict=True) if k is not None]
    return [k for s, k in pairs if status == OPEN or s == status]


def _summed(lookup: Lookup, leaf: Leaf, strict: bool) -> Judged:
    """Counts of several metrics; counts are never negative, so the known part is a lower bound."""
    span = span_of(leaf.period, lookup.year, leaf.metrics[0])
    parts = tuple((m, over(lookup, m, span, leaf.quals, strict=strict)) for m in leaf.metrics)
    known = [k for _, k in parts if k is not None]
    if not known:
        return UNKNOWN
    if any(k.basis == "declared" for k in known):
        # Where papers alone suffice the answer rests on them.
        proven = _summed(lookup, leaf, True) if lookup.evidenced else UNKNOWN
        if proven.status == MET:
            return proven
    low = sum((k.low or Fraction(0) for k in known), Fraction(0))
    ends = [k.high for k in known if k.high is not None]
    high = sum(ends, Fraction(0)) if len(ends) == len(parts) else None
    note = next((k.note for k in known if k.note), "")
    total = Known(low, high, weakest(known), joined(known), note=note)
    return Judged(compare(leaf, total), total, parts)


def _foreign_money(lookup: Lookup, leaf: Leaf, strict: bool) -> Judged:
    """Dollars are not converted: only a figure stated in them answers."""
    span = span_of(leaf.period, lookup.year, leaf.metrics[0])
    known = lookup.foreign(leaf.metrics[0], span.at, strict=strict)
    return UNKNOWN if known is None else Judged(compare(leaf, known), known)


def compare(leaf: Leaf, known: Known) -> Status:
    """Whether everything that the figure may be fits, nothing does, or it is open."""
    if leaf.op == "in":
        return _tags(leaf, known)
    low, high = known.low, known.high
    if leaf.op == "between":
        floor, ceiling = leaf.bounds
        above = _SIDES[">="](low, high, floor)
        below = _SIDES["<=" if leaf.closed == "both" else "<"](low, high, ceiling)
        return at_least(2, (above, below))
    return _SIDES[leaf.op](low, high, leaf.bounds[0])


def _tags(leaf: Leaf, known: Known) -> Status:
    """Any overlap with the enterprise's tags."""
    wanted = leaf.value
    assert isinstance(wanted, tuple)
    words = tuple(w for w in wanted if isinstance(w, str))
    if known.maybe is not None:
        if known.maybe <= set(words):
            return MET
        return OPEN if known.maybe & set(words) else NOT_MET
    answer = overlaps(leaf.metrics[0], known.tags or frozenset(), words)
    return OPEN if answer is None else MET if answer else NOT_MET


def _at_least(low: Fraction | None, high: Fraction | None, bound: Fraction) -> Status:
    if low is not None and low >= bound:
        return MET
    return NOT_MET if high is not None and high < bound else OPEN


def _above(low: Fraction | None, high: Fraction | None, bound: Fraction) -> Status:
    if low is not None and low > bound:
        return MET
    return NOT_MET if high is not None and high <= bound else OPEN


def _at_most(low: Fraction | None, high: Fraction | None, bound: Fraction) -> Status:
    if high is not None and high <= bound:
        return MET
    return NOT_MET if low is not None and low > bound else OPEN


def _below(low: Fraction | None, high: Fraction | None, bound: Fraction) -> Status:
    if high is not None and high < bound:
        return MET
    return NOT_MET if low is not None and low >= bound else OPEN


def _equal(low: Fraction | None, high: Fraction | None, bound: Fraction) -> Status:
    if low is not None and low == high == bound:
        return MET
    outside = (low is not None and low > bound) or (high is not None and high < bound)
    return NOT_MET if outside else OPEN


_SIDES: dict[str, Callable[[Fraction | None, Fraction | None, Fraction], Status]] = {
    ">=": _at_least,
    ">": _above,
    "<=": _at_most,
    "<": _below,
    "==": _equal,
}
