"""The policies that a package is judged by: chosen by id, judged by evidence, with what to mind about each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from extractor.criteria.answers import Decision
from extractor.criteria.completeness import policy_text
from extractor.criteria.decisions import load_decisions
from extractor.criteria.evaluate import evaluate
from extractor.criteria.facts_result import facts_from_result
from extractor.criteria.load import PolicyBook, load_policies
from extractor.criteria.nodes import Policy
from extractor.criteria.versions import applicable, ends, starts, state
from extractor.model import Declaration, Document, Result

_NO_ENTERPRISE = "没有申报数据，材料中也没有可确认的营业执照，不知道是哪家企业，材料不能算作其证据"


@dataclass(frozen=True)
class Judging:
    """The policies to judge by and what persons decided; ``book`` is None where there is none."""

    policies: tuple[Policy, ...] = ()
    book: PolicyBook | None = None
    decisions: Mapping[str, Decision] = field(default_factory=dict)


def choose(ids: Sequence[str], decisions: Path | None = None) -> Judging:
    """The policies of these ids, each once. Without ids nothing is loaded.

    Raises:
        UnknownPolicy: there is no such policy.
        DecisionError: the file of decisions cannot be used.
    """
    if not ids:
        return Judging()
    book = load_policies()
    policies = tuple({p.id: p for p in map(book.get, ids)}.values())
    return Judging(policies, book, load_decisions(decisions, book) if decisions is not None else {})


def judge_package(
    result: Result, declaration: Declaration | None, judging: Judging, *, supported_at: float
) -> tuple[dict[str, Any], ...]:
    """Each policy's answer by the evidence, in the contract's shape, with ``in_force`` and ``notes``.

    Args:
        result: the package with claims and findings.
        declaration: what was declared; without it the enterprise is the one of the business licence.
        judging: see ``choose``.
        supported_at: the confidence that evidence must reach (``Calibration.supported_at``).
    """
    if judging.book is None:
        return ()
    book, notes = judging.book, []
    if declaration is None:
        declaration = _by_licence(result, supported_at)
        notes.append(f"没有申报数据，按营业执照认定企业为{declaration.name}" if declaration.name else _NO_ENTERPRISE)
    facts = facts_from_result(result, declaration, book.metrics, supported_at=supported_at)
    found = []
    for policy in judging.policies:
        answer = evaluate(policy, facts, book, decisions=judging.decisions)
        version = version_note(policy, book, facts.as_of)
        more = {"in_force": not version, "notes": [*([version] if version else []), *notes]}
        found.append({**answer.to_dict(), **more})
    return tuple(found)


def office_texts(
    result: Result, declaration: Declaration | None, judging: Judging, *, supported_at: float
) -> tuple[dict[str, Any], ...]:
    """What the files of offices need of each policy (``completeness.policy_text``); arguments as of ``judge_package``."""
    if judging.book is None:
        return ()
    who = declaration if declaration is not None else _by_licence(result, supported_at)
    return tuple(policy_text(p, judging.book, result, who) for p in judging.policies)


def version_note(policy: Policy, book: PolicyBook, day: date) -> str:
    """Why the policy is not the one to judge by on a day, and which one is; empty where it is in force."""
    if policy.status == "method":
        return f"{policy.id} 只是计分方法，不作认定门槛"
    if starts(policy) <= day <= ends(policy, book):
        return ""
    instead = applicable(book, day, policy.jurisdiction, policy.tier, policy.kind)
    which = f"当日适用 {instead.id}（{instead.name}）" if instead is not None else "当日没有收录同类的现行政策"
    return f"{policy.id} 在 {day} 不是现行政策：{state(policy, book, day)}；{which}"


def _by_licence(result: Result, supported_at: float) -> Declaration:
    """The enterprise of the business licence, without declared figures; nameless unless all licences say the same."""
    found = {_owner(d, supported_at) for d in result.documents if d.type == "business_license" and d.excluded is None}
    name, uscc = found.pop() if len(found) == 1 else ("", None)
    return Declaration(name=name, uscc=uscc, as_of=result.package.as_of)


def _owner(document: Document, supported_at: float) -> tuple[str, str | None]:
    """Name and code on a licence, as far as they are surely read."""
    if document.confidence < supported_at:
        return "", None
    sure = [document.fields.get(key) for key in ("name", "uscc")]
    name, code = (str(f.value) if f is not None and f.value and f.confidence >= supported_at else "" for f in sure)
    return (name, code or None) if name else ("", None)
