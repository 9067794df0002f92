"""Findings as the desk shows them: with their evidence, the fields that feed them, grouped by the conditions they serve."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.desk.documents import places, spot
from api.desk.shapes import FieldRef, FigureShape, FindingReviewShape, FindingShape, GroupShape, Spot
from extractor.claims.metrics import metric_of
from extractor.model import Box, Claim, Document, Field, Finding, Result
from extractor.reports import labels, values, view
from extractor.review.fields import EditableField, editable_fields

OTHERS = "其他申报数据"
_MOST_KEY = 180


def finding_keys(findings: Sequence[Finding]) -> list[str]:
    """``metric|period``, in order; short and distinct whatever a metric is called."""
    keys: list[str] = []
    for finding in findings:
        key = f"{finding.metric}|{finding.period}"
        if len(key) > _MOST_KEY:
            key = f"{key[:_MOST_KEY]}~{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:12]}"
        number = 2
        while key in keys:
            key, number = f"{finding.metric[:_MOST_KEY]}|{finding.period[:20]}|{number}", number + 1
        keys.append(key)
    return keys


def finding_shapes(result: Result, said: Mapping[str, Sequence[FindingReviewShape]]) -> list[FindingShape]:
    """All findings, the riskiest verdict first.

    Args:
        result: the checked package.
        said: by finding key, what reviewers said, oldest first.
    """
    keys = finding_keys(result.findings)
    conditions = _conditions_of(result)
    feeding = _Feeding(result)
    rank = {verdict: i for i, verdict in enumerate(labels.VERDICTS)}
    order = sorted(range(len(keys)), key=lambda i: rank[result.findings[i].verdict])
    return [
        _shape(result, result.findings[i], keys[i], conditions.get(i, []), feeding, said.get(keys[i], ())) for i in order
    ]  # fmt: skip


def groups(result: Result, findings: Sequence[FindingShape]) -> list[GroupShape]:
    """Findings by the first condition that uses each, in the policies' order; the rest at the end."""
    rank = {f.key: i for i, f in enumerate(findings)}
    keys = finding_keys(result.findings)
    seen: set[str] = set()
    out: list[GroupShape] = []
    for policy in result.policies:
        for node in _leaves(policy.get("conditions", {})):
            mine = [keys[i] for i in node.get("findings", []) if i < len(keys) and keys[i] not in seen]
            if mine:
                seen.update(mine)
                title = node.get("text") or node.get("metric_label") or node.get("key", "")
                mine.sort(key=rank.__getitem__)
                out.append(
                    GroupShape(
                        title=title, policy=policy["id"], condition=node.get("key"), status=node.get("status"), findings=mine
                    )
                )
    left = [f.key for f in findings if f.key not in seen]
    return [*out, GroupShape(title=OTHERS, policy=None, condition=None, status=None, findings=left)] if left else out


def _leaves(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """All conditions under a node, in order."""
    children = node.get("children", [])
    if not children:
        yield node
    for child in children:
        yield from _leaves(child)


def _conditions_of(result: Result) -> dict[int, list[str]]:
    """By finding, the keys of the conditions that use it."""
    found: dict[int, list[str]] = {}
    for policy in result.policies:
        for node in _leaves(policy.get("conditions", {})):
            for i in node.get("findings", []):
                found.setdefault(i, []).append(node["key"])
    return {i: list(dict.fromkeys(keys)) for i, keys in found.items()}


def _shape(
    result: Result,
    finding: Finding,
    key: str,
    conditions: Sequence[str],
    feeding: _Feeding,
    said: Sequence[FindingReviewShape],
) -> FindingShape:
    unit = finding.declared.unit
    claims = view.claims_of(result, finding)
    spots = {(e.file, e.page, e.box): spot(e, c.document) for c in claims for e in c.evidence}
    verdicts = [s for s in said if s.action != "comment"]
    return FindingShape(
        key=key,
        metric=finding.metric,
        label=labels.metric_label(finding.metric),
        period=finding.period,
        period_label=labels.period_label(finding.period),
        declared=FigureShape(value=finding.declared.value, text=values.declared_text(finding), unit=unit),
        evidenced=None
        if finding.evidenced is None
        else FigureShape(value=finding.evidenced, text=values.evidenced_text(finding), unit=unit),
        verdict=finding.verdict.value,
        verdict_label=labels.VERDICTS[finding.verdict].word,
        confidence=finding.confidence,
        reason=finding.reason,
        evidence=list(spots.values()),
        claims=list(finding.claims),
        conditions=list(conditions),
        fields=feeding.of(finding, claims),
        review=(verdicts or said)[-1] if said else None,
        comments=list(said),
    )


# --- what can be corrected ------------------------------------------------------------------


@dataclass(frozen=True)
class _Reading:
    """A field of a document, or one period of a statement row."""

    document: Document
    key: str
    period: str | None
    secondary: bool
    field: Field | None


class _Feeding:
    """Which fields feed a finding: those printed where its claims' evidence stands."""

    def __init__(self, result: Result) -> None:
        self._result = result
        self._documents = {d.id: d for d in result.documents}
        self._places = places(result)
        self._at: dict[tuple[int, int, Box], list[_Reading]] = {}
        for document in result.documents:
            for reading in _readings(document):
                for e in reading.field.evidence if reading.field else ():
                    self._at.setdefault((e.file, e.page, e.box), []).append(reading)

    def of(self, finding: Finding, claims: Sequence[Claim]) -> list[FieldRef]:
        """The fields, each once; where nothing was found, the empty places of papers that would show it."""
        found: dict[tuple[str, str, str | None, bool], _Reading] = {}
        for claim in claims:
            for reading in self._claimed(claim):
                key = (reading.document.id, reading.key, reading.period, reading.secondary)
                found.setdefault(key, reading)
        readings: Iterable[_Reading] = found.values() or self._unread(finding)
        return [ref for r in readings if (ref := self._ref(r)) is not None]

    def _claimed(self, claim: Claim) -> list[_Reading]:
        document = self._documents.get(claim.document)
        if claim.key is not None and document is not None:
            # A paper counts by its number, holders and dates alike.
            return list(_readings(document))
        here = [r for e in claim.evidence for r in self._at.get((e.file, e.page, e.box), [])]
        # A figure decides where one stands; other fields may have been read off the same words.
        return [r for r in here if r.period is not None] or here

    def _unread(self, finding: Finding) -> list[_Reading]:
        """Rows of this name in papers of the right kind, not read for that period."""
        metric = metric_of(finding.metric)
        return [
            _Reading(d, metric.key, finding.period, False, None)
            for d in self._result.documents
            if d.type in metric.evidence and _editable(d.type).get(metric.key, _NONE).rows and finding.period != "now"
        ]

    def _ref(self, reading: _Reading) -> FieldRef | None:
        """None where a person cannot correct it."""
        document, field = reading.document, reading.field
        editable = _editable(document.type).get(reading.key)
        if editable is None:
            return None
        evidence: list[Spot] = [spot(e, document.id) for e in field.evidence] if field else []
        return FieldRef(
            document=document.id,
            document_place=self._places[document.id],
            document_type=document.type,
            field=reading.key,
            label=editable.label,
            period=reading.period,
            secondary=reading.secondary,
            value=field.value if field else None,
            kind=editable.kind,
            evidence=evidence,
        )


_NONE = EditableField("", "", "")


def _editable(document_type: str) -> dict[str, EditableField]:
    return {f.key: f for f in editable_fields(document_type)}


def _readings(document: Document) -> Iterator[_Reading]:
    for secondary, fields in ((False, document.fields), (True, document.secondary)):
        for key, field in fields.items():
            if field.periods:
                for period, own in field.periods.items():
                    yield _Reading(document, key, period, secondary, own)
            else:
                yield _Reading(document, key, None, secondary, field)
