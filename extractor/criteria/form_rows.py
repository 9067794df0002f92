"""The rows of the form to fill in for one or several policies: every figure that their conditions need, once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from extractor.criteria import shown
from extractor.criteria.facts import qualified
from extractor.criteria.form_asks import Figure, figures_of, figures_over
from extractor.criteria.form_sections import SECTIONS, may_be_negative, section_of
from extractor.criteria.load import PolicyBook
from extractor.criteria.nodes import Kind, Leaf, Metric, Node, Policy, Ref, Scoring, walk
from extractor.criteria.vocabulary import doc_type

_INNOVATION_TEST = "self_test_"
_YEAR_END = frozenset({"total_assets", "total_liabilities", "net_assets", "debt_ratio", "sme_size_class"})
_YEAR_END_UNITS = frozenset({"人", "名"})
_MOST_WORDS = 60
_COUNTED = {
    "now": "截止日有效的数量",
    "cumulative": "截至截止日历年累计的数量，不论是否仍在有效期",
}


@dataclass(frozen=True, slots=True)
class FormRow:
    """One figure to fill in.

    ``metric`` is what a declaration calls it (narrowed where a policy narrows it), ``period`` a year, ``now``,
    ``cumulative``, ``since_2019`` or ``2018-2020_sum``. ``instead_of``: labels of figures that need not be filled in
    where this and the other parts are; ``parts``: labels of figures from which this one is worked out.
    ``demands``: what the policies ask of it, in their words.
    """

    section: str
    metric: str
    period: str
    unit: str
    kind: Kind
    year_end: bool
    signed: bool
    options: tuple[str, ...]
    definition: str
    counting: str
    evidence: tuple[str, ...]
    parts: tuple[str, ...]
    instead_of: tuple[str, ...]
    demands: tuple[str, ...]


@dataclass(slots=True)
class _Found:
    """A figure with everything said of it."""

    figure: Figure
    demands: dict[str, None] = field(default_factory=dict)
    instead_of: dict[str, None] = field(default_factory=dict)
    definitions: dict[str, None] = field(default_factory=dict)


def form_rows(policies: Sequence[Policy], book: PolicyBook, as_of: date) -> tuple[FormRow, ...]:
    """The rows for these policies together, by section, then metric, then period.

    Args:
        policies: the policies to apply under; those they refer to, and the tables they score by, are followed.
        book: all policies and metrics.
        as_of: the day of the application; its year says which fiscal years are asked for.
    """
    found: dict[tuple[str, str, str], _Found] = {}
    for policy in policies:
        for demand, figure in _asked(policy, book, as_of.year):
            name = qualified(figure.metric, figure.quals)
            # Dollars are another figure than yuan.
            foreign = figure.unit if figure.unit != book.metrics[figure.metric].unit else ""
            entry = found.setdefault((name, figure.at, foreign), _Found(figure))
            if figure.for_whom:
                entry.instead_of[book.metrics[figure.for_whom].label] = None
            else:
                entry.demands[f"【{policy.name}】{demand}" if len(policies) > 1 else demand] = None
            for definition in policy.defined.get(figure.metric, ()):
                entry.definitions[f"{definition.term}：{definition.text}"] = None
    order = {key: i for i, key in enumerate(book.metrics)}
    ranked = sorted(
        found.values(),
        key=lambda f: (SECTIONS.index(section_of(f.figure.metric)), order[f.figure.metric], f.figure.quals.text, f.figure.at),
    )
    return tuple(_row(f, book) for f in ranked)


def _row(found: _Found, book: PolicyBook) -> FormRow:
    """A found figure as a row."""
    figure, entry = found.figure, book.metrics[found.figure.metric]
    names = entry.formula.names if entry.formula is not None and not figure.quals else ()
    parts = tuple(dict.fromkeys(("上年" if back else "") + book.metrics[n].label for n, back in names))
    by_year = figure.at.isdigit()
    return FormRow(
        section=section_of(entry.key),
        metric=qualified(figure.metric, figure.quals),
        period=figure.at,
        unit=figure.unit,
        kind=entry.kind,
        year_end=by_year and (entry.kind == "rank" or entry.key in _YEAR_END or entry.unit in _YEAR_END_UNITS),
        signed=may_be_negative(entry, book.metrics),
        options=entry.values,
        definition="\n".join((entry.definition, *found.definitions)),
        counting=_counting(entry, figure),
        evidence=tuple(dict.fromkeys(doc_type(t) for t in entry.evidence)),
        parts=parts,
        instead_of=tuple(found.instead_of),
        demands=tuple(found.demands),
    )


def _counting(entry: Metric, figure: Figure) -> str:
    """How the figure is counted over its period, where that is not plain."""
    if entry.kind != "count" or entry.unit != "项":
        return ""
    new = figure.at.endswith("_sum") or figure.at.startswith(("since", "years_"))
    return "只计期间内新获得的数量" if new else _COUNTED.get(figure.at, "")


def _required(leaf: Leaf) -> str:
    """A condition in the policy's words, with its bound."""
    bound = shown.required(leaf).text
    return f"{leaf.text}（{bound}）" if len(bound) <= _MOST_WORDS else leaf.text


# --- what the policies ask


def _asked(policy: Policy, book: PolicyBook, year: int) -> Iterator[tuple[str, Figure]]:
    """What is asked, in the policy's words, and of which figure."""
    for demand, leaf in _leaves(policy, book):
        for figure in figures_of(leaf, book, year):
            yield demand, figure
    for table in _tables(policy, book):
        for item in table.all_items:
            for band in item.bands:
                if band.n is not None:
                    for figure in figures_over(book, band.n.metric, band.n.period, band.n.quals, year):
                        yield f"评分项：{item.indicator}", figure


def _leaves(policy: Policy, book: PolicyBook) -> Iterator[tuple[str, Leaf]]:
    """All conditions that figures decide: the policy's, its vetoes', preferences' and scores', and of what it refers to."""
    for node in _nodes(policy.conditions, book, set()):
        yield _required(node), node
    for veto in policy.vetoes:
        if veto.test is not None:
            yield f"否决情形：{veto.text}", veto.test
    for advisory in policy.advisory:
        if advisory.kind == "priority":
            for node in _nodes(advisory.node, book, set()):
                yield f"优先：{advisory.text}（{node.text}）", node
    for table in _tables(policy, book):
        for item in table.all_items:
            for when in (item.when, *(b.when for b in item.bands)):
                for node in _nodes(when, book, set()) if when is not None else ():
                    yield f"评分项：{item.indicator}", node


def _nodes(node: Node, book: PolicyBook, seen: set[str]) -> Iterator[Leaf]:
    """The leaves of a tree; references and self-tests are followed once."""
    for found in walk(node):
        targets: Iterable[str] = ()
        if isinstance(found, Leaf):
            yield found
            targets = found.ladders if found.metrics[0].startswith(_INNOVATION_TEST) else ()
        elif isinstance(found, Ref):
            targets = (found.policy,)
        for target in targets:
            if target not in seen:
                seen.add(target)
                yield from _nodes(book.policies[target].conditions, book, seen)


def _tables(policy: Policy, book: PolicyBook) -> list[Scoring]:
    """The policy's own scoring table, and those by whose scores it is judged."""
    names = [policy.id]
    for leaf in _nodes(policy.conditions, book, set()):
        if leaf.metrics[0] == "policy_score":
            names += leaf.ladders
    found = [book.policies[name].scoring for name in dict.fromkeys(names)]
    return [table for table in found if table is not None]
