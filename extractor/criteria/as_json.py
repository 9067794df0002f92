"""Answers as JSON values, in the shape of the contract's ``policies``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from extractor.criteria.amounts import json_number
from extractor.criteria.nodes import Leaf, Manual

if TYPE_CHECKING:
    from extractor.criteria.answers import Answer, ItemScore, PolicyAnswer, Score, VetoAnswer


def policy_dict(answer: PolicyAnswer) -> dict[str, Any]:
    """A policy's answer with its whole tree."""
    policy = answer.policy
    return _filled(
        {
            "id": policy.id,
            "name": policy.name,
            "jurisdiction": policy.jurisdiction,
            "doc_no": policy.doc_no,
            "confidence": policy.confidence,
            "as_of": answer.as_of.isoformat(),
            "self_test": answer.self_test or None,
            "status": answer.status,
            "declared_met": answer.declared_met,
            "tier": answer.tier or policy.tier,
            "summary": answer.counts.text,
            "counts": {
                "decided": answer.counts.decided,
                "met": answer.counts.met,
                "not_met": answer.counts.not_met,
                "manual": answer.counts.manual,
                "open": answer.counts.open,
            },
            "conditions": answer_dict(answer.conditions),
            "vetoes": [_veto_dict(v) for v in answer.vetoes],
            "advisory": [_advisory_dict(a.advisory.kind, a.advisory.text, a.answer) for a in answer.advisory],
            "score": score_dict(answer.score) if answer.score is not None else None,
        }
    )


def answer_dict(answer: Answer) -> dict[str, Any]:
    """One answer and all under it."""
    actual, required, gap, decision = answer.actual, answer.required, answer.gap, answer.decision
    return _filled(
        {
            "kind": answer.kind,
            "key": answer.node.key,
            "text": answer.text,
            "label": answer.label,
            "status": answer.status,
            "basis": answer.basis,
            "declared_met": answer.declared_met if answer.status == "undetermined" else None,
            "metric": answer.metric,
            "metric_label": answer.metric_label,
            "period": answer.period,
            "actual": _filled(
                {
                    "low": json_number(actual.low),
                    "high": json_number(actual.high),
                    "tags": list(actual.tags),
                    "unit": actual.unit,
                    "text": actual.text,
                    "parts": [{"name": p.name, "text": p.text, "basis": p.basis} for p in actual.parts],
                }
            )
            if actual is not None
            else None,
            "required": {"op": required.op, "value": required.value, "unit": required.unit, "text": required.text}
            if required is not None
            else None,
            "gap": {"amount": json_number(gap.amount), "unit": gap.unit, "text": gap.text} if gap is not None else None,
            "material": answer.material,
            "needs": list(answer.node.evidence) if isinstance(answer.node, Leaf | Manual) else [],
            "note": answer.note,
            "findings": list(answer.findings),
            "claims": list(answer.claims),
            "evidence": [e.model_dump() for e in answer.evidence],
            "decision": {"status": decision.status, "who": decision.who, "when": decision.when, "why": decision.why}
            if decision is not None
            else None,
            "children": [answer_dict(c) for c in answer.children],
        }
    )


def score_dict(score: Score) -> dict[str, Any]:
    """A score with its parts and items."""
    return _filled(
        {
            "low": json_number(score.low),
            "high": json_number(score.high),
            "total": json_number(score.total),
            "pass": json_number(score.pass_line),
            "status": score.status,
            "computable": score.computable,
            "binding": score.binding,
            "note": score.note,
            "parts": [
                _filled(
                    {
                        "name": p.name,
                        "low": json_number(p.low),
                        "high": json_number(p.high),
                        "full": json_number(p.full),
                        "minimum": json_number(p.minimum),
                        "status": p.status if p.minimum is not None else None,
                    }
                )
                for p in score.parts
            ],
            "items": [_item_dict(i) for i in score.items],
        }
    )


def _item_dict(score: ItemScore) -> dict[str, Any]:
    """One indicator."""
    item = score.item
    return _filled(
        {
            "dimension": item.dimension,
            "indicator": item.indicator,
            "by": item.by,
            "points": json_number(item.points),
            "low": json_number(score.low),
            "high": json_number(score.high),
            "band": score.band,
            "bands": [{"text": text, **answer_dict(answer)} for text, answer in score.answers],
        }
    )


def _veto_dict(answer: VetoAnswer) -> dict[str, Any]:
    """One veto; ``status`` met: it holds."""
    veto, decision = answer.veto, answer.decision
    return _filled(
        {
            "key": veto.key,
            "text": veto.text,
            "stage": veto.stage,
            "effect": veto.effect,
            "status": answer.status,
            "counted": answer.counted,
            "evidence": list(veto.evidence),
            "test": answer_dict(answer.test) if answer.test is not None else None,
            "decision": {"status": decision.status, "who": decision.who, "when": decision.when, "why": decision.why}
            if decision is not None
            else None,
        }
    )


def _advisory_dict(kind: str, text: str, answer: Answer) -> dict[str, Any]:
    """One advisory node."""
    return _filled({"kind": kind, "text": text, "answer": answer_dict(answer)})


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    """Without empty entries; zeros and false stay."""
    return {k: v for k, v in values.items() if v is not None and v != "" and v != [] and v != {}}
