"""Policies themselves as JSON values and words: what a policy asks for, before anybody is judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extractor.criteria import shown
from extractor.criteria.amounts import json_number
from extractor.criteria.nodes import Group, Item, Leaf, Manual, Metric, Node, Policy, Scoring, Source
from extractor.criteria.vocabulary import ADVISORY_KINDS, CONFIDENCE_WORDS, KINDS, PERIOD, doc_type, period_name

_HOW = {"each": "每年", "avg": "平均", "sum": "合计", "any": "任一年", "cagr": "复合增长"}
_STAGE = {"filing": "不得申报", "acceptance": "验收不通过", "validity": "撤销称号"}
_SCORED_BY = {"rule": "按规则", "expert": "专家评", "platform": "平台算"}


def policy_row(policy: Policy) -> dict[str, Any]:
    """A policy in a list: id, name, jurisdiction, tier, document number and status (empty: see its dates)."""
    row = {"id": policy.id, "name": policy.name, "jurisdiction": policy.jurisdiction, "tier": policy.tier}
    return row | {"doc_no": policy.doc_no, "status": policy.status}


def policy_full(policy: Policy, metrics: Mapping[str, Metric]) -> dict[str, Any]:
    """Everything that a policy says; empty entries are left out."""
    return _filled(
        policy_row(policy)
        | {
            "kind": policy.kind,
            "kind_label": KINDS[policy.kind],
            "issued": policy.issued,
            "valid_from": policy.valid_from,
            "valid_until": policy.valid_until,
            "validity_years": policy.validity_years,
            "superseded_by": policy.superseded_by,
            "confidence": policy.confidence,
            "confidence_label": CONFIDENCE_WORDS.get(policy.confidence, ""),
            "sources": [_source(s) for s in policy.source],
            "conditions": node_dict(policy.conditions, metrics),
            "vetoes": [
                _filled(
                    {
                        "key": v.key, "text": v.text, "stage": v.stage, "stage_label": _STAGE[v.stage], "effect": v.effect,
                        "lookback_years": v.lookback_years, "since": v.since, "bar_years": v.bar_years,
                        "evidence": [doc_type(e) for e in v.evidence],
                    }
                )
                for v in policy.vetoes
            ],
            "materials": [
                _filled({"name": m.name, "doc_type": m.doc_type, "required": m.required, "years": list(m.years), "when": m.when})
                for m in policy.materials
            ],
            "advisory": [
                {"kind": a.kind, "kind_label": ADVISORY_KINDS[a.kind], "text": a.text, "node": node_dict(a.node, metrics)}
                for a in policy.advisory
            ],
            "scoring": _scoring(policy.scoring, metrics) if policy.scoring is not None else None,
            "definitions": [{"term": d.term, "text": d.text} for d in policy.definitions],
            "declared_fields": list(policy.declared_fields),
            "workflow": list(policy.workflow),
            "review_cycle": policy.review_cycle,
            "application_window": [
                _filled({"who": w.who, "opens": w.opens, "closes": w.closes, "batch": w.batch}) for w in policy.application_window
            ],
            "notes": list(policy.notes),
        }
    )  # fmt: skip


def node_dict(node: Node, metrics: Mapping[str, Metric]) -> dict[str, Any]:
    """A condition and all under it."""
    if isinstance(node, Group):
        children = [node_dict(c, metrics) for c in node.children]
        return _filled(
            {"kind": node.how, "key": node.key, "label": node.label, "text": shown.group_text(node), "need": node.need}
        ) | {"children": children}  # fmt: skip
    if isinstance(node, Leaf):
        required = shown.required(node)
        return _filled(
            {
                "kind": "leaf",
                "key": node.key,
                "text": node.text,
                "metric": "+".join(node.metrics),
                "metric_label": "＋".join(metrics[m].label for m in node.metrics),
                "qualifiers": node.quals.text,
                "period": node.period,
                "period_label": period_words(node.period),
                "required": {"op": required.op, "value": required.value, "unit": required.unit, "text": required.text},
                "evidence": [doc_type(e) for e in node.evidence],
                "ladders": list(node.ladders),
            }
        )
    more = {"evidence": [doc_type(e) for e in node.evidence]} if isinstance(node, Manual) else {"policy": node.policy}
    return _filled({"kind": "manual" if isinstance(node, Manual) else "ref", "key": node.key, "text": node.text, **more})


def period_words(period: str) -> str:
    """A period without the year of an application: ``近2年每年``, ``上年度``."""
    match = PERIOD.fullmatch(period)
    if match is not None and match["years"]:
        return f"近{match['years']}年{_HOW[match['how']]}"
    return "上年度" if period == "last_year" else period_name(period, 0)


def _source(source: Source) -> dict[str, Any]:
    """Where a policy was taken from."""
    return _filled(
        {
            "file": source.file,
            "lines": list(source.lines),
            "document": source.document,
            "read": source.read,
            "url": source.url,
            "at": list(source.at),
        }
    )


def _scoring(scoring: Scoring, metrics: Mapping[str, Metric]) -> dict[str, Any]:
    """A scoring table."""
    return _filled(
        {
            "total": json_number(scoring.total),
            "pass": json_number(scoring.pass_line),
            "bonus": json_number(scoring.bonus),
            "binding": scoring.binding,
            "computable": scoring.computable,
            "minimums": {k: json_number(v) for k, v in scoring.minimums.items()},
            "extends": scoring.extends,
            "items": [_item(i, metrics) for i in scoring.all_items],
            "note": scoring.note,
        }
    )


def _item(item: Item, metrics: Mapping[str, Metric]) -> dict[str, Any]:
    """One indicator with its steps."""
    bands = [
        _filled(
            {
                "text": b.text,
                "points": [json_number(p) for p in b.points] if b.points is not None else None,
                "formula": b.formula_text,
                "when": node_dict(b.when, metrics) if b.when is not None else None,
            }
        )
        for b in item.bands
    ]
    return _filled(
        {
            "dimension": item.dimension,
            "indicator": item.indicator,
            "by": item.by,
            "by_label": _SCORED_BY[item.by],
            "points": json_number(item.points),
            "cap": json_number(item.cap),
            "bonus": item.bonus or None,
            "bands": bands,
            "note": item.note,
            "window": item.window,
            "method": item.method,
        }
    )


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    """Without empty entries; ids and statuses of lists stay."""
    keep = {"doc_no", "status"}
    return {k: v for k, v in values.items() if k in keep or (v is not None and v not in ("", [], {}))}
