"""Builders of facts for the tests of criteria."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from extractor.criteria.evaluate import evaluate
from extractor.criteria.facts import Fact, Facts, declared_fact, parse_qualified
from extractor.criteria.load import load_policies
from extractor.model import Declared

DAY = date(2021, 5, 6)
BOOK = load_policies()


def fact(metric, at, value, basis="evidenced", **more):
    """A fact in the metric's own unit; floats are taken as their decimal notation."""
    name, quals = parse_qualified(metric)
    if not isinstance(value, bool | str | frozenset):
        value = Fraction(repr(value)) if isinstance(value, float) else Fraction(value)
    if BOOK.metrics[name].kind == "tag" and isinstance(value, str):
        value = frozenset(value.split("、"))
    return Fact(name, str(at), value, BOOK.metrics[name].unit, basis, quals, **more)


def facts(rows, *, basis="evidenced", day=DAY):
    """Facts from ``{(metric, at): value}``."""
    made = Facts(day)
    for (metric, at), value in rows.items():
        made.add(fact(metric, at, value, basis))
    return made


def said(metric, at, value, unit=""):
    """A declared fact from a declaration's row."""
    return declared_fact(Declared(metric=metric, period=str(at), value=value, unit=unit), BOOK.metrics)


def judged(policy, rows, *, basis="evidenced", day=DAY, **more):
    """A policy against facts."""
    return evaluate(BOOK.get(policy), facts(rows, basis=basis, day=day), BOOK, **more)


def status_of(answer, text):
    """The status of the one condition whose text holds ``text``."""
    return one(answer, text).status


def one(answer, text):
    """The one answer whose text holds ``text``."""
    found = [a for a in answer.conditions.walk() if text in a.text and not a.children]
    assert len(found) == 1, [a.text for a in found]
    return found[0]


def group(answer, label):
    """The first group with a label."""
    return next(a for a in answer.conditions.walk() if a.label == label)
