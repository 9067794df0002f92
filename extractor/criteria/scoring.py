"""Scoring tables with three values: the score lies between ``low`` and ``high``.

The first band that holds gives the points, from the top; while a band above is undetermined, its points
and those below are all possible. What experts judge, and what the ministry's platform
computes from other enterprises' data, stays a range.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Protocol

from extractor.criteria.answers import Answer, ItemScore, PartScore, Score
from extractor.criteria.judge import UNKNOWN, Judged, compare
from extractor.criteria.kleene import MET, NOT_MET, OPEN, Status, at_least
from extractor.criteria.known import Known, Lookup, joined, weakest
from extractor.criteria.nodes import Band, Item, Leaf, Node, Policy, Scoring
from extractor.criteria.periods import over, span_of

_ZERO = Fraction(0)
Points = tuple[Fraction, Fraction]


class Scorer(Protocol):
    """What scoring needs of an evaluation."""

    lookup: Lookup
    self_test: bool

    def node(self, node: Node) -> Answer:
        """The answer for a node."""

    def score(self, policy: str) -> Score | None:
        """The score of another policy's table."""


def score_policy(context: Scorer, policy: Policy) -> Score | None:
    """The score by the policy's table; None where it has none."""
    scoring = policy.scoring
    if scoring is None:
        return None
    items = tuple(_score_item(context, item) for item in scoring.all_items)
    parts = tuple(_parts(scoring, items))
    low, high = _total(scoring, [i for i in items if not i.item.bonus])
    more_low, more_high = _bonus(scoring, [i for i in items if i.item.bonus])
    low, high = low + more_low, high + more_high
    return Score(
        low, high, scoring.total, scoring.pass_line, _passed(scoring, low, high, parts), parts, items,
        scoring.computable, scoring.binding, scoring.note,
    )  # fmt: skip


def judge_score(context: Scorer, leaf: Leaf) -> Judged:
    """A condition on a score, of the whole table or of the dimension in ``scope``."""
    score = context.score(leaf.ladders[0])
    if score is None or not score.computable:
        return UNKNOWN
    low, high = score.low, score.high
    if leaf.quals.scope:
        part = next((p for p in score.parts if p.name == leaf.quals.scope), None)
        if part is None:
            return UNKNOWN
        low, high = part.low, part.high
    answers = (a for i in score.items for _, top in i.answers for a in top.walk())
    used = [k for a in answers if a.status != OPEN and (k := a.known) is not None]
    known = Known(low, high, weakest(used), joined(used))
    return Judged(compare(leaf, known), known)


def _score_item(context: Scorer, item: Item) -> ItemScore:
    """One indicator."""
    if item.by == "platform" or (not item.bands and item.points is not None):
        return ItemScore(item, _ZERO, item.points or _ZERO)
    if item.when is not None:
        answer = context.node(item.when)
        return ItemScore(item, None, None, "", ((answer.text, answer),))
    if not item.bands:
        return ItemScore(item, None, None)
    if all(b.points is None for b in item.bands):
        return ItemScore(item, _ZERO, item.points) if item.points is not None else ItemScore(item, None, None)
    if item.summed:
        return _summed(context, item)
    if all(b.formula is not None for b in item.bands):
        return _best(context, item)
    return _first(context, item)


def _first(context: Scorer, item: Item) -> ItemScore:
    """The first band that holds, from the top."""
    possible: list[tuple[Band, Points]] = []
    answers: list[tuple[str, Answer]] = []
    decided = False
    for band in item.bands:
        if band.points is None:
            continue
        status: Status
        if band.when is not None:
            answer = context.node(band.when)
            answers.append((band.text, answer))
            status = answer.status
        elif band.formula is not None:
            status = MET
        else:
            status = MET if _is_rest(item, band) else OPEN
        if status == NOT_MET:
            continue
        possible.append((band, _points(context, band)))
        if status == MET:
            decided = True
            break
    if not decided:
        possible.append((Band(""), (_ZERO, _ZERO)))
    low, high = min(p[0] for _, p in possible), max(p[1] for _, p in possible)
    return ItemScore(item, low, high, possible[0][0].text if len(possible) == 1 else "", tuple(answers))


def _is_rest(item: Item, band: Band) -> bool:
    """Whether a band without a condition is what remains after all others, not a matter of judgement."""
    open_ = [b for b in item.bands if b.when is None and b.formula is None]
    return len(open_) == 1 and item.bands[-1] is band and len(item.bands) > 1


def _summed(context: Scorer, item: Item) -> ItemScore:
    """Bands add up to at most ``cap``."""
    low = high = _ZERO
    answers = []
    for band in item.bands:
        answer = context.node(band.when) if band.when is not None else None
        status = answer.status if answer is not None else OPEN
        least, most = _points(context, band)
        low += least if status == MET else _ZERO
        high += most if status != NOT_MET else _ZERO
        if answer is not None:
            answers.append((band.text, answer))
    cap = item.cap if item.cap is not None else high
    return ItemScore(item, min(low, cap), min(high, cap), "", tuple(answers))


def _best(context: Scorer, item: Item) -> ItemScore:
    """Bands by formula only: the best of them."""
    found = [_points(context, band) for band in item.bands]
    low, high = max(p[0] for p in found), max(p[1] for p in found)
    cap = item.cap if item.cap is not None else high
    return ItemScore(item, min(low, cap), min(high, cap))


def _points(context: Scorer, band: Band) -> Points:
    """The points that a band gives if it holds."""
    assert band.points is not None
    if band.formula is None or band.n is None:
        return band.points
    lookup = context.lookup
    span = span_of(band.n.period, lookup.year, band.n.metric)
    known = over(lookup, band.n.metric, span, band.n.quals, strict=not context.self_test)
    counted = lookup.metrics[band.n.metric].kind == "count"
    if known is None:
        return (_ZERO if counted else band.points[0]), band.points[1]
    return _by_formula(band, known.low, counted, False), _by_formula(band, known.high, counted, True)


def _by_formula(band: Band, n: Fraction | None, counted: bool, upper: bool) -> Fraction:
    """The formula's points, kept within the band; of nothing counted there are none."""
    assert band.points is not None
    assert band.formula is not None
    least, most = band.points
    if n is None:
        return most if upper else (_ZERO if counted else least)
    if counted and n <= 0:
        return _ZERO
    amount = n
    return min(max(band.formula.value(lambda name, back: amount), least), most)


def _total(scoring: Scoring, items: Sequence[ItemScore]) -> Points:
    """The points without the bonus, at most the total."""
    low, high = _sums(items)
    return (min(low, scoring.total), min(high, scoring.total)) if scoring.total is not None else (low, high)


def _bonus(scoring: Scoring, items: Sequence[ItemScore]) -> Points:
    """The bonus, at most its cap."""
    low, high = _sums(items)
    return (min(low, scoring.bonus), min(high, scoring.bonus)) if scoring.bonus is not None else (low, high)


def _sums(items: Iterable[ItemScore]) -> Points:
    """Added points; items without published points give none."""
    found = [(i.low, i.high) for i in items if i.low is not None and i.high is not None]
    return sum((a for a, _ in found), _ZERO), sum((b for _, b in found), _ZERO)


def _parts(scoring: Scoring, items: Sequence[ItemScore]) -> Iterable[PartScore]:
    """The dimensions in the order of the table."""
    for name in dict.fromkeys(i.item.dimension for i in items):
        mine = [i for i in items if i.item.dimension == name]
        low, high = _sums(mine)
        points = [i.item.points for i in mine if i.item.points is not None]
        least = scoring.minimums.get(name)
        yield PartScore(name, low, high, sum(points, _ZERO) if points else None, least, _reached(low, high, least))


def _reached(low: Fraction, high: Fraction, least: Fraction | None) -> Status:
    """Whether a score reaches a line."""
    if least is None or low >= least:
        return MET
    return NOT_MET if high < least else OPEN


def _passed(scoring: Scoring, low: Fraction, high: Fraction, parts: Sequence[PartScore]) -> Status | None:
    """The pass line and all minimums; None where no line is printed."""
    if scoring.pass_line is None or not scoring.computable:
        return None
    lines = [_reached(low, high, scoring.pass_line), *(p.status for p in parts)]
    return at_least(len(lines), lines)
