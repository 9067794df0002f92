"""What evaluation gives: a tree of answers, each with its status, figures, proof and what is missing.

Answers are made by the hundred thousand, so they hold only the node and the outcome; everything said
about them is worked out when asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

from extractor.criteria import as_json, shown
from extractor.criteria.facts import Fact, Remark
from extractor.criteria.judge import Judged, judge
from extractor.criteria.kleene import MET, OPEN, Status, at_least
from extractor.criteria.known import Known, Lookup
from extractor.criteria.nodes import Advisory, Group, Item, Leaf, Manual, Metric, Node, Policy, Ref, Veto
from extractor.criteria.vocabulary import period_name
from extractor.model import Evidence

Basis = Literal["evidenced", "declared", "person", "none"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a condition or a veto (for a veto: ``met`` means that it holds)."""

    status: Literal["met", "not_met"]
    who: str
    when: str
    why: str = ""


@dataclass(slots=True, eq=False)
class Outcome:
    """How a leaf came out; shared by all leaves that ask the same.

    ``judged`` decided; in an evaluation by evidence ``declared`` says how the declared figures would have.
    """

    leaf: Leaf
    lookup: Lookup
    judged: Judged
    strict: bool
    _declared: Judged | None = None

    @property
    def declared(self) -> Judged:
        """The answer with declared figures where the evidence is silent."""
        if self._declared is None:
            special = bool(self.leaf.ladders)
            self._declared = self.judged if special or not self.strict else judge(self.lookup, self.leaf, strict=False)
        return self._declared

    @property
    def best(self) -> Judged:
        """What can be shown: by evidence where anything is known, else by the declaration."""
        return self.judged if self.judged.known is not None or self.judged.parts else self.declared


@dataclass(slots=True, eq=False)
class Answer:
    """The answer for one node of a policy. ``children`` follow the node's; a reference has one, the other policy's tree."""

    node: Node
    status: Status
    outcome: Outcome | None = None
    children: tuple[Answer, ...] = ()
    decision: Decision | None = None

    # --- what it says

    @property
    def text(self) -> str:
        """The condition in words; for a group its label, or how many are needed."""
        return shown.group_text(self.node) if isinstance(self.node, Group) else self.node.text

    @property
    def label(self) -> str:
        """The label of a group (``a``, ``创新能力``); empty where it has none."""
        return self.node.label if isinstance(self.node, Group) else ""

    @property
    def kind(self) -> Literal["leaf", "manual", "ref", "all", "any", "at_least"]:
        """What the node is."""
        if isinstance(self.node, Group):
            return self.node.how
        return "leaf" if isinstance(self.node, Leaf) else "manual" if isinstance(self.node, Manual) else "ref"

    @property
    def metric(self) -> str:
        """The metric of a leaf, several joined by +."""
        return "+".join(self.node.metrics) if isinstance(self.node, Leaf) else ""

    @property
    def metric_label(self) -> str:
        """The same in Chinese."""
        if self.outcome is None:
            return ""
        return "＋".join(self.outcome.lookup.metrics[m].label for m in self.outcome.leaf.metrics)

    @property
    def period(self) -> str:
        """The period of a leaf in words: ``2019—2020年每年``."""
        return period_name(self.outcome.leaf.period, self.outcome.lookup.year) if self.outcome else ""

    # --- how it came out

    @property
    def basis(self) -> Basis:
        """On what the status, or the figure that is shown, rests; of a group: the weakest that it needs."""
        if self.decision is not None:
            return "person"
        if self.outcome is not None:
            known = self.outcome.best.known
            return known.basis if known is not None and known.facts else "none"
        if not self.children or self.status == OPEN:
            return "none"
        return shown.group_basis([(c.status, c.basis) for c in self.children], self.status, _need(self.node))

    @property
    def declared_met(self) -> bool:
        """Whether it would be met if declared figures were believed; what a person decides stays as it is."""
        return self.declared_status == MET

    @property
    def declared_status(self) -> Status:
        """The status if declared figures were believed."""
        if self.decision is not None or self.status != OPEN:
            return self.status
        if self.outcome is not None:
            return self.outcome.declared.status
        if not self.children:
            return self.status
        return at_least(_need(self.node), [c.declared_status for c in self.children])

    @property
    def known(self) -> Known | None:
        """The figure that is shown."""
        return self.outcome.best.known if self.outcome is not None else None

    @property
    def actual(self) -> shown.Actual | None:
        """The figure with its unit and its parts (years, or counted metrics); None where nothing is known."""
        return shown.actual(self.outcome.leaf, self.outcome.best, self.outcome.lookup.metrics) if self.outcome else None

    @property
    def required(self) -> shown.Required | None:
        """What the leaf asks for."""
        return shown.required(self.node) if isinstance(self.node, Leaf) else None

    @property
    def gap(self) -> shown.Gap | None:
        """How much is missing, by what is known; None where it is met or nothing is known."""
        if self.outcome is None or self.status == MET:
            return None
        return shown.gap(self.outcome.leaf, self.outcome.best, self.outcome.lookup.metrics)

    @property
    def material(self) -> str:
        """What would settle it, in Chinese; empty where nothing is open."""
        if self.status != OPEN or isinstance(self.node, Group | Ref):
            return ""
        if isinstance(self.node, Manual):
            return shown.manual_material(self.node)
        assert self.outcome is not None
        return shown.material(self.outcome.leaf, self.outcome.judged, self.outcome.lookup)

    # --- on what it rests

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts behind the figure that is shown."""
        known = self.known
        return known.facts if known is not None else ()

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """Declared figures asked for here that the evidence does not bear out, and why."""
        return shown.remarks(self.outcome.leaf, self.outcome.lookup) if self.outcome is not None else ()

    @property
    def findings(self) -> tuple[int, ...]:
        """Indexes of the result's findings about the figures asked for."""
        found = [i for f in self.facts for i in f.findings] + [r.finding for r in self.remarks]
        if self.outcome is not None:
            found = shown.own_findings(self.outcome.leaf, self.outcome.lookup) + found
        return tuple(dict.fromkeys(found))

    @property
    def claims(self) -> tuple[str, ...]:
        """Ids of the claims behind it."""
        found = [c for f in self.facts for c in f.claims] + [c for r in self.remarks for c in r.claims]
        return tuple(dict.fromkeys(found))

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Where it stands: file, page, box, text."""
        found = [e for f in self.facts for e in f.evidence] + [e for r in self.remarks for e in r.evidence]
        return tuple(dict.fromkeys(found))

    @property
    def note(self) -> str:
        """Why the figure is open (growth from a loss, a scope to confirm); else empty."""
        return shown.note(self.outcome.leaf, self.outcome.best, self.outcome.lookup) if self.outcome is not None else ""

    def walk(self) -> Iterator[Answer]:
        """The answer and all under it, in order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def to_dict(self) -> dict[str, Any]:
        """The answer and all under it as JSON values; empty entries are left out."""
        return as_json.answer_dict(self)


def _need(node: Node) -> int:
    """How many children must be met."""
    return node.need if isinstance(node, Group) else 1


@dataclass(slots=True, eq=False)
class VetoAnswer:
    """Whether a veto holds: ``met`` is bad. ``counted``: it bars the filing (others are only shown)."""

    veto: Veto
    status: Status
    test: Answer | None = None
    decision: Decision | None = None

    @property
    def counted(self) -> bool:
        """Whether it can keep the policy from being met."""
        return self.veto.stage == "filing"


@dataclass(slots=True, eq=False)
class AdvisoryAnswer:
    """A preference or a waived condition, shown beside the result."""

    advisory: Advisory
    answer: Answer


@dataclass(slots=True, eq=False)
class ItemScore:
    """Points of an indicator: ``low`` to ``high``; None where no points are published. ``band``: the step that holds."""

    item: Item
    low: Fraction | None
    high: Fraction | None
    band: str = ""
    answers: tuple[tuple[str, Answer], ...] = ()
    """The steps' conditions with their texts."""


@dataclass(slots=True, eq=False)
class PartScore:
    """Points of a dimension, and whether its minimum is reached."""

    name: str
    low: Fraction
    high: Fraction
    full: Fraction | None
    minimum: Fraction | None
    status: Status


@dataclass(slots=True, eq=False)
class Score:
    """A scoring table worked out. ``status``: the pass line and all minimums; None where no line is printed."""

    low: Fraction
    high: Fraction
    total: Fraction | None
    pass_line: Fraction | None
    status: Status | None
    parts: tuple[PartScore, ...]
    items: tuple[ItemScore, ...]
    computable: bool = True
    binding: bool = True
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return as_json.score_dict(self)


@dataclass(frozen=True, slots=True)
class Counts:
    """Conditions by how they stand, single ones only: groups are not counted."""

    decided: int
    met: int
    not_met: int
    manual: int
    open: int

    @property
    def text(self) -> str:
        """``12 条已判定，3 条待人工``."""
        parts = [f"{self.decided} 条已判定", f"{self.manual} 条待人工"]
        return "，".join([*parts, f"{self.open} 条缺材料"] if self.open else parts)


@dataclass(eq=False)
class PolicyAnswer:
    """A policy against the facts. ``status`` takes filing vetoes into account, ``conditions.status`` does not."""

    policy: Policy
    as_of: date
    self_test: bool
    conditions: Answer
    vetoes: tuple[VetoAnswer, ...]
    status: Status
    metrics: Mapping[str, Metric] = field(repr=False)
    advisory: tuple[AdvisoryAnswer, ...] = ()
    score: Score | None = None

    @cached_property
    def tier(self) -> str:
        """The class that is met (``a``, ``b``, ``c``); empty where the policy has none or none is met."""
        labels = {"a", "b", "c"}
        return next((a.label for a in self.conditions.walk() if a.label in labels and a.status == MET), "")

    @cached_property
    def counts(self) -> Counts:
        """How many conditions are decided."""
        single = [a for a in self.conditions.walk() if isinstance(a.node, Leaf | Manual)]
        open_ = [a for a in single if a.status == OPEN]
        manual = sum(isinstance(a.node, Manual) for a in open_)
        met = sum(a.status == MET for a in single)
        decided = len(single) - len(open_)
        return Counts(decided, met, decided - met, manual, len(open_) - manual)

    @property
    def declared_met(self) -> bool:
        """Whether the conditions would be met if declared figures were believed."""
        return self.conditions.declared_met

    def to_dict(self) -> dict[str, Any]:
        """The contract's shape: ``{"id", "status", "tier", "conditions", …}``."""
        return as_json.policy_dict(self)
