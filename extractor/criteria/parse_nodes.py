"""Conditions: YAML nodes to ``nodes``, with every rule of their shape checked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, cast

from extractor.criteria.nodes import NO_QUALS, Group, Leaf, Manual, Metric, Node, Op, Quals, Ref, Value
from extractor.criteria.reading import Place, is_date
from extractor.criteria.vocabulary import DOC_TYPES, FOREIGN_MONEY, OPS, PERIOD

_QUALIFIERS = ("levels", "systems", "boards", "scope", "ladders")
_LEAF = ("metric", "sum_of", "op", "value", "closed", "unit", "period", "text", "evidence", *_QUALIFIERS)
_LEAF_NEEDS = ("op", "value", "unit", "period", "text", "evidence")
_SHAPES = ({"all"}, {"any"}, {"at_least", "of"})


@dataclass(slots=True)
class Reader:
    """What nodes are checked against. ``policies`` are all ids there are."""

    metrics: Mapping[str, Metric]
    policies: Collection[str]
    idents: dict[Hashable, int] = field(default_factory=dict)
    quals: dict[Hashable, Quals] = field(default_factory=dict)

    def node(self, place: Place, policy: str) -> Node:
        """Read a node and everything under it.

        Raises:
            PolicyError: it breaks a rule.
        """
        value = place.value
        if not isinstance(value, Mapping):
            place.fail("应是一个条件（指标、manual、ref 或 all/any/at_least 组）")
        if "op" in value or "metric" in value or "sum_of" in value:
            return self.leaf(place, policy)
        path = _path(place)
        key = f"{policy}#{path}"
        if "manual" in value:
            place.mapping(("manual", "evidence"), ("manual", "evidence"))
            return Manual(key, path, place.text("manual"), evidence(place))
        if "ref" in value:
            place.mapping(("ref", "text"), ("ref", "text"))
            target = place.text("ref")
            if target not in self.policies:
                place.get("ref").fail(f"没有编号为“{target}”的政策")
            return Ref(key, path, target, place.text("text"))
        return self._group(place, policy, key, path)

    def _group(self, place: Place, policy: str, key: str, path: str) -> Group:
        """all, any, or at_least k of."""
        shape = set(place.value) - {"label"}
        if shape not in _SHAPES:
            place.fail("组只能写 all、any，或 at_least 加 of（可加 label）")
        place.mapping(("label", "all", "any", "at_least", "of"))
        name = "of" if "of" in shape else shape.pop()
        children = tuple(self.node(part, policy) for part in place.parts(name))
        label = place.text("label")
        if name == "of":
            need = place.whole("at_least") or 0
            if not 1 < need <= len(children):
                place.get("at_least").fail(f"at_least 应大于 1 且不超过项数 {len(children)}，现为 {need}")
            return Group(key, path, "at_least", need, children, label)
        return Group(key, path, "all" if name == "all" else "any", len(children) if name == "all" else 1, children, label)

    def leaf(self, place: Place, policy: str) -> Leaf:
        """Read a leaf.

        Raises:
            PolicyError: it breaks a rule.
        """
        place.mapping(_LEAF, _LEAF_NEEDS)
        names, first = self._metrics(place)
        op = place.word("op", tuple(OPS))
        unit = self._unit(place, names, first)
        period = place.text("period")
        if not PERIOD.fullmatch(period):
            place.get("period").fail(f"“{period}”不是可用的期间")
        quals = self.read_quals(place)
        ladders = place.words("ladders", self.policies)
        if not ladders and {"policy_score", "self_test_conditions_passed_ratio", "self_test_innovation_items_passed"} & set(
            names
        ):
            place.fail(f"“{first.label}”须用 ladders 写明按哪项政策计算")
        value, closed = _bound(place, op, first)
        proofs = evidence(place, {e for n in names for e in self.metrics[n].evidence})
        summed = place.has("sum_of")
        asked = (names, summed, op, value, closed, unit, period, quals, ladders)
        ident = self.idents.setdefault(asked, len(self.idents))
        path = _path(place)
        return Leaf(
            f"{policy}#{path}", path, names, summed, first.kind, cast(Op, op), value, unit, period,
            place.text("text"), proofs, cast(Any, closed), quals, ladders, ident, _bounds(value),
        )  # fmt: skip

    def _metrics(self, place: Place) -> tuple[tuple[str, ...], Metric]:
        """The metrics of a leaf, and the first of them."""
        if place.has("metric") == place.has("sum_of"):
            place.fail("须写 metric 或 sum_of，且只写一个")
        names = place.words("sum_of") if place.has("sum_of") else (place.text("metric"),)
        for name in names:
            if name not in self.metrics:
                place.get("sum_of" if place.has("sum_of") else "metric").fail(f"metrics.yaml 中没有指标“{name}”")
        found = [self.metrics[n] for n in names]
        if place.has("sum_of"):
            if len(set(names)) < 2 or len(set(names)) != len(names):
                place.get("sum_of").fail("sum_of 须列出至少两个不同的指标")
            if any(m.kind != "count" for m in found):
                place.get("sum_of").fail("sum_of 只能合计件数类指标")
        return names, found[0]

    def _unit(self, place: Place, names: tuple[str, ...], first: Metric) -> str:
        """The unit, the metrics' own."""
        unit = place.text("unit")
        for name in names:
            metric = self.metrics[name]
            if unit != metric.unit and not (unit == FOREIGN_MONEY and first.kind == "money"):
                place.get("unit").fail(f"单位“{unit}”与指标“{metric.label}”的单位“{metric.unit}”不符")
        return unit

    def read_quals(self, place: Place) -> Quals:
        """What narrows the metric; one object for equal ones."""
        asked = (place.words("levels"), place.words("systems"), place.words("boards"), place.text("scope"))
        if not any(asked):
            return NO_QUALS
        return self.quals.setdefault(asked, Quals(*asked))


def evidence(place: Place, fitting: Collection[str] | None = None) -> tuple[str, ...]:
    """The document types that prove it; all among ``fitting`` where given."""
    found = place.words("evidence", DOC_TYPES)
    for i, key in enumerate(found):
        if fitting is not None and key not in fitting:
            place.at(f"evidence[{i}]", key).fail(f"“{key}”（{DOC_TYPES[key]}）不是该指标在 metrics.yaml 中的证明材料")
    return found


def _path(place: Place) -> str:
    """The path inside the policy."""
    return ".".join(place.path[1:])


def _bound(place: Place, op: str, metric: Metric) -> tuple[Value, str | None]:
    """The value that a leaf asks for, and how a range is closed."""
    at = place.get("value")
    closed = place.text("closed") or None
    if isinstance(at.value, list) != (op in ("in", "between")):
        at.fail(f"运算“{op}”的值应是{'列表' if op in ('in', 'between') else '单个值'}")
    if (closed is not None) != (op == "between") or closed not in (None, "both", "left"):
        place.fail("between 须写 closed: both 或 left，其他运算不写 closed")
    if (metric.kind == "tag") > (op == "in") or (op == "in" and metric.kind not in ("tag", "rank")):
        at.fail(f"标签类指标只用 in，等级以外的其他指标不用 in（现为“{op}”）")
    if op == "in":
        for part in place.parts("value"):
            if not isinstance(part.value, str):
                part.fail("应是文字")
            if metric.kind == "tag" and part.value not in metric.values:
                part.fail(f"“{part.value}”不在指标“{metric.label}”的标签表中")
        return tuple(at.value), None
    if metric.kind == "flag":
        if not isinstance(at.value, bool) or op != "==":
            at.fail("是否类指标应写 op: ==，值为 true 或 false")
        return at.value, None
    return _ordered(place, op, _date if metric.kind == "date" else Place.number), closed


def _bounds(value: Value) -> tuple[Fraction, Fraction]:
    """A value's ends as numbers."""
    if isinstance(value, tuple):
        low, high = value[0], value[-1]
        return (as_number(low), as_number(high)) if isinstance(low, Fraction) or is_date(low) else (Fraction(0), Fraction(0))
    return (number := as_number(value)), number


def as_number(value: Fraction | bool | str) -> Fraction:
    """Dates as ordinals, flags 0 or 1."""
    return Fraction(date.fromisoformat(value).toordinal()) if isinstance(value, str) else Fraction(value)


def _ordered(place: Place, op: str, read: Callable[[Place], Any]) -> Value:
    """A number or date, or a range of them with its ends in order."""
    if op != "between":
        return cast(Value, read(place.get("value")))
    ends = [read(part) for part in place.parts("value")]
    if len(ends) != 2 or not ends[0] < ends[1]:
        place.get("value").fail("区间应写两个数，下限小于上限")
    return cast("tuple[Fraction, Fraction]", tuple(ends))


def _date(place: Place) -> str:
    """An ISO date."""
    if not is_date(place.value):
        place.fail(f"“{place.value}”不是日期，应写作 '2021-05-06'")
    return str(place.value)
