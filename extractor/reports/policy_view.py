"""Typed view of ``result.policies``: what the reports show of each policy's answer.

The dicts are the contract's (``result.json``), perhaps written by an older version or edited by hand: a missing
or odd entry leaves its place empty, an unknown status counts as undetermined.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from extractor.model import Evidence

MET, NOT_MET, OPEN = "met", "not_met", "undetermined"
_MOST_NESTED = 40
"""Levels of a tree that are read; no policy comes near, and a made-up file must not exhaust the stack."""


@dataclass(frozen=True, slots=True)
class StatusLabel:
    """Symbol and word of a status, and the light RGB fill of a spreadsheet cell."""

    symbol: str
    word: str
    fill: str


STATUS: dict[str, StatusLabel] = {
    MET: StatusLabel("✓", "达标", "DCEFE2"),
    NOT_MET: StatusLabel("✗", "未达标", "F8DCDC"),
    OPEN: StatusLabel("?", "待定", "FBEFCF"),
}
VETO_STATUS: dict[str, StatusLabel] = {
    MET: StatusLabel("✗", "触及", "F8DCDC"),
    NOT_MET: StatusLabel("✓", "未触及", "DCEFE2"),
    OPEN: StatusLabel("?", "待排除", "FBEFCF"),
}
"""Of a veto: that it is met is bad."""

BASIS = {"evidenced": "有证据", "declared": "仅申报", "person": "人工判定", "none": "无"}
STAGES = {"filing": "触及即不得申报", "acceptance": "触及即验收不通过", "validity": "触及即撤销称号"}
ADVISORY = {"priority": "优先条件", "waived": "本批不作要求"}
SCORED_BY = {"rule": "按规则", "expert": "专家评", "platform": "平台算"}
CONFIDENCE = {"high": "高", "medium": "中", "low": "低"}
NOT_COUNTED = "仅申报，未计入"
PARTLY_DECLARED = "加上申报值可达标，未计入"
SPARED = "本组已由其他条件达标，此项无须再补"
GROUP_DECLARED = "按申报值可达标，未计入"


@dataclass(frozen=True, slots=True)
class Part:
    """One year of a period, or one of the metrics that are added; ``text`` empty where nothing is known."""

    name: str
    text: str
    basis: str


@dataclass(frozen=True, slots=True)
class Node:
    """A condition or a group of conditions; texts as they come from the dict, not yet cleaned.

    ``needs``: keys of the document types that would show it. ``findings``: indexes into ``result.findings``.
    """

    kind: str
    text: str
    status: str
    basis: str
    declared_met: bool
    metric_label: str
    period: str
    required: str
    actual: str
    parts: tuple[Part, ...]
    gap: str
    material: str
    note: str
    decision: str
    needs: tuple[str, ...]
    findings: tuple[int, ...]
    evidence: tuple[Evidence, ...]
    children: tuple[Node, ...]

    @property
    def single(self) -> bool:
        """Whether it is a condition itself, not a group or a reference."""
        return self.kind in ("leaf", "manual") or not self.children

    @property
    def warning(self) -> str:
        """That declared figures alone would do, where that is so; they never count."""
        if self.status != OPEN:
            return NOT_COUNTED.partition("，")[0] if self.basis == "declared" else ""
        if not self.declared_met:
            return ""
        if not self.single:
            return GROUP_DECLARED
        return NOT_COUNTED if self.basis == "declared" else PARTLY_DECLARED

    @property
    def years(self) -> tuple[str, ...]:
        """The parts of the figure: a text for each year or metric; one that is not known is 缺."""
        return tuple(f"{p.name} {p.text or '缺'}" + self._declared(p) for p in self.parts)

    @property
    def figure(self) -> str:
        """The figure, where it says more than its parts."""
        listed = self.parts and all(f"{p.name} {p.text}" in self.actual for p in self.parts if p.text)
        return "" if listed else self.actual

    def _declared(self, part: Part) -> str:
        """Marks a declared part among evidenced ones."""
        return "（仅申报）" if part.basis == "declared" and self.basis != "declared" else ""

    @property
    def lacks(self) -> str:
        """The gap; of an open condition with what it was reckoned: the rest may yet be shown."""
        if not self.gap or self.status != OPEN:
            return self.gap
        if self.declared_met and self.basis == "declared":
            return ""
        return f"按申报值{self.gap}" if self.basis == "declared" else f"按已证实的{self.gap}"

    def spares(self, child: Node, spared: bool) -> bool:
        """Whether a child that is not met need not be: this group is met by others, or is itself ``spared``."""
        enough = self.status == MET and self.kind in ("any", "at_least")
        return child.status != MET and (enough or spared)

    def walk(self) -> Iterator[Node]:
        """The node and everything under it, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Veto:
    """What bars a filing (``counted``) or a title. ``status`` met: it holds."""

    text: str
    status: str
    counted: bool
    stage: str
    effect: str
    needs: tuple[str, ...]
    decision: str
    test: Node | None


@dataclass(frozen=True, slots=True)
class Advisory:
    """Shown beside the result, never counted."""

    kind: str
    text: str
    node: Node


@dataclass(frozen=True, slots=True)
class Item:
    """Points of one indicator: ``low`` to ``high``; None where no points are published."""

    dimension: str
    indicator: str
    by: str
    points: float | None
    low: float | None
    high: float | None
    band: str
    bands: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class ScorePart:
    """Points of a dimension; ``status`` of its minimum, empty where there is none."""

    name: str
    low: float | None
    high: float | None
    full: float | None
    minimum: float | None
    status: str


@dataclass(frozen=True, slots=True)
class Score:
    """A scoring table worked out; ``status`` empty where no pass line is printed."""

    low: float | None
    high: float | None
    total: float | None
    pass_line: float | None
    status: str
    computable: bool
    binding: bool
    note: str
    parts: tuple[ScorePart, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy's answer. ``in_force`` is None where the result does not say."""

    id: str
    name: str
    jurisdiction: str
    doc_no: str
    confidence: str
    as_of: str
    status: str
    declared_met: bool
    self_test: bool
    tier: str
    summary: str
    in_force: bool | None
    notes: tuple[str, ...]
    missing: tuple[str, ...]
    conditions: Node
    vetoes: tuple[Veto, ...]
    advisory: tuple[Advisory, ...]
    score: Score | None

    @property
    def level(self) -> str:
        """Class or tier in words: ``a 类`` (the class of conditions that is met) or ``小巨人``."""
        return f"{self.tier} 类" if len(self.tier) == 1 and self.tier.isascii() else self.tier

    @property
    def remark(self) -> str:
        """What the status rests on, in one sentence."""
        held = sum(v.status == MET for v in self.vetoes if v.counted)
        unseen = sum(v.status == OPEN for v in self.vetoes if v.counted)
        if held:
            return f"触及 {held} 条否决情形"
        if self.status == NOT_MET:
            return "有必须满足的条件已判定不达标"
        if self.status == MET:
            return "按申报值自评，未经材料证明" if self.self_test else "全部必要条件均有证据或人工判定"
        if self.conditions.status == MET:
            return f"条件均已达标，另有 {unseen} 条否决情形须由人工排除"
        said = "；若申报数据属实，条件可达标，但未经证据证实，未计入" if self.declared_met else ""
        return f"尚缺证据或人工判定，不能下结论{said}"


def policy_views(policies: tuple[Mapping[str, Any], ...]) -> list[Policy]:
    """The policies of a result, in its order."""
    return [_policy(p) for p in policies]


def _policy(data: Mapping[str, Any]) -> Policy:
    """One policy."""
    force, counts = data.get("in_force"), _mapping(data, "counts")
    summary = f"{counts.get('decided', 0)} 条已判定，{counts.get('manual', 0)} 条待人工" if counts else ""
    return Policy(
        id=_text(data, "id"),
        name=_text(data, "name") or _text(data, "id") or "未命名政策",
        jurisdiction=_text(data, "jurisdiction"),
        doc_no=_text(data, "doc_no"),
        confidence=_text(data, "confidence"),
        as_of=_text(data, "as_of"),
        status=_status(data),
        declared_met=data.get("declared_met") is True,
        self_test=data.get("self_test") is True,
        tier=_text(data, "tier"),
        summary=_text(data, "summary") or summary,
        in_force=force if isinstance(force, bool) else None,
        notes=_texts(data, "notes"),
        missing=tuple(t for d in _dicts(data, "missing") if (t := _text(d, "text"))),
        conditions=_node(_mapping(data, "conditions")),
        vetoes=tuple(_veto(d) for d in _dicts(data, "vetoes")),
        advisory=tuple(
            Advisory(_text(d, "kind"), _text(d, "text"), _node(_mapping(d, "answer"))) for d in _dicts(data, "advisory")
        ),
        score=_score(_mapping(data, "score")),
    )


def _node(data: Mapping[str, Any], depth: int = 0) -> Node:
    """A node and everything under it."""
    children = _dicts(data, "children") if depth < _MOST_NESTED else []
    return Node(
        kind=_text(data, "kind") or "leaf",
        text=_text(data, "text") or _text(data, "label") or _text(data, "metric_label"),
        status=_status(data),
        basis=_text(data, "basis") if data.get("basis") in BASIS else "none",
        declared_met=data.get("declared_met") is True,
        metric_label=_text(data, "metric_label"),
        period=_text(data, "period"),
        required=_text(_mapping(data, "required"), "text"),
        actual=_text(_mapping(data, "actual"), "text"),
        parts=tuple(
            Part(_text(d, "name"), _text(d, "text"), _text(d, "basis"))
            for d in _dicts(_mapping(data, "actual"), "parts")
        ),
        gap=_text(_mapping(data, "gap"), "text"),
        material=_text(data, "material"),
        note=_text(data, "note"),
        decision=_decision(_mapping(data, "decision")),
        needs=_texts(data, "needs"),
        findings=tuple(i for i in _list(data, "findings") if isinstance(i, int) and not isinstance(i, bool)),
        evidence=tuple(e for d in _dicts(data, "evidence") if (e := _evidence(d)) is not None),
        children=tuple(_node(d, depth + 1) for d in children),
    )  # fmt: skip


def _veto(data: Mapping[str, Any]) -> Veto:
    """One veto."""
    test = _mapping(data, "test")
    return Veto(
        text=_text(data, "text"),
        status=_status(data),
        counted=data.get("counted") is not False,
        stage=_text(data, "stage"),
        effect=_text(data, "effect"),
        needs=_texts(data, "evidence"),
        decision=_decision(_mapping(data, "decision")),
        test=_node(test) if test else None,
    )


def _score(data: Mapping[str, Any]) -> Score | None:
    """The score, where the policy has a table."""
    if not data:
        return None
    return Score(
        low=_number(data, "low"),
        high=_number(data, "high"),
        total=_number(data, "total"),
        pass_line=_number(data, "pass"),
        status=_status(data) if "status" in data else "",
        computable=data.get("computable") is not False,
        binding=data.get("binding") is not False,
        note=_text(data, "note"),
        parts=tuple(
            ScorePart(
                _text(d, "name"), _number(d, "low"), _number(d, "high"), _number(d, "full"), _number(d, "minimum"),
                _status(d) if "status" in d else "",
            )
            for d in _dicts(data, "parts")
        ),
        items=tuple(_item(d) for d in _dicts(data, "items")),
    )  # fmt: skip


def _item(data: Mapping[str, Any]) -> Item:
    """One indicator."""
    return Item(
        dimension=_text(data, "dimension"),
        indicator=_text(data, "indicator"),
        by=_text(data, "by"),
        points=_number(data, "points"),
        low=_number(data, "low"),
        high=_number(data, "high"),
        band=_text(data, "band"),
        bands=tuple((_text(d, "text"), _node(d)) for d in _dicts(data, "bands")),
    )


def _decision(data: Mapping[str, Any]) -> str:
    """``张三 2026-06-30 判定：理由``; empty where no person decided."""
    if not data:
        return ""
    why = _text(data, "why")
    who = " ".join(t for t in (_text(data, "who"), _text(data, "when")) if t)
    return f"{who} 判定" + (f"：{why}" if why else "")


def _evidence(data: Mapping[str, Any]) -> Evidence | None:
    """A place, or None where it is none."""
    try:
        return Evidence.model_validate(dict(data))
    except ValidationError:
        return None


def _status(data: Mapping[str, Any]) -> str:
    """The status; anything unknown is undetermined."""
    status = data.get("status")
    return status if isinstance(status, str) and status in STATUS else OPEN


def _text(data: Mapping[str, Any], key: str) -> str:
    """A text, or an empty one."""
    value = data.get(key)
    return value if isinstance(value, str) else ""


def _number(data: Mapping[str, Any], key: str) -> float | None:
    """A finite number, or None."""
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value


def _mapping(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """An object, or an empty one."""
    value = data.get(key)
    return value if isinstance(value, Mapping) else {}


def _list(data: Mapping[str, Any], key: str) -> list[Any]:
    """A list, or an empty one."""
    value = data.get(key)
    return list(value) if isinstance(value, list | tuple) else []


def _dicts(data: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """The objects of a list."""
    return [v for v in _list(data, key) if isinstance(v, Mapping)]


def _texts(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """The texts of a list."""
    return tuple(v for v in _list(data, key) if isinstance(v, str))
