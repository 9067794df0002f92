"""What an enterprise is asked to supplement, check or explain, one item per kind of document.

Only what is open is asked for; what keeps a person from judging is asked for once, whatever needs it. A veto is
never part of it: it is for the office to establish.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from extractor.model import Finding, Result, Verdict
from extractor.reports import labels, values, view
from extractor.reports.office.materials_sheet import pages_text
from extractor.reports.office.nodes import Node, condition_text
from extractor.reports.text import one_line

_ASKED = ("always", "claimed")
_WANTED = ("missing", "wrong_year", "expired", "wrong_entity")
_EVIDENCE_DECIDES = {"document", "derived"}
_FOR_REVIEWERS = re.compile(
    "[，；]?(?:但?依据的内容识别把握[^；]*|请人工核对|由人工核对|请补交[^；。]*|(?:很?像是|疑似|可能是?误)[^；。（）]*(?:（[^（）]*）)?)"
)
"""What is said to the reviewer: how surely it was read, and guesses at the cause. A notice holds what stands on the page."""
_BOUND = {"audit_report", "rd_audit_report", "tax_return", "financial_statements"}
_TYPES: dict[str, str] = {
    "employees": "social_security_list",
    "invention_patents": "patent_certificate",
    "utility_patents": "patent_certificate",
    "design_patents": "patent_certificate",
    "software_copyrights": "software_copyright",
    "trademarks": "trademark_certificate",
    "management_system_certs": "iso_certificate",
    "high_tech_enterprise": "high_tech_certificate",
    "registered_years": "business_license",
}
"""Where neither a paper nor the policies say which document a figure is about; of the others it is ``other``."""


@dataclass(slots=True)
class Item:
    """A numbered item of the notice: a kind of document and what is asked about it."""

    title: str
    asks: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Kind:
    """All that is open about one kind of document."""

    materials: list[Mapping[str, Any]] = field(default_factory=list)
    missing: list[Finding] = field(default_factory=list)
    open: list[Finding] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)


def requests(result: Result, policy_texts: Sequence[Mapping[str, Any]]) -> list[Item]:
    """The items, files that cannot be read first, then by kind of document; empty where nothing is open."""
    kinds: dict[str, _Kind] = {}
    for text in policy_texts:
        for material in text.get("materials", ()):
            if material["asked"] in _ASKED and material["state"] in _WANTED:
                kinds.setdefault(material["doc_type"], _Kind()).materials.append(material)
    types = {m: t for text in policy_texts for m, t in text.get("evidence_types", {}).items()}
    for finding in result.findings:
        if finding.verdict is not Verdict.SUPPORTED:
            kind = kinds.setdefault(_kind_of(result, finding, types), _Kind())
            (kind.missing if finding.verdict is Verdict.MISSING else kind.open).append(finding)
    asks = {key: ask for text in policy_texts for key, ask in text.get("asks", {}).items()}
    for policy in result.policies:
        for types_of, wanted in _open_conditions(result, policy.get("conditions", {}), asks, ""):
            chosen = next((t for t in types_of if t in kinds), types_of[0] if types_of else "other")
            kinds.setdefault(chosen, _Kind()).conditions.append(wanted)
    order = list(labels.DOCUMENT_TYPES)
    ranked = sorted(kinds, key=lambda t: order.index(t) if t in order else len(order))
    items = [_item(result, key, kinds[key]) for key in ranked]
    return [*_unreadable(result), *(i for i in items if i.asks)]


def _unreadable(result: Result) -> list[Item]:
    """Files that could not be opened or read."""
    failed = view.failed_files(result)
    asks = [f"文件“{one_line(f.name, 120)}”：{one_line(f.error or '', 200)}" for f in failed]
    return [Item("未能读取的文件，请重新提交", asks)] if asks else []


def _kind_of(result: Result, finding: Finding, types: Mapping[str, Sequence[str]]) -> str:
    """The document that a finding is about: that of its claims, else the one that would prove the figure."""
    documents = {d.id: d.type for d in result.documents}
    found = [documents[c.document] for c in view.claims_of(result, finding) if c.document in documents]
    metric = finding.metric.split("[")[0].split(":")[0]
    if found:
        return found[0]
    return _TYPES.get(metric) or next(iter(types.get(metric, ())), "other")


# --- conditions


def _open_conditions(
    result: Result, node: Node, asks: Mapping[str, Mapping[str, Any]], choice: str
) -> Iterator[tuple[list[str], str]]:
    """Open conditions that documents would settle: their types and what is wanted; settled branches are passed by."""
    if node.get("status") != "undetermined":
        return
    children = node.get("children", ())
    if children:
        one = node.get("kind") in ("any", "at_least") and sum(c.get("status") == "undetermined" for c in children) > 1
        for child in children:
            yield from _open_conditions(result, child, asks, (node.get("label") or "同类条件") if one else choice)
        return
    ask = asks.get(node.get("key", ""), {})
    material = str(node.get("material", ""))
    provable = set(ask.get("provable", ()))
    if not provable or not provable <= _EVIDENCE_DECIDES or not material.startswith("请提供") or _said(result, node):
        return
    inner = re.search(r"（([^（）]+)）$", material)
    about = inner[1] if inner else f"{node.get('period', '')}{node.get('metric_label', '')}"
    text = condition_text(node)
    tail = f"；“{choice}”中的各项满足要求的数目即可" if choice else ""
    types = list(ask.get("types", ()))
    others = "或".join(labels.document_label(t) for t in types)
    yield types, f"{about}（对应条件：{text}{tail}{f'；{others}均可' if len(types) > 1 else ''}）"


def _said(result: Result, node: Node) -> bool:
    """Whether a finding already asks about the condition's figures."""
    said = [result.findings[i] for i in node.get("findings", ()) if 0 <= i < len(result.findings)]
    return any(f.verdict is not Verdict.SUPPORTED for f in said)


# --- one kind of document


def _item(result: Result, doc_type: str, kind: _Kind) -> Item:
    """The item of one kind of document."""
    label = labels.document_label(doc_type) if doc_type != "other" else "其他佐证材料"
    item = Item(label)
    item.asks += _supplements(result, doc_type, label, kind)
    verdicts = {f.verdict.value for f in kind.open}
    for material in _once(kind.materials):
        if material["state"] in ("expired", "wrong_entity") and material["state"] not in verdicts:
            item.asks.append(_invalid(result, material))
    item.asks += [_check(result, f) for f in kind.open]
    return item


def _supplements(result: Result, doc_type: str, label: str, kind: _Kind) -> list[str]:
    """What is to be added, each paper once, with all that it is needed for."""
    lacking = [m for m in _once(kind.materials) if m["state"] in ("missing", "wrong_year")]
    wanted = [_figure(f) for f in kind.missing] + list(dict.fromkeys(kind.conditions))
    notes = [c for f in kind.missing for c in re.split("；", f.reason) if "不作为证据" in c]
    out = [_lacking(result, m) for m in lacking]
    if wanted:
        # Papers that stand on the record are not asked for again: only what they do not show.
        has = any(d.type == doc_type and not d.excluded for d in result.documents)
        if lacking:
            lead = "上述材料须能反映："
        elif has:
            pages = "相应的页（如附注、明细）或其他材料" if doc_type in _BOUND else "能够证明的材料"
            lead = f"已交的{label}中没有找到下列内容的依据，请补充{pages}："
        else:
            lead = f"请补充{label}，用于证明：" if doc_type != "other" else "请补充能够证明下列内容的材料："
        out.append(lead + "；".join(wanted) + "。")
    return out + [f"请说明或补充：{one_line(n, 200)}。" for n in dict.fromkeys(notes)]


def _lacking(result: Result, material: Mapping[str, Any]) -> str:
    """A material of which a paper, or a year, is missing."""
    years = "、".join(map(str, material.get("missing_years", ())))
    partly = bool(years) and len(material.get("missing_years", ())) < len(material.get("years", ()))
    where = pages_text(result, material.get("pages", ()))
    if material["state"] == "wrong_year":
        return f"请补充{material['name']}：{material['reason']}（{where}），请补充{years}年的。"
    if partly:
        return f"请补充{material['name']}中{years}年的部分：已交的为{where}。"
    known = material["reason"] not in ("", "没有找到")
    return f"请补充{material['name']}" + (
        f"（{one_line(material['reason'], 200)}{f'，见 {where}' if where else ''}）。" if known else "。"
    )


def _invalid(result: Result, material: Mapping[str, Any]) -> str:
    """A material that is there but not in force, or not the enterprise's own."""
    where, reason = pages_text(result, material.get("pages", ())), one_line(material["reason"], 200)
    if material["state"] == "expired":
        return f"{material['name']}：{where}，{reason}。请补充在核验日有效的材料。"
    return f"{material['name']}：{where}，{reason}，与申报企业名称不一致。请说明（如更名、共有）并附证明，或补充本企业的材料。"


def _figure(finding: Finding) -> str:
    """A declared figure in words: ``研发人员数（2020年，申报 21 人）``."""
    period = labels.period_label(finding.period)
    return f"{labels.metric_label(finding.metric)}（{period}，申报 {values.declared_text(finding)}）"


def _check(result: Result, finding: Finding) -> str:
    """A figure that the papers do not bear out, with the pages."""
    reason = one_line(_FOR_REVIEWERS.sub("", finding.reason).strip("，；。 "), 400)
    evidence = [e for claim in view.claims_of(result, finding) for e in claim.evidence]
    names = {view.file_name(result, e.file) for e in evidence}
    seen = bool(names) and all(n in reason or n.rsplit(".", 1)[0] in reason for n in names) and "页" in reason
    places = "" if seen or not evidence else f"（见 {view.places(result, evidence, most=6)}）"
    ask = {
        Verdict.CONTRADICTED: "请核对；申报有误的请更正，材料不全的请补充，或说明差异原因",
        Verdict.UNSURE: "请核对，必要时补充清晰、完整的材料或作出说明",
        Verdict.EXPIRED: "请补充在核验日有效的材料，或说明续期情况",
        Verdict.WRONG_ENTITY: "请说明与本企业的关系（如更名、共有）并附证明，或补充本企业的材料",
    }[finding.verdict]
    return f"{_figure(finding)}：{reason}{places}。{ask}。"


def _once(materials: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Materials of several policies, each paper once: the same years asked of the same kind are one request."""
    found: dict[object, Mapping[str, Any]] = {}
    for material in materials:
        key: object = material["name"] if material["doc_type"] == "other" else (material["state"], _span(material))
        kept = found.get(key)
        if kept is None or len(material["name"]) > len(kept["name"]):
            found[key] = material
    wider = {_span(m) for m in found.values()}
    return [m for m in found.values() if not any(_span(m) < span for span in wider if _span(m))]


def _span(material: Mapping[str, Any]) -> frozenset[int]:
    """The years that are lacking."""
    return frozenset(material.get("missing_years", ()))
