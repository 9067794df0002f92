"""What an answer says of itself: figures, bounds, what is missing and what would settle it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, cast

from extractor.criteria.amounts import in_kind, json_number, shortfall
from extractor.criteria.facts import Remark
from extractor.criteria.judge import Judged, compare
from extractor.criteria.kleene import MET, OPEN, Status
from extractor.criteria.known import Known, Lookup
from extractor.criteria.nodes import Group, Leaf, Manual, Metric
from extractor.criteria.periods import span_of
from extractor.criteria.size_class import CLASSES
from extractor.criteria.vocabulary import OPS, doc_type, period_name

Basis = Literal["evidenced", "declared", "person", "none"]
_WEAKEST: tuple[Basis, ...] = ("none", "declared", "person", "evidenced")


@dataclass(frozen=True, slots=True)
class Part:
    """One year of a period, or one of the metrics that are added. ``text`` is empty where nothing is known."""

    name: str
    low: Fraction | None
    high: Fraction | None
    text: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Actual:
    """What is known: ``low`` to ``high`` (equal where exact) or ``tags``; ``text`` with its unit."""

    low: Fraction | None
    high: Fraction | None
    tags: tuple[str, ...]
    unit: str
    text: str
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Required:
    """What is asked for; ``text`` as in ``不低于 5,000 万元``."""

    op: str
    value: Any
    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class Gap:
    """How much is missing, in ``unit`` (``个百分点`` for ratios); ``text`` as in ``还差 320 万元``."""

    amount: Fraction
    unit: str
    text: str


def group_text(node: Group) -> str:
    """A group's label, or how many of its conditions are needed."""
    how = {"all": "以下各项均须满足", "any": "以下任一项"}.get(node.how, f"以下至少 {node.need} 项")
    return f"{node.label}：{how}" if node.label else how


def group_basis(children: Sequence[tuple[Status, Basis]], status: Status, need: int) -> Basis:
    """The weakest basis among the children that the status needs, taking the best ones."""
    order = _WEAKEST.index
    agreeing = sorted((order(b) for s, b in children if s == status), reverse=True)
    if not agreeing:
        return "none"
    enough = need if status == MET else len(children) - need + 1
    return _WEAKEST[agreeing[: max(1, enough)][-1]]


def actual(leaf: Leaf, judged: Judged, metrics: Mapping[str, Metric]) -> Actual | None:
    """The figures behind an answer; None where nothing is known."""
    known = judged.known
    parts = tuple(_part(leaf, name, k, metrics) for name, k in judged.parts)
    if known is None:
        text = "；".join(f"{p.name} {p.text}" for p in parts if p.text)
        return Actual(None, None, (), leaf.unit, text, parts) if text else None
    if known.tags is not None or known.maybe is not None:
        order = [*CLASSES, *sorted(known.tags or ())]
        tags = tuple(sorted(known.tags if known.tags is not None else known.maybe or (), key=order.index))
        text = "、".join(tags) if known.tags is not None or len(tags) == 1 else "可能为" + "、".join(tags)
        return Actual(None, None, tags, leaf.unit, text, parts)
    text = "；".join(f"{p.name} {p.text or '缺'}" for p in parts) if leaf.period.endswith(("_each", "_any")) and parts else ""
    return Actual(known.low, known.high, (), leaf.unit, text or _bounds_text(leaf, known), parts)


def _part(leaf: Leaf, name: str, known: Known | None, metrics: Mapping[str, Metric]) -> Part:
    """One year or metric."""
    label = metrics[name].label if name in metrics else f"{name}年" if name.isdigit() else name
    if known is None:
        return Part(label, None, None, "", "none")
    return Part(label, known.low, known.high, _bounds_text(leaf, known), known.basis)


def _bounds_text(leaf: Leaf, known: Known) -> str:
    """A figure, or its bounds in words."""
    bound = None if leaf.op == "in" else leaf.bounds[0]
    low, high = known.low, known.high
    if low is not None and low == high:
        return in_kind(low, leaf.kind, leaf.unit, bound)
    if leaf.kind == "flag" or (low is None and high is None):
        return ""
    if high is None and not low:
        return ""
    if high is None and low is not None:
        return f"至少 {in_kind(low, leaf.kind, leaf.unit)}"
    if low is None and high is not None:
        return f"不超过 {in_kind(high, leaf.kind, leaf.unit)}"
    assert low is not None
    assert high is not None
    return f"{in_kind(low, leaf.kind, leaf.unit)} 至 {in_kind(high, leaf.kind, leaf.unit)}"


def required(leaf: Leaf) -> Required:
    """What a leaf asks for."""
    if leaf.op == "in":
        words = cast("tuple[str, ...]", leaf.value)
        return Required("in", list(words), leaf.unit, f"属于 {'、'.join(words)}")
    low, high = leaf.bounds
    if leaf.op == "between":
        tail = "（含）" if leaf.closed == "both" else "（不含）"
        text = f"{in_kind(low, leaf.kind, leaf.unit)}（含）至 {in_kind(high, leaf.kind, leaf.unit)}{tail}"
    else:
        text = _bound_text(leaf, low)
    return Required(leaf.op, _json_value(leaf), leaf.unit, text)


def _bound_text(leaf: Leaf, bound: Fraction) -> str:
    """One bound in words."""
    if leaf.unit == "名" and leaf.op == "<=":
        return f"前{int(bound)}名"
    value = in_kind(bound, leaf.kind, leaf.unit)
    return value if leaf.kind == "flag" else f"{OPS[leaf.op]} {value}"


def _json_value(leaf: Leaf) -> Any:
    """The value as JSON has it."""
    value = leaf.value
    if isinstance(value, tuple):
        return [json_number(v) if isinstance(v, Fraction) else v for v in value]
    return json_number(value) if isinstance(value, Fraction) else value


# --- what is missing


def gap(leaf: Leaf, judged: Judged, metrics: Mapping[str, Metric]) -> Gap | None:
    """How far the known figure is from the bound; of several years the one farthest off."""
    if leaf.kind in ("flag", "tag", "date") or leaf.op in ("in", "=="):
        return None
    how = leaf.period.rsplit("_", 1)[-1]
    years = [k for _, k in judged.parts if k is not None] if how in ("each", "any") and not leaf.summed else []
    if years:
        missing = [g for k in years if compare(leaf, k) != MET and (g := _missing(leaf, k)) is not None]
        worst = max if how == "each" else min
        amount = worst(missing, default=None)
    else:
        amount = _missing(leaf, judged.known) if judged.known is not None else None
    if amount is None:
        return None
    return _as_gap(leaf, amount, metrics)


def _missing(leaf: Leaf, known: Known) -> Fraction | None:
    """How far a figure is from the bound; None where it is not known to miss it."""
    floor, ceiling = leaf.bounds
    verdict = compare(leaf, known)
    if verdict == MET:
        return None
    if verdict == OPEN and (known.high is not None or not known.low):
        # Bounds on both sides, or none worth the name: the figure may be there already.
        return None
    if leaf.op in (">=", ">") or (leaf.op == "between" and known.low is not None and known.low < floor):
        return floor - known.low if known.low is not None and known.low <= floor else None
    limit = ceiling if leaf.op == "between" else floor
    return limit - known.high if known.high is not None and known.high >= limit else None


def _as_gap(leaf: Leaf, amount: Fraction, metrics: Mapping[str, Metric]) -> Gap:
    """The difference in words; negative: too much."""
    unit = "个百分点" if leaf.unit == "%" else leaf.unit
    size = abs(amount)
    if size == 0:
        text = f"刚好等于界线，须{OPS[leaf.op]}" if leaf.op != "between" else "刚好等于不含在内的上限"
        return Gap(amount, unit, text)
    whole = all(metrics[m].kind == "count" for m in leaf.metrics)
    number = shortfall(size, 0 if whole else 2)
    return Gap(amount, unit, f"还差 {number} {unit}" if amount > 0 else f"超出 {number} {unit}")


def manual_material(node: Manual) -> str:
    """What a person needs to decide."""
    return f"由人工判定，可参看：{_types(node.evidence)}"


def material(leaf: Leaf, judged: Judged, lookup: Lookup) -> str:
    """What would settle an open condition."""
    metric = lookup.metrics[leaf.metrics[0]]
    types, when = _types(leaf.evidence), period_name(leaf.period, lookup.year)
    if leaf.ladders:
        return "先补齐所引政策各项条件的材料"
    if metric.provable == "external":
        return f"须由主管部门、名录或平台数据核实（{metric.label}），可附：{types}"
    if judged.known is not None and judged.known.note:
        return f"{judged.known.note}，由人工确认；依据：{types}"
    if metric.provable == "declared_only":
        return f"企业填报并由人工核实（{when}{metric.label}），佐证：{types}"
    if metric.key == "sme_size_class":
        return f"请填报所属行业，并提供{when}末从业人数的证明（社保参保名单），才能划型；依据：{types}"
    missing = [name for name, k in judged.parts if k is None]
    years = "、".join(f"{n}年" for n in missing if n.isdigit())
    return f"请提供{types}（{years or when}{_labels(leaf, missing, lookup)}）"


def _labels(leaf: Leaf, missing: Sequence[str], lookup: Lookup) -> str:
    """The metrics asked for, those that are missing first of all."""
    asked = [m for m in leaf.metrics if m in missing] or leaf.metrics
    return "、".join(lookup.metrics[m].label for m in asked)


def _types(keys: Sequence[str]) -> str:
    """Document types in Chinese."""
    return "或".join(doc_type(k) for k in keys)


def note(leaf: Leaf, judged: Judged, lookup: Lookup) -> str:
    """Why a figure is open."""
    if judged.known is not None and judged.known.note:
        return judged.known.note
    span = span_of(leaf.period, lookup.year, leaf.metrics[0])
    times = [span.at, *(str(y) for y in span.years)]
    found = [lookup.notes[m, t] for m in leaf.metrics for t in times if (m, t) in lookup.notes]
    return found[0] if found and judged.status == OPEN else ""


def remarks(leaf: Leaf, lookup: Lookup) -> tuple[Remark, ...]:
    """Remarks on the figures that a leaf asks for, the parts of derived ones included."""
    if not lookup.remarks:
        return ()
    found = {r.finding: r for key in _asked(leaf, lookup, parts=True) for r in lookup.remarks.get(key, ())}
    return tuple(found[i] for i in sorted(found))


def own_findings(leaf: Leaf, lookup: Lookup) -> list[int]:
    """Findings on the very figures that a leaf asks for, also where it was worked out from their parts."""
    facts = [f for key in _asked(leaf, lookup, parts=False) for f in lookup.evidenced.get(key, ())]
    return [i for f in facts for i in f.findings]


def _asked(leaf: Leaf, lookup: Lookup, *, parts: bool) -> list[tuple[str, str]]:
    """The figures that a leaf asks for: metric and time."""
    found = []
    for metric in leaf.metrics:
        span = span_of(leaf.period, lookup.year, metric)
        for at in [str(y) for y in span.years] or [span.at]:
            found += [(metric, at), *(_part_keys(lookup.metrics[metric], at) if parts else [])]
    return found


def _part_keys(metric: Metric, at: str) -> list[tuple[str, str]]:
    """The figures from which a derived one is worked out."""
    if metric.formula is None or not at.isdigit():
        return []
    return [(name, str(int(at) - back)) for name, back in metric.formula.names]
