"""Policies as the HTML report shows them: cleaned texts, links to finding cards, page crops and documents."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extractor.model import Evidence
from extractor.reports import labels, values
from extractor.reports import policy_view as pv
from extractor.reports.anchors import Anchors, Link
from extractor.reports.cards import spot_of
from extractor.reports.crops import Spot
from extractor.reports.text import one_line

_BAR = 600.0
"""Width of a score bar in its own units."""
_TEXT = 400


@dataclass(frozen=True, slots=True)
class Line:
    """A condition or group as shown.

    ``proven``: its places prove the figure; else they only have to do with it. ``spared``: it is not met, but its
    group is met without it.
    """

    status: str
    symbol: str
    word: str
    warning: str
    basis: str
    kind: str
    text: str
    metric: str
    period: str
    required: str
    figure: str
    years: tuple[str, ...]
    lacks: str
    material: str
    note: str
    decision: str
    tally: str
    findings: tuple[Link, ...]
    places: tuple[Link, ...]
    papers: tuple[Link, ...]
    asks_papers: bool
    proven: bool
    spared: bool
    children: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class VetoLine:
    """A veto as shown; ``bad``: it holds and counts."""

    status: str
    symbol: str
    word: str
    text: str
    effect: str
    counted: bool
    decision: str
    needs: str
    papers: tuple[Link, ...]
    test: Line | None


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An indicator of a scoring table as shown."""

    indicator: str
    by: str
    points: str
    score: str
    open: bool
    band: str
    asks: tuple[str, ...]
    bands: tuple[tuple[str, Line], ...]


@dataclass(frozen=True, slots=True)
class PartLines:
    """A dimension of a scoring table with its indicators."""

    name: str
    full: str
    score: str
    minimum: str
    status: str
    items: tuple[ItemLine, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A score on a line: sure points, possible points and the pass line, in bar units."""

    width: float
    low: float
    high: float
    pass_line: float | None


@dataclass(frozen=True, slots=True)
class ScoreLines:
    """A scoring table as shown; ``score`` is empty where it cannot be worked out."""

    score: str
    limits: str
    status: str
    symbol: str
    word: str
    note: str
    binding: bool
    bar: Bar | None
    parts: tuple[PartLines, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A policy as shown."""

    anchor: str
    status: str
    symbol: str
    word: str
    name: str
    meta: tuple[tuple[str, str], ...]
    summary: str
    remark: str
    warning: bool
    self_test: bool
    out_of_force: bool
    notes: tuple[str, ...]
    missing: tuple[str, ...]
    tree: Line
    vetoes: tuple[VetoLine, ...]
    open_vetoes: int
    advisory: tuple[tuple[str, tuple[tuple[str, Line], ...]], ...]
    score: ScoreLines | None


def other_texts(policies: Iterable[pv.Policy], shown: frozenset[Spot]) -> dict[Evidence, tuple[str, ...]]:
    """Evidence of conditions that no finding shows, with the conditions that rest on it."""
    found: dict[Evidence, dict[str, None]] = {}
    for node in (n for p in policies for n in _single_nodes(p)):
        for evidence in node.evidence:
            if spot_of(evidence) not in shown:
                found.setdefault(evidence, {})[node.metric_label or node.text] = None
    return {evidence: tuple(texts) for evidence, texts in found.items()}


def _single_nodes(policy: pv.Policy) -> Iterable[pv.Node]:
    """All nodes of a policy that may have evidence: of its tree, vetoes, advisory part and score."""
    bands = [node for item in (policy.score.items if policy.score else ()) for _, node in item.bands]
    tests = [v.test for v in policy.vetoes if v.test is not None]
    for top in (policy.conditions, *tests, *(a.node for a in policy.advisory), *bands):
        yield from top.walk()


def sections(policies: Sequence[pv.Policy], anchors: Anchors) -> list[Section]:
    """The policies as shown, in order."""
    return [_section(p, anchors, f"pol{i}") for i, p in enumerate(policies, start=1)]


def _section(policy: pv.Policy, anchors: Anchors, anchor: str) -> Section:
    """One policy."""
    label = pv.STATUS[policy.status]
    return Section(
        anchor=anchor,
        status=policy.status,
        symbol=label.symbol,
        word=label.word,
        name=_line(policy.name, 120),
        meta=_meta(policy),
        summary=_line(policy.summary),
        remark=_line(policy.remark),
        warning=policy.status == pv.OPEN and policy.declared_met,
        self_test=policy.self_test,
        out_of_force=policy.in_force is False,
        notes=tuple(_line(n) for n in policy.notes),
        missing=tuple(_line(m) for m in policy.missing),
        tree=_node(policy.conditions, anchors),
        vetoes=tuple(_veto(v, anchors) for v in policy.vetoes),
        open_vetoes=sum(v.counted and v.status == pv.OPEN for v in policy.vetoes),
        advisory=_advisory(policy.advisory, anchors),
        score=_score(policy.score, anchors) if policy.score is not None else None,
    )  # fmt: skip


def _advisory(entries: Sequence[pv.Advisory], anchors: Anchors) -> tuple[tuple[str, tuple[tuple[str, Line], ...]], ...]:
    """Advisory nodes by kind, each with its text where that says more than the node."""
    found: dict[str, list[tuple[str, Line]]] = {}
    for entry in entries:
        text = "" if entry.text == entry.node.text else _line(entry.text)
        found.setdefault(pv.ADVISORY.get(entry.kind, "参考"), []).append((text, _node(entry.node, anchors)))
    return tuple((kind, tuple(lines)) for kind, lines in found.items())


def _meta(policy: pv.Policy) -> tuple[tuple[str, str], ...]:
    """Name and value of what identifies the policy."""
    force = {True: "现行", False: "不是现行政策（见说明）", None: ""}[policy.in_force]
    found = (
        ("文号", policy.doc_no),
        ("层级", policy.jurisdiction),
        ("类别", policy.level),
        ("评价基准日", policy.as_of),
        ("当日效力", force),
        ("政策数据可信度", pv.CONFIDENCE.get(policy.confidence, policy.confidence)),
        ("编号", policy.id),
    )
    return tuple((name, _line(value, 120)) for name, value in found if value)


def _node(node: pv.Node, anchors: Anchors, *, spared: bool = False) -> Line:
    """A condition with everything under it."""
    label = pv.STATUS[node.status]
    open_ = node.status == pv.OPEN
    asks = open_ and node.single and bool(node.needs) and not spared
    notes = [pv.SPARED if spared and node.single else "", "" if node.note in node.material else node.note]
    return Line(
        status=node.status,
        symbol=label.symbol,
        word="待人工" if open_ and node.kind == "manual" else label.word,
        warning=node.warning,
        basis=pv.BASIS[node.basis],
        kind=node.kind if node.single else "group",
        text=_line(node.text),
        metric=_line(node.metric_label, 120) if node.metric_label not in node.text else "",
        period=_line(node.period, 60),
        required=_line(node.required),
        figure=_line(node.figure),
        years=tuple(_line(y) for y in node.years),
        lacks=_line(node.lacks, 120),
        material=_line(node.material) if open_ and not spared else "",
        note=_line("；".join(n for n in notes if n)),
        decision=_line(node.decision),
        tally=_tally(node.children),
        findings=anchors.findings(node.findings),
        places=anchors.places(node.evidence, node.findings),
        papers=anchors.papers(node.needs) if asks else (),
        asks_papers=asks,
        proven=node.basis == "evidenced",
        spared=spared,
        children=tuple(_node(c, anchors, spared=node.spares(c, spared)) for c in node.children),
    )


def _tally(children: Sequence[pv.Node]) -> str:
    """``达标 2 · 未达标 1 · 待定 9`` of the direct children."""
    counted = [(label.word, sum(c.status == status for c in children)) for status, label in pv.STATUS.items()]
    return " · ".join(f"{word} {n}" for word, n in counted if n)


def _veto(veto: pv.Veto, anchors: Anchors) -> VetoLine:
    """A veto."""
    label = pv.VETO_STATUS[veto.status]
    effect = "；".join(t for t in (pv.STAGES.get(veto.stage, ""), veto.effect) if t)
    return VetoLine(
        status=_VETO_LOOK[veto.status],
        symbol=label.symbol,
        word=label.word,
        text=_line(veto.text),
        effect=_line(effect),
        counted=veto.counted,
        decision=_line(veto.decision),
        needs="、".join(_line(labels.document_label(n), 60) for n in veto.needs),
        papers=anchors.papers(veto.needs) if veto.status == pv.OPEN else (),
        test=_node(veto.test, anchors) if veto.test is not None else None,
    )


_VETO_LOOK = {pv.MET: pv.NOT_MET, pv.NOT_MET: pv.MET, pv.OPEN: pv.OPEN}
"""A veto that holds looks like a condition that is not met."""


def _score(score: pv.Score, anchors: Anchors) -> ScoreLines:
    """A scoring table."""
    limits = [("满分", score.total), ("合格线", score.pass_line)]
    label = pv.STATUS.get(score.status)
    names = list(dict.fromkeys([*(p.name for p in score.parts), *(i.dimension for i in score.items)]))
    return ScoreLines(
        score=f"{points(score.low, score.high)} 分" if score.computable and score.low is not None else "",
        limits="，".join(f"{name} {values.number_text(v)} 分" for name, v in limits if v is not None),
        status=score.status,
        symbol=label.symbol if label else "",
        word=label.word if label else "",
        note=_line(score.note),
        binding=score.binding,
        bar=_bar(score),
        parts=tuple(_part(name, score, anchors) for name in names),
    )


def _bar(score: pv.Score) -> Bar | None:
    """The score as a bar, where there is something to draw."""
    ends = [v for v in (score.total, score.high, score.pass_line) if v is not None]
    full = max(ends, default=0.0)
    if not score.computable or score.low is None or score.high is None or full <= 0:
        return None
    scale = _BAR / full
    line = min(max(score.pass_line, 0.0), full) * scale if score.pass_line is not None else None
    return Bar(_BAR, max(score.low, 0.0) * scale, max(score.high, 0.0) * scale, line)


def _part(name: str, score: pv.Score, anchors: Anchors) -> PartLines:
    """A dimension with its indicators."""
    part = next((p for p in score.parts if p.name == name), None)
    minimum = part.minimum if part else None
    return PartLines(
        name=_line(name, 80) or "未分部分",
        full=_number(part.full) if part else "",
        score=points(part.low, part.high) if part else "",
        minimum=_number(minimum),
        status=part.status if part and minimum is not None else "",
        items=tuple(_item(i, anchors) for i in score.items if i.dimension == name),
    )


_OPEN_BY = {"expert": "由专家评定", "platform": "由平台计算"}


def _item(item: pv.Item, anchors: Anchors) -> ItemLine:
    """An indicator."""
    open_ = item.low != item.high
    asks = [n.material for _, band in item.bands for n in band.walk() if n.status == pv.OPEN and n.material]
    return ItemLine(
        indicator=_line(item.indicator),
        by=_line(pv.SCORED_BY.get(item.by, item.by), 20),
        points=_number(item.points),
        score=points(item.low, item.high),
        open=open_,
        band=_line(item.band) or (_OPEN_BY.get(item.by, "" if item.bands else "缺材料，未定") if open_ else ""),
        asks=tuple(dict.fromkeys(_line(a) for a in asks)) if open_ else (),
        bands=tuple((_line(text), _node(node, anchors)) for text, node in item.bands),
    )


def points(low: float | None, high: float | None) -> str:
    """``12`` or, where it is open, ``4–12``; a dash where no points are published."""
    if low is None or high is None:
        return "—"
    return _number(low) if low == high else f"{_number(low)}–{_number(high)}"


def _number(value: float | None) -> str:
    """A number of points, at most two decimals, never rounded up to a line it misses; or an empty text."""
    return "" if value is None else values.number_text(math.floor(value * 100 + 1e-6) / 100)


def _line(text: str, limit: int = _TEXT) -> str:
    """A text on one line, cleaned."""
    return one_line(text, limit)
