"""What the facts say about one metric at one time: exactly, within bounds, or not at all.

``Lookup`` answers twice: ``strict`` from evidence alone, else with declared figures where the evidence
is silent. Derived figures follow their parts: evidenced only if every part is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import lru_cache

from extractor.criteria.facts import FOREIGN, NOW, Basis, Fact, Facts, FactValue, Key, Remark, plain
from extractor.criteria.formulas import Undefined
from extractor.criteria.nodes import NO_QUALS, Metric, Quals
from extractor.criteria.size_class import CLASSES, Range, possible_classes, sectors_of
from extractor.criteria.tags import carried
from extractor.values.dates import add_years

_PARTS: Mapping[str, frozenset[str]] = {
    "registered_years": frozenset({"registration_date"}),
    "full_fiscal_years": frozenset({"registration_date"}),
    "sme_size_class": frozenset({"employees", "revenue", "total_assets"}),
    "years_with_positive_net_assets_and_profit": frozenset({"net_assets", "net_profit"}),
}
"""What is worked out by code of its own, and from what."""

# Judged for the year that is running: 年度指评价年度，近两年含本年度.
CURRENT_YEAR = frozenset({"development_score"})


@dataclass(slots=True, eq=False)
class Known:
    """What is known: ``low`` to ``high`` (None: no bound), equal where it is exact.

    Flags are 0 or 1, dates their ordinals (``date.toordinal``). Tags: those carried in ``tags``; ``maybe``: one of
    these, it is not known which.
    """

    low: Fraction | None
    high: Fraction | None
    basis: Basis
    facts: tuple[Fact, ...] = ()
    tags: frozenset[str] | None = None
    maybe: frozenset[str] | None = None
    note: str = ""

    @property
    def exact(self) -> Fraction | None:
        """The number where it is exact."""
        low, high = self.low, self.high
        return low if low is high or (low is not None and low == high) else None


@dataclass(slots=True, eq=False)
class Lookup:
    """The facts as at a day, with what has been worked out so far.

    It holds the facts' shelves, not the facts: these remember lookups, and circles would be freed late.
    """

    evidenced: Mapping[Key, Sequence[Fact]]
    declared: Mapping[Key, Sequence[Fact]]
    remarks: Mapping[Key, Sequence[Remark]]
    stated_on: date
    metrics: Mapping[str, Metric]
    as_of: date
    memo: dict[object, Known | None] = field(default_factory=dict)
    notes: dict[tuple[str, str], str] = field(default_factory=dict)
    """Why a derived figure has no value (growth from a loss …)."""

    year: int = 0
    """The year of the application."""
    _told: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Take the year from the day."""
        self.year = self.as_of.year

    @classmethod
    def of(cls, facts: Facts, metrics: Mapping[str, Metric], as_of: date) -> Lookup:
        """A lookup in these facts."""
        return cls(facts.evidenced, facts.declared, facts.remarks, facts.as_of, metrics, as_of)

    def known(self, metric: str, at: str, quals: Quals = NO_QUALS, *, strict: bool) -> Known | None:
        """What is known of a metric at a year, ``now``, or a period for which a figure was given."""
        key = (metric, at, quals, strict) if quals is not NO_QUALS else (metric, at, strict)
        if key not in self.memo:
            self.memo[key] = self._find(metric, at, quals, strict)
        return self.memo[key]

    def silent(self, metric: str) -> bool:
        """Whether there is no fact at all about a metric or what it is worked out from."""
        if not self._told:
            self._told = _told(self.metrics, {m for m, _ in (*self.evidenced, *self.declared)})
        return metric not in self._told

    def exactly(self, metric: str, at: str, *, strict: bool) -> Known | None:
        """The same, only where it is an exact number."""
        found = self.known(metric, at, strict=strict)
        return found if found is not None and found.exact is not None else None

    def foreign(self, metric: str, at: str, *, strict: bool) -> Known | None:
        """A figure stated in dollars."""
        shelves = (self.evidenced,) if strict else (self.evidenced, self.declared)
        found = [f for shelf in shelves for f in shelf.get((metric + FOREIGN, at), ())]
        return _of_fact(found[0]) if found else None

    def _find(self, metric: str, at: str, quals: Quals, strict: bool) -> Known | None:
        """Evidence first: worked out from parts (exact), then as it stands; then, unless strict, the declaration."""
        if at == NOW and self.as_of != self.stated_on and metric != "registration_date":
            return None
        proven = self._proven(metric, at, quals)
        if strict or (proven is not None and _is_point(proven)):
            return proven
        said = self._derived(metric, at, False) if not quals else None
        if said is None or not _is_point(said):
            said = _narrower(said, self._stated(self.declared, metric, at, quals))
        return _narrower(proven, said)

    def _proven(self, metric: str, at: str, quals: Quals) -> Known | None:
        """From evidence alone."""
        if not self.evidenced:
            return None
        found = self._derived(metric, at, True) if not quals else None
        if found is not None and _is_point(found):
            return found
        return _narrower(found, self._stated(self.evidenced, metric, at, quals))

    # --- as stated

    def _stated(self, shelf: Mapping[Key, Sequence[Fact]], metric: str, at: str, quals: Quals) -> Known | None:
        """From facts of that very metric."""
        found = shelf.get((metric, at), ())
        if not found:
            return self._near_time(shelf, metric, at, quals)
        same = [f for f in found if _same(f.quals, quals)]
        if same:
            return _of_fact(same[0])
        if self.metrics[metric].kind not in ("count", "money", "flag"):
            return None
        return _bounded(found, quals)

    def _near_time(self, shelf: Mapping[Key, Sequence[Fact]], metric: str, at: str, quals: Quals) -> Known | None:
        """From facts of another time that bound it."""
        kind = self.metrics[metric].kind
        if kind == "years" and at in (NOW, str(self.year - 1)):
            # Less than a year lies between the end of last year and the day; both are whole years.
            other = str(self.year - 1) if at == NOW else NOW
            found = self._exact_fact(shelf, metric, other, quals)
            if found is not None and isinstance(found.value, Fraction) and (other != NOW or self.as_of == self.stated_on):
                low, high = (found.value, found.value + 1) if at == NOW else (found.value - 1, found.value)
                return Known(max(low, Fraction(0)), high, found.basis, (found,))
        if kind == "count" and at == "cumulative" and self.as_of == self.stated_on:
            # What is in force now was obtained before.
            now = self._stated(shelf, metric, NOW, quals)
            return Known(now.low, None, now.basis, now.facts) if now is not None else None
        if metric in CURRENT_YEAR and at in (NOW, str(self.year)):
            other = str(self.year) if at == NOW else NOW
            return _of_fact(f) if (f := self._exact_fact(shelf, metric, other, quals)) else None
        return None

    def _exact_fact(self, shelf: Mapping[Key, Sequence[Fact]], metric: str, at: str, quals: Quals) -> Fact | None:
        """The fact of exactly that time and narrowing."""
        return next((f for f in shelf.get((metric, at), ()) if _same(f.quals, quals)), None)

    # --- derived

    def _derived(self, metric: str, at: str, strict: bool) -> Known | None:
        """Worked out from other figures of the same time."""
        entry = self.metrics[metric]
        if entry.formula is not None:
            return self.by_formula(entry, at, strict)
        if metric == "registered_years":
            return self._years_since_registration(at, strict)
        if metric == "full_fiscal_years":
            return self._fiscal_years(at, strict)
        if metric == "sme_size_class":
            return self._size_class(at, strict)
        return None

    def by_formula(self, entry: Metric, at: str, strict: bool) -> Known | None:
        """A ratio or growth of one year; None where a part is missing."""
        formula = entry.formula
        assert formula is not None
        parts: dict[tuple[str, int], Known] = {}
        for name, back in formula.names:
            when = at if back == 0 else str(int(at) - back) if at.isdigit() else ""
            found = self.exactly(name, when, strict=strict) if when else None
            if found is None:
                return None
            parts[name, back] = found
        return self.worked_out(entry, at, parts)

    def worked_out(self, entry: Metric, at: str, parts: Mapping[tuple[str, int], Known]) -> Known | None:
        """The formula's value for these parts; None, and a note, where it has none."""
        assert entry.formula is not None
        try:
            value = entry.formula.value(lambda name, back: parts[name, back].exact or Fraction(0))
        except Undefined as why:
            self.notes[entry.key, at] = str(why)
            return None
        return Known(value, value, weakest(parts.values()), joined(parts.values()))

    def _years_since_registration(self, at: str, strict: bool) -> Known | None:
        """Whole years since the day of establishment."""
        start, day = self._registered(strict), self._day(at)
        if start is None or day is None or start.exact is None:
            return None
        born = date.fromordinal(int(start.exact))
        years = max(0, day.year - born.year - (add_years(born, day.year - born.year) > day))
        return Known(Fraction(years), Fraction(years), start.basis, start.facts)

    def _fiscal_years(self, at: str, strict: bool) -> Known | None:
        """Closed calendar years since the day of establishment."""
        start, day = self._registered(strict), self._day(at)
        if start is None or day is None or start.exact is None:
            return None
        born = date.fromordinal(int(start.exact))
        first = born.year if (born.month, born.day) == (1, 1) else born.year + 1
        last = day.year if (day.month, day.day) == (12, 31) else day.year - 1
        years = Fraction(max(0, last - first + 1))
        return Known(years, years, start.basis, start.facts)

    def _registered(self, strict: bool) -> Known | None:
        """The day of establishment."""
        return self.known("registration_date", NOW, strict=strict)

    def _day(self, at: str) -> date | None:
        """The day that a time means: the deadline or a year's end."""
        return self.as_of if at == NOW else date(int(at), 12, 31) if at.isdigit() else None

    def _size_class(self, at: str, strict: bool) -> Known | None:
        """The classes that headcount, revenue, assets and industry leave open."""
        names = ("employees", "revenue", "total_assets")
        found = [self.known(name, at, strict=strict) for name in names]
        used = [k for k in found if k is not None]
        industry = self.known("industry_tag", NOW, strict=strict)
        if not used:
            return None
        tags = carried("industry_tag", industry.tags) if industry and industry.tags else frozenset()
        classes = possible_classes(sectors_of(tags), *(_range(k) for k in found))
        if classes >= set(CLASSES):
            return None
        used += [industry] if industry is not None else []
        return Known(None, None, weakest(used), joined(used), maybe=classes)


def _told(metrics: Mapping[str, Metric], stated: set[str]) -> frozenset[str]:
    """The metrics of which facts tell something; never empty."""
    found = stated | {""}
    for entry in metrics.values():
        names = {n for n, _ in entry.formula.names} if entry.formula is not None else _PARTS.get(entry.key, frozenset())
        # Parts may themselves be worked out, from figures one step further down.
        parts = [m.formula for n in names if (m := metrics[n]).formula is not None]
        names = names | {n for formula in parts if formula is not None for n, _ in formula.names}
        if not stated.isdisjoint(names):
            found.add(entry.key)
    return frozenset(found)


def weakest(parts: Iterable[Known]) -> Basis:
    """Evidenced only if every part is."""
    return "evidenced" if all(p.basis == "evidenced" for p in parts) else "declared"


def joined(parts: Iterable[Known]) -> tuple[Fact, ...]:
    """The facts of all parts, each once."""
    return tuple(dict.fromkeys(f for p in parts for f in p.facts))


def _of_fact(fact: Fact) -> Known:
    """A fact by itself."""
    value = number_of(fact.value)
    if value is None:
        tags = fact.value if isinstance(fact.value, frozenset) else frozenset()
        return Known(None, None, fact.basis, (fact,), tags=tags)
    high = None if fact.at_least and fact.value is not True else value
    return Known(value, high, fact.basis, (fact,), note=fact.note)


def number_of(value: FactValue) -> Fraction | None:
    """A value as a number: flags 0 or 1, dates their ordinals; None for tags."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, bool):
        return Fraction(value)
    return Fraction(date.fromisoformat(value).toordinal()) if isinstance(value, str) else None


def _is_point(known: Known) -> bool:
    """Whether nothing is left open."""
    return known.tags is not None or known.exact is not None


def _narrower(proven: Known | None, said: Known | None) -> Known | None:
    """Evidence within whose bounds the declaration may fill in; outside them it is not believed."""
    if proven is None or said is None:
        return proven or said
    if proven.maybe is not None:
        fits = said.tags <= proven.maybe if said.tags is not None else said.maybe is not None and said.maybe < proven.maybe
        return said if fits else proven
    above = proven.low is None or (said.low is not None and said.low >= proven.low)
    below = proven.high is None or (said.high is not None and said.high <= proven.high)
    return said if above and below else proven


def _range(known: Known | None) -> Range:
    """The bounds of a number."""
    if known is None:
        return Range()
    return Range(known.low, known.high)


# --- narrowed counts


def _same(fact: Quals, asked: Quals) -> bool:
    """Whether a fact is narrowed exactly as asked; boards are part of what their metric means."""
    if fact is asked:
        return True
    return _comparable(fact) == _comparable(asked)


@lru_cache(maxsize=4096)
def _comparable(quals: Quals) -> tuple[frozenset[str], frozenset[str], str]:
    """Levels, systems and scope without order and blanks."""
    return frozenset(quals.levels), frozenset(quals.systems), plain(quals.scope)


@lru_cache(maxsize=4096)
def _within(narrow: Quals, wide: Quals) -> bool:
    """Whether everything that ``narrow`` counts is also counted by ``wide``."""
    a, b = _comparable(narrow), _comparable(wide)
    levels = not b[0] or (bool(a[0]) and a[0] <= b[0])
    systems = not b[1] or (bool(a[1]) and a[1] <= b[1])
    return levels and systems and b[2] in ("", a[2])


def _bounded(found: Sequence[Fact], asked: Quals) -> Known | None:
    """Bounds from facts that count fewer or more things than asked; a count is never negative."""
    fewer = [(f, v) for f in found if _within(f.quals, asked) and (v := number_of(f.value)) is not None]
    more = [(f, v) for f in found if _within(asked, f.quals) and not f.at_least and (v := number_of(f.value)) is not None]
    if not fewer and not more:
        return None
    low, used = _most(fewer)
    high = min((v for _, v in more), default=None)
    used = (*used, *(f for f, v in more if v == high))
    basis: Basis = "evidenced" if all(f.basis == "evidenced" for f in used) else "declared"
    note = f"须确认其中哪些属于“{asked.text}”" if asked.scope and more else ""
    return Known(low, high, basis, used, note=note)


def _most(fewer: Sequence[tuple[Fact, Fraction]]) -> tuple[Fraction, tuple[Fact, ...]]:
    """The best lower bound: one fact, or the sum of those of single levels, which share nothing."""
    best = max(fewer, key=lambda pair: pair[1], default=None)
    if best is None:
        return Fraction(0), ()
    by_scope: dict[str, dict[str, tuple[Fact, Fraction]]] = {}
    for fact, value in fewer:
        if len(fact.quals.levels) == 1 and not fact.quals.systems and not isinstance(fact.value, bool):
            by_scope.setdefault(fact.quals.scope, {})[fact.quals.levels[0]] = (fact, value)
    for group in by_scope.values():
        total = sum((v for _, v in group.values()), Fraction(0))
        if total > best[1]:
            return total, tuple(f for f, _ in group.values())
    return best[1], (best[0],)
