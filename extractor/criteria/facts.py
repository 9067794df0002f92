"""What is known of an enterprise: facts by metric, time and what narrows them.

A fact rests on evidence (``evidenced``) or on the declaration alone (``declared``). Money is in 万元 (or
万美元), everything numeric exact. ``at`` is a year (``2020``), ``now``, or a period of the policies
(``cumulative``, ``last_3_years_sum``, ``since_2019`` …) for figures that only that period has.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from extractor.criteria.nodes import NO_QUALS, Metric, Quals
from extractor.criteria.tags import split_tags
from extractor.criteria.vocabulary import FOREIGN_MONEY
from extractor.model import Declaration, Declared, Evidence, Finding
from extractor.values.dates import parse_date
from extractor.values.money import unit_factor
from extractor.values.numbers import parse_number

Basis = Literal["evidenced", "declared"]
FactValue = Fraction | bool | str | frozenset[str]
NOW = "now"
FOREIGN = "$"
"""Marks the metric of figures in US dollars, which are never compared with those in yuan."""

_WAN = Fraction(10_000)
_YES = frozenset({"是", "有", "yes", "true", "y", "√", "1"})
_NO = frozenset({"否", "无", "没有", "no", "false", "n", "×", "0"})
_PERCENT = {u: Fraction(1) for u in ("%", "％", "", "百分比")} | {"‰": Fraction(1, 10), "小数": Fraction(100)}
_DOLLARS = {"万": Fraction(1), "亿": Fraction(10_000), "美": Fraction(1, 10_000)}
_QUALIFIER = re.compile(r"\[(levels|systems|boards|scope)=([^\]]*)\]")


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """One figure. ``at_least``: the true figure may be larger (counted papers).

    ``findings`` are indexes into the result's findings, ``claims`` ids of its claims.
    """

    metric: str
    at: str
    value: FactValue
    unit: str
    basis: Basis
    quals: Quals = NO_QUALS
    at_least: bool = False
    findings: tuple[int, ...] = ()
    claims: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Remark:
    """A declared figure that the evidence does not bear out, and why: shown where the figure is asked for."""

    finding: int
    metric: str
    at: str
    verdict: str
    reason: str
    claims: tuple[str, ...]
    evidence: tuple[Evidence, ...]


Key = tuple[str, str]
"""Metric and time."""


@dataclass(slots=True, eq=False)
class Facts:
    """All that is known, as at the day ``as_of``. Do not change it once made: results are remembered in ``memo``."""

    as_of: date
    evidenced: dict[Key, list[Fact]] = field(default_factory=dict)
    declared: dict[Key, list[Fact]] = field(default_factory=dict)
    remarks: dict[Key, list[Remark]] = field(default_factory=dict)
    enterprise: str = ""
    memo: dict[object, object] = field(default_factory=dict, repr=False)

    def add(self, fact: Fact) -> None:
        """Add a fact while building."""
        shelf = self.evidenced if fact.basis == "evidenced" else self.declared
        name = fact.metric + FOREIGN if fact.unit == FOREIGN_MONEY else fact.metric
        shelf.setdefault((name, fact.at), []).append(fact)


def qualified(metric: str, quals: Quals) -> str:
    """The metric as a declaration writes it where it is narrowed: ``science_awards[levels=国家级][scope=前三]``.

    >>> qualified("standards_led", Quals(levels=("国家", "行业")))
    'standards_led[levels=国家,行业]'
    """
    parts = [("levels", quals.levels), ("systems", quals.systems), ("boards", quals.boards)]
    text = "".join(f"[{name}={','.join(words)}]" for name, words in parts if words)
    return metric + text + (f"[scope={quals.scope}]" if quals.scope else "")


def parse_qualified(text: str) -> tuple[str, Quals]:
    """The metric and what narrows it; the reverse of ``qualified``."""
    found = dict(_QUALIFIER.findall(text))
    lists = {k: tuple(w for w in re.split("[,，]", found[k]) if w) for k in ("levels", "systems", "boards") if k in found}
    return text.split("[")[0].strip(), Quals(**lists, scope=plain(found.get("scope", "")))


def plain(text: str) -> str:
    """A scope's words for comparing: half width, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def facts_from_declaration(declaration: Declaration, metrics: Mapping[str, Metric], *, as_of: date | None = None) -> Facts:
    """Only what the enterprise says; what cannot be understood is left out.

    Args:
        declaration: the declared figures.
        metrics: the vocabulary (``PolicyBook.metrics``).
        as_of: another day than the declaration's.
    """
    facts = Facts(as_of or date.fromisoformat(declaration.as_of), enterprise=declaration.name)
    for declared in declaration.declared:
        fact = declared_fact(declared, metrics)
        if fact is not None:
            facts.add(fact)
    return facts


def declared_fact(declared: Declared, metrics: Mapping[str, Metric]) -> Fact | None:
    """A declared figure as a fact; None where the policies know no such metric or the value cannot be understood."""
    name, quals = parse_qualified(declared.metric)
    metric = metrics.get(name)
    if metric is None:
        return None
    value = fact_value(declared.value, declared.unit, metric)
    if value is None:
        return None
    unit = FOREIGN_MONEY if _foreign(declared.unit) and metric.kind == "money" else metric.unit
    return Fact(name, period_of(declared.period), value, unit, "declared", quals)


def period_of(text: str) -> str:
    """The time of a declared figure as facts have it: a month of a year-end list is its year's end."""
    return text[:4] if re.fullmatch(r"\d{4}-12", text) else text or NOW


def fact_value(value: float | int | str | Decimal, unit: str, metric: Metric) -> FactValue | None:
    """A value in the metric's own unit, exact; None where it is none."""
    if metric.kind == "flag":
        word = plain(str(value)).lower().removesuffix(".0")
        return word in _YES if word in _YES | _NO else None
    if metric.kind == "tag" or (metric.kind == "rank" and isinstance(value, str) and parse_number(value) is None):
        found = split_tags(str(value), metric.values)
        return found or None
    if metric.kind == "date":
        day = parse_date(str(value))
        return day.isoformat() if day else None
    number = exact(value)
    return None if number is None else _in_unit(number, unit.strip(), metric)


def exact(value: float | int | str | Decimal) -> Fraction | None:
    """A number as its shortest decimal notation says."""
    if isinstance(value, str):
        found = parse_number(value)
        return None if found is None or found.nil else Fraction(found.value)
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return Fraction(number) if number.is_finite() else None


def _in_unit(number: Fraction, unit: str, metric: Metric) -> Fraction | None:
    """The number in the metric's unit; None where the units do not fit."""
    if metric.kind == "money":
        if _foreign(unit):
            return number * _DOLLARS[unit.strip()[0]]
        factor = unit_factor(unit) if unit else Decimal(1)
        return None if factor is None else number * Fraction(factor) / _WAN
    if metric.unit == "%":
        return number * _PERCENT[unit] if unit in _PERCENT else None
    return number


def _foreign(unit: str) -> bool:
    """Whether it is a unit of US dollars."""
    return unit.strip() in ("万美元", "美元", "亿美元")


def remark_of(index: int, finding: Finding, evidence: tuple[Evidence, ...]) -> Remark:
    """What a finding says that gives no fact."""
    name, _ = parse_qualified(finding.metric)
    verdict = finding.verdict.value
    return Remark(index, name, period_of(finding.period), verdict, finding.reason, finding.claims, evidence)
