"""A self-test as one JSON value: what an enterprise's own figures would give, before any evidence is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from extractor.criteria.amounts import json_number
from extractor.criteria.evaluate import evaluate
from extractor.criteria.facts import NOW, Fact, Facts, declared_fact, facts_from_declaration
from extractor.criteria.kleene import OPEN
from extractor.criteria.load import PolicyBook
from extractor.criteria.missing import Shortfall, shortfalls
from extractor.criteria.nodes import Policy
from extractor.criteria.package import version_note
from extractor.criteria.tags import region_of_code
from extractor.criteria.tiers import Placement, place_by_share, place_in_pool, place_on_ladder
from extractor.criteria.versions import NATIONAL, ends, jurisdictions, starts
from extractor.model import Declaration

SCHEMA = "zuozheng.selftest/1"
NOTE = "自评：只按申报数据推算，没有核对任何证明材料，不代表认定结论"
_SHARED = "优质中小企业培育库"
"""Pools of this name sort by share of the conditions met (重点推荐、重点提升、重点关注)."""


def self_report(
    declaration: Declaration, book: PolicyBook, policies: Sequence[Policy] = (), *, jurisdiction: str | None = None
) -> dict[str, Any]:
    """Judge declared figures by policies; without any, place the enterprise on ladder and pools of its jurisdiction.

    Args:
        declaration: the declared figures.
        book: all policies.
        policies: those to judge by, or none.
        jurisdiction: where the enterprise files; None: as its figures or its code (统一社会信用代码) say.
    """
    facts = _facts(declaration, book)
    where = jurisdiction or home(declaration, book)
    placements: list[Placement] = []
    if not policies:
        ladder = place_on_ladder(book, facts, jurisdiction=where, self_test=True)
        placements = [ladder, *_pools(book, facts, where, [t.policy for t in ladder.tiers if t.policy])]
        policies = [book.policies[t.policy] for t in ladder.tiers if t.policy]
    used = [d for d in declaration.declared if declared_fact(d, book.metrics) is None]
    notes = [NOTE]
    if unknown := "、".join(dict.fromkeys(d.metric for d in used)):
        notes.append(f"以下申报项不在政策指标之内，或数值、单位无法理解，未参与自评：{unknown}")
    if jurisdiction is None and where == NATIONAL:
        notes.append("看不出企业所在省市，只按国家政策自评；可用 --jurisdiction 指定")
    return {
        "schema": SCHEMA,
        "enterprise": declaration.name,
        "uscc": declaration.uscc,
        "as_of": declaration.as_of,
        "jurisdiction": where,
        "policies": [_policy(p, book, facts) for p in policies],
        "placements": [placement_dict(p) for p in placements],
        "notes": notes,
    }


def _facts(declaration: Declaration, book: PolicyBook) -> Facts:
    """The declared figures, and the region that the declared code names where no region is declared."""
    facts = facts_from_declaration(declaration, book.metrics)
    region = region_of_code(declaration.uscc or "")
    if region and ("region_tag", NOW) not in facts.declared:
        facts.add(Fact("region_tag", NOW, region | {"中国境内"}, "tag", "declared"))
    return facts


def home(declaration: Declaration, book: PolicyBook) -> str:
    """The nearest jurisdiction that has policies: by a declared region, else by the code; 国家 where neither says."""
    known = {p.jurisdiction for p in book}
    said = [f for d in declaration.declared if (f := declared_fact(d, book.metrics)) and f.metric == "region_tag"]
    regions = {tag for f in said if isinstance(f.value, frozenset) for tag in f.value} or region_of_code(declaration.uscc or "")
    near = regions & known
    return max(near, key=lambda name: (len(jurisdictions(name)), name), default=NATIONAL)


def _pools(book: PolicyBook, facts: Facts, where: str, targets: Sequence[str]) -> list[Placement]:
    """The pools of a jurisdiction and those around it that are open on the day."""
    found: list[Placement] = []
    for name in jurisdictions(where):
        pools = [p for p in book if p.jurisdiction == name and p.kind == "cultivation_pool" and _open(p, book, facts.as_of)]
        if not pools:
            continue
        found += place_in_pool(book, facts, jurisdiction=name, self_test=True)
        if any(_SHARED in p.name for p in pools):
            found += [place_by_share(book, facts, target, self_test=True) for target in targets]
    return found


def _open(policy: Policy, book: PolicyBook, day: date) -> bool:
    """Whether a pool is there on a day."""
    return starts(policy) <= day <= ends(policy, book)


def _policy(policy: Policy, book: PolicyBook, facts: Facts) -> dict[str, Any]:
    """One policy with what is missing."""
    answer = evaluate(policy, facts, book, self_test=True)
    version = version_note(policy, book, facts.as_of)
    missing = [shortfall_dict(s) for s in shortfalls(answer.conditions)]
    return {**answer.to_dict(), "in_force": not version, "missing": missing, "notes": [version] if version else []}


def shortfall_dict(lack: Shortfall) -> dict[str, Any]:
    """One missing thing."""
    gap = {"amount": json_number(lack.gap.amount), "unit": lack.gap.unit, "text": lack.gap.text} if lack.gap else None
    answer = lack.answer
    text = lack.text
    if gap is None and answer.kind == "leaf" and answer.status == OPEN:
        text = f"{answer.text}：" + ("填报不全" if answer.actual else f"未填报{answer.period}{answer.metric_label}")
    return {"text": text, "status": lack.status, "key": answer.node.key, "choice": lack.choice, "gap": gap}


def placement_dict(placement: Placement) -> dict[str, Any]:
    """A placement as JSON values."""
    return {
        "name": placement.name,
        "placed": placement.placed,
        "possible": list(placement.possible),
        "tiers": [asdict(t) for t in placement.tiers],
        "next": placement.next,
        "missing": [shortfall_dict(s) for s in placement.missing],
        "note": placement.note,
    }
