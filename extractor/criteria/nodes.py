"""What a policy is made of: frozen nodes, as read from the files by ``parse``.

Numbers are exact (``Fraction``), dates ISO texts. ``path`` is the place in the policy
(``conditions.all[3].any[1]``); ``key`` (``policy id#path``) names a node for decisions of persons.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Literal

from extractor.criteria.formulas import Formula

Op = Literal[">=", ">", "<=", "<", "==", "in", "between"]
Kind = Literal["money", "ratio", "count", "rank", "years", "flag", "tag", "date"]
Value = Fraction | bool | str | tuple[str, ...] | tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class Metric:
    """An entry of ``metrics.yaml``. ``formula`` is None where it cannot be worked out from other figures alone."""

    key: str
    label: str
    unit: str
    kind: Kind
    provable: Literal["document", "derived", "declared_only", "external"]
    evidence: tuple[str, ...]
    definition: str
    formula_text: str = ""
    formula: Formula | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quals:
    """What narrows a metric: levels of a standard or institution, systems, boards, and words on which ones count."""

    levels: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    boards: tuple[str, ...] = ()
    scope: str = ""
    code: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out the hash."""
        # Looked up by the hundred thousand: hashed once.
        object.__setattr__(self, "code", hash((self.levels, self.systems, self.boards, self.scope)))

    def __hash__(self) -> int:
        """The hash worked out once."""
        return self.code

    def __bool__(self) -> bool:
        """Whether anything narrows the metric."""
        return bool(self.levels or self.systems or self.boards or self.scope)

    @property
    def text(self) -> str:
        """As people read it: ``国家、行业；与主导产品相关``."""
        parts = ["、".join(self.levels), "、".join(self.systems), "、".join(self.boards), self.scope]
        return "；".join(p for p in parts if p)


NO_QUALS = Quals()


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A condition that figures decide. Several ``metrics``: their sum counts.

    ``ident`` is equal for leaves that ask the same of the same figures. ``bounds``: the value as numbers, its two
    ends for a range; dates as ordinals, flags 0 or 1, tags none.
    """

    key: str
    path: str
    metrics: tuple[str, ...]
    summed: bool
    kind: Kind
    op: Op
    value: Value
    unit: str
    period: str
    text: str
    evidence: tuple[str, ...]
    closed: Literal["both", "left"] | None
    quals: Quals
    ladders: tuple[str, ...]
    ident: int
    bounds: tuple[Fraction, Fraction] = (Fraction(0), Fraction(0))


@dataclass(frozen=True, slots=True, eq=False)
class Manual:
    """A condition that only a person can decide."""

    key: str
    path: str
    text: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Ref:
    """Another policy's conditions must be met."""

    key: str
    path: str
    policy: str
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """``need`` of ``children`` must be met: all, any or at least k."""

    key: str
    path: str
    how: Literal["all", "any", "at_least"]
    need: int
    children: tuple[Node, ...]
    label: str = ""


Node = Leaf | Manual | Ref | Group


@dataclass(frozen=True, slots=True)
class Veto:
    """What bars a filing (stage ``filing``), an acceptance or a title (``validity``). ``test`` holds: so does the veto."""

    key: str
    path: str
    text: str
    evidence: tuple[str, ...]
    stage: Literal["filing", "acceptance", "validity"] = "filing"
    effect: str = ""
    lookback_years: int | None = None
    since: str | None = None
    bar_years: int | None = None
    test: Leaf | None = None


@dataclass(frozen=True, slots=True)
class Material:
    """A paper to hand in. ``years``: of which fiscal years; ``when``: required only in that case."""

    name: str
    doc_type: str
    required: bool
    years: tuple[int, ...] = ()
    when: str = ""


@dataclass(frozen=True, slots=True)
class Advisory:
    """Shown beside the result, never deciding: a preference, or a condition switched off for this batch."""

    kind: Literal["priority", "waived"]
    text: str
    node: Node


@dataclass(frozen=True, slots=True)
class Counted:
    """The figure ``n`` of a band's formula."""

    metric: str
    period: str
    quals: Quals


@dataclass(frozen=True, slots=True)
class Band:
    """A step of a scoring item. ``points`` is a range where judgement or a formula decides within it."""

    text: str
    points: tuple[Fraction, Fraction] | None = None
    when: Node | None = None
    formula: Formula | None = None
    formula_text: str = ""
    n: Counted | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One indicator of a scoring table. ``summed``: its bands add up to at most ``cap``; else the first that holds."""

    dimension: str
    indicator: str
    by: Literal["rule", "expert", "platform"]
    points: Fraction | None = None
    summed: bool = False
    cap: Fraction | None = None
    bands: tuple[Band, ...] = ()
    when: Node | None = None
    counts: tuple[str, ...] = ()
    bonus: bool = False
    note: str = ""
    window: str = ""
    method: str = ""


@dataclass(frozen=True, slots=True)
class Scoring:
    """A scoring table. ``items`` are the policy's own; ``all_items`` those that count (with ``extends``)."""

    items: tuple[Item, ...]
    total: Fraction | None = None
    pass_line: Fraction | None = None
    bonus: Fraction | None = None
    binding: bool = True
    computable: bool = True
    note: str = ""
    minimums: Mapping[str, Fraction] = field(default_factory=dict)
    weights: Mapping[str, Fraction] = field(default_factory=dict)
    extends: str = ""
    replaces: tuple[str, ...] = ()
    all_items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a policy was taken from: a seed file with its lines, or a document read somewhere."""

    file: str = ""
    lines: tuple[int, ...] = ()
    condition_lines: tuple[int, ...] = ()
    material_lines: tuple[int, ...] = ()
    document: str = ""
    read: str = ""
    url: str = ""
    at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """When whom may file; ISO dates."""

    who: str
    opens: str = ""
    closes: str = ""
    batch: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """How this policy counts a term, and which metrics that narrows."""

    term: str
    text: str
    metrics: tuple[str, ...] = ()


@dataclass(frozen=True)
class Policy:
    """A policy as filed. ``file`` is the name of its data file."""

    id: str
    name: str
    jurisdiction: str
    tier: str
    kind: str
    conditions: Node
    file: str
    source: tuple[Source, ...]
    doc_no: str = ""
    issued: str = ""
    valid_from: str = ""
    valid_until: str = ""
    validity_years: int | None = None
    status: str = ""
    superseded_by: str = ""
    confidence: str = ""
    vetoes: tuple[Veto, ...] = ()
    materials: tuple[Material, ...] = ()
    advisory: tuple[Advisory, ...] = ()
    scoring: Scoring | None = None
    definitions: tuple[Definition, ...] = ()
    declared_fields: tuple[str, ...] = ()
    workflow: tuple[str, ...] = ()
    review_cycle: str = ""
    application_window: tuple[Window, ...] = ()
    notes: tuple[str, ...] = ()

    @cached_property
    def year(self) -> int:
        """The year in the id, to which the document belongs."""
        return next(int(part) for part in self.id.split("-") if part.isdigit() and len(part) == 4)

    @cached_property
    def defined(self) -> dict[str, tuple[Definition, ...]]:
        """The definitions by metric."""
        found: dict[str, tuple[Definition, ...]] = {}
        for entry in self.definitions:
            for metric in entry.metrics:
                found[metric] = (*found.get(metric, ()), entry)
        return found


def walk(node: Node) -> Iterator[Node]:
    """The node and everything under it, in order; references are not followed."""
    yield node
    if isinstance(node, Group):
        for child in node.children:
            yield from walk(child)
